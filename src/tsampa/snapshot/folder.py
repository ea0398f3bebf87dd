"""A folder that appears whole or not at all: made beside its place, forced to disk, then renamed into it."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tsampa.errors import TsampaError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["fresh_folder", "spill_folder"]


@contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """A new folder to fill; when the block ends it is renamed to ``out``, and if it fails it is removed.

    Folders above ``out`` are made where they are missing. Raises TsampaError ``output-exists`` if something
    stands at ``out`` (before the block, or put there meanwhile) and ``output-unwritable`` where no folder can
    be made.
    """
    _require_free(out)
    folder = _beside(out)
    try:
        yield folder
        _sync_tree(folder)
        _rename(folder, out)
    except BaseException:  # a KeyboardInterrupt too must leave nothing behind
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _sync(out.parent)


@contextmanager
def spill_folder(out: Path) -> Iterator[Path]:
    """A folder for what does not fit in memory, beside ``out``, where there must be room anyway; it is gone afterwards.

    Raises what ``fresh_folder`` raises, so that nobody waits for what then cannot be written.
    """
    _require_free(out)
    with _unwritable(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        spill = tempfile.TemporaryDirectory(prefix=".spill.", dir=out.parent)
    with spill as folder:
        yield Path(folder)


def _require_free(out: Path) -> None:
    if os.path.lexists(out):  # a dangling link is in the way as well
        raise TsampaError(
            "output-exists",
            "the output exists already",
            where=str(out),
            remedy="Choose another folder, or remove this one.",
            usage=True,
        )


def _beside(out: Path) -> Path:
    # In the same folder, as a rename is only atomic within one file system; not by mkdtemp, whose folder only
    # the owner may read.
    folder = out.parent / f".{out.name[:100]}.{secrets.token_hex(6)}.part"
    with _unwritable(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    return folder


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


def _sync_tree(folder: Path) -> None:
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = os.path.join(root, name)
            # What is linked from elsewhere was forced to disk when it was made; only its name is new.
            if os.stat(path).st_nlink == 1:
                _sync(path)
        _sync(root)


def _sync(path: Path | str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
