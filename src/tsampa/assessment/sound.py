"""Nothing is counted from altered files: snapshots are verified before they are read."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from tsampa.errors import Problem, TsampaError
from tsampa.snapshot import Snapshot, verify_files

__all__ = ["broken_files", "require_sound"]


def require_sound(
    snapshots: Sequence[Snapshot],
    progress: Callable[[str, int, int], None] | None = None,
    partitions: Collection[str] | None = None,
) -> None:
    """Raises TsampaError ``snapshot-broken`` where a file, of these partitions or of all, is not what was frozen."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verified = pool.map(lambda one: broken_files(one, partitions), snapshots)
        for done, (snapshot, found) in enumerate(zip(snapshots, verified, strict=True)):
            if found:
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                raise TsampaError(
                    "snapshot-broken", f"{found[0].message}{more}", where=str(snapshot.path),
                    remedy="Run 'tsampa verify' to see every problem, and take an untouched copy.",
                )  # fmt: skip
            if progress:
                progress("verify", done + 1, len(snapshots))


def broken_files(snapshot: Snapshot, partitions: Collection[str] | None = None) -> list[Problem]:
    """What is wrong with the snapshot's files, of these partitions or of all."""
    return [one for one in verify_files(snapshot.path, partitions=partitions) if one.effect == "row_rejected"]
