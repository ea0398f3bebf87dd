"""Frozen registers: Parquet files with a manifest, written whole or not at all, verified to the byte.

``write_snapshot`` freezes the tables of a register, ``open_snapshot`` reads them back, ``verify_snapshot``
says whether anything was altered since. ``fresh_folder`` is the whole-or-nothing folder on which other
results are written too, and ``spill_folder`` holds meanwhile what does not fit in memory.
"""

from tsampa.snapshot.changes import changed_villages, count_villages, has_index, tied_villages, village_rows
from tsampa.snapshot.check import check_tables
from tsampa.snapshot.folder import Settled, fresh_folder, spill_folder
from tsampa.snapshot.join import join_snapshots
from tsampa.snapshot.manifest import FileEntry, Manifest, snapshot_id
from tsampa.snapshot.read import Snapshot, open_snapshot
from tsampa.snapshot.verify import verify_files, verify_snapshot
from tsampa.snapshot.write import write_snapshot

__all__ = [
    "FileEntry", "Manifest", "Settled", "Snapshot", "changed_villages", "check_tables", "count_villages", "fresh_folder", "has_index", "join_snapshots",
    "open_snapshot", "snapshot_id", "spill_folder", "tied_villages", "verify_files", "verify_snapshot", "village_rows", "write_snapshot",
]  # fmt: skip
