"""What breaks off a count midway, told as errors: files that change while they are read, memory or disk that runs out."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import duckdb

from tsampa.errors import TsampaError
from tsampa.rules.columns.backend import exhausted, lost
from tsampa.snapshot import Snapshot
from tsampa.snapshot.manifest import FileEntry, file_sha256

__all__ = ["Watch", "told_faults"]

Mark = tuple[int, int, int, int] | None
"""What tells a file from one that took its place: device, number, size, time of change; None where it cannot be seen."""


class Watch:
    """Holds that files are still those that were verified when reading them has ended."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[Snapshot, FileEntry, Mark]]] = {}

    def see(self, snapshots: Iterable[Snapshot]) -> None:
        """Looks at the files of these snapshots, unless it has: to be asked before they are verified."""
        for one in snapshots:
            if one.id not in self._seen:
                self._seen[one.id] = [(one, entry, _mark(one, entry)) for entry in one.manifest.files]

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Where the block fails and files have changed, these are the reason given. Raises TsampaError ``snapshot-changed``."""
        try:
            yield
        except Exception:
            self._require_same()
            raise

    @contextmanager
    def until_read(self) -> Iterator[None]:
        """Files are the same when the block ends. Raises TsampaError ``snapshot-changed``."""
        yield
        self._require_same()

    def _require_same(self) -> None:
        for snapshot, entry, mark in chain.from_iterable(self._seen.values()):
            if _mark(snapshot, entry) != mark and not _still(snapshot, entry):
                raise TsampaError(
                    "snapshot-changed", f"{entry.path} was altered or went away while it was counted", where=str(snapshot.path),
                    remedy="Let nobody write there meanwhile, verify the snapshot, and assess again; nothing was written.",
                )  # fmt: skip


def _mark(snapshot: Snapshot, entry: FileEntry) -> Mark:
    try:
        found = os.stat(f"{snapshot.path}/{entry.path}")  # there are many, so no path is made of it
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _still(snapshot: Snapshot, entry: FileEntry) -> bool:
    """Some file systems number their files anew; what counts is what they hold."""
    try:
        return file_sha256(snapshot.path / entry.path) == entry.sha256
    except OSError:
        return False


@contextmanager
def told_faults(out: Path) -> Iterator[None]:
    """DuckDB's and the system's faults as ours: TsampaError ``backend-exhausted``, ``backend-lost``, ``output-unwritable``."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise exhausted("duckdb", error) from None
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise (exhausted if "No space left" in str(error) else lost)("duckdb", error) from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TsampaError(
            "output-unwritable", f"cannot write there: {error.strerror}", where=str(out),
            remedy="Make room where it works and where the results are written, then assess again; nothing was written.",
        ) from None  # fmt: skip
