"""Nothing is counted from altered files: snapshots are verified before they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import duckdb

from tsampa.errors import Problem, TsampaError
from tsampa.snapshot import FileEntry, Snapshot, verify_files

__all__ = ["broken_files", "require_sound"]


def require_sound(
    con: duckdb.DuckDBPyConnection,
    snapshots: Sequence[Snapshot],
    progress: Callable[[str, int, int], None] | None = None,
    only: Callable[[FileEntry], bool] | None = None,
) -> None:
    """Raises TsampaError ``snapshot-broken`` where a file, of all or ``only`` these, is not what was frozen."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verified = pool.map(lambda one: broken_files(con, one, only), snapshots)
        for done, (snapshot, found) in enumerate(zip(snapshots, verified, strict=True)):
            if found:
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                raise TsampaError(
                    "snapshot-broken", f"{found[0].message}{more}", where=str(snapshot.path),
                    remedy="Run 'tsampa verify' to see every problem, and take an untouched copy.",
                )  # fmt: skip
            if progress:
                progress("verify", done + 1, len(snapshots))


def broken_files(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, only: Callable[[FileEntry], bool] | None = None
) -> list[Problem]:
    """What is wrong with the snapshot's files, all or ``only`` these."""
    return [one for one in verify_files(snapshot.path, only=only, con=con) if one.effect == "row_rejected"]
