"""A folder that appears whole or not at all: made beside its place, forced to disk, then renamed into it.

Who makes one holds a lock on it. What a killed process left behind is locked by nobody, and is removed when the same
place is written to next.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tsampa.errors import TsampaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Settled", "fresh_folder", "spill_folder"]

SYNCED = 8
"""Files forced to disk at once."""


class Settled:
    """Folders within a fresh one that were forced to disk as soon as they were whole: they are not waited for at its end."""

    def __init__(self) -> None:
        self._folders = set[str]()

    def __contains__(self, folder: str) -> bool:
        return folder in self._folders

    def add(self, files: Iterable[str]) -> None:
        """Forces all the files of some folders, into which nothing more will be written, to disk."""
        listed = list(files)
        folders = set(map(os.path.dirname, listed))
        _sync_all(listed, folders)
        self._folders |= folders


@contextmanager
def fresh_folder(out: Path, settled: Settled | None = None) -> Iterator[Path]:
    """A new folder to fill; when the block ends it is renamed to ``out``, and if it fails it is removed.

    Folders above ``out`` are made where they are missing. Everything in it but what is ``settled`` is forced to disk. Raises TsampaError ``output-exists`` if something
    stands at ``out`` (before the block, or put there meanwhile) and ``output-unwritable`` where no folder can
    be made.
    """
    _require_free(out)
    with _beside(out, "part") as folder:
        yield folder
        _sync_tree(folder, settled or Settled())
        _rename(folder, out)
    _sync(out.parent)


@contextmanager
def spill_folder(out: Path) -> Iterator[Path]:
    """A folder for what does not fit in memory, beside ``out``, where there must be room anyway; it is gone afterwards.

    Raises what ``fresh_folder`` raises, so that nobody waits for what then cannot be written.
    """
    _require_free(out)
    with _beside(out, "spill") as folder:
        yield folder


def _require_free(out: Path) -> None:
    if os.path.lexists(out):  # a dangling link is in the way as well
        raise TsampaError(
            "output-exists",
            "the output exists already",
            where=str(out),
            remedy="Choose another folder, or remove this one.",
            usage=True,
        )


@contextmanager
def _beside(out: Path, kind: str) -> Iterator[Path]:
    """A folder beside ``out``, locked while the block runs; what is left of it afterwards is removed."""
    with _unwritable(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        folder, lock = _locked_folder(out, kind)
    try:
        yield folder
    finally:  # a KeyboardInterrupt too must leave nothing behind
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _locked_folder(out: Path, kind: str) -> tuple[Path, int]:
    # In the same folder, as a rename is only atomic within one file system; not by mkdtemp, whose folder only
    # the owner may read. Between making and locking somebody may have swept it away: then another is made.
    while True:
        folder = out.parent / f".{out.name[:100]}.{secrets.token_hex(6)}.{kind}"
        folder.mkdir(mode=0o700 if kind == "spill" else 0o777)
        lock = _lock(folder)
        if lock is not None and folder.exists():
            return folder, lock


def _sweep(out: Path) -> None:
    """Removes what processes that were killed have left of ``out``; what somebody still fills is locked."""
    left = re.compile(rf"\.{re.escape(out.name[:100])}\.[0-9a-f]{{12}}\.(part|spill)")
    for folder in [one for one in out.parent.iterdir() if left.fullmatch(one.name)]:
        lock = _lock(folder, sure=True)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path, *, sure: bool = False) -> int | None:
    """A handle that holds the folder's lock; None where another holds it, or, if ``sure``, where the disk knows no locks."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if sure or isinstance(error, BlockingIOError):
            os.close(handle)
            return None
    return handle


@contextmanager
def _unwritable(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TsampaError(
            "output-unwritable",
            f"cannot make the folder: {error.strerror}",
            where=str(out),
            remedy="Choose a folder you may write to.",
            usage=True,
        ) from None


def _rename(folder: Path, out: Path) -> None:
    _require_free(out)  # a rename would silently take the place of an empty folder
    try:
        folder.rename(out)
    except OSError:
        _require_free(out)
        raise


def _sync_tree(folder: Path, settled: Settled) -> None:
    """Everything in the folder that is not settled: none is seen before the last is safe."""
    files, folders = list[str](), list[str]()
    for root, _, names in os.walk(folder):
        if root not in settled:
            files += [f"{root}/{name}" for name in names]
            folders.append(root)
    _sync_all(files, folders)


def _sync_all(files: Iterable[str], folders: Iterable[str]) -> None:
    """Files side by side, as a disk takes many at once; then the folders that name them.

    What is linked from elsewhere was forced to disk when it was made; only its name is new.
    """
    with ThreadPoolExecutor(SYNCED) as pool:
        list(pool.map(_sync, [one for one in files if os.stat(one).st_nlink == 1]))
        list(pool.map(_sync, folders))


def _sync(path: Path | str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
