"""Judges a snapshot by a rulebook on a day, partition by partition, and writes what comes out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from tsampa.assessment.again import Again, plan_again
from tsampa.assessment.faults import Watch, told_faults
from tsampa.assessment.manifest import (
    FORMAT,
    MANIFEST,
    RULEBOOK,
    AssessmentManifest,
    Made,
    Since,
    file_entry,
)
from tsampa.assessment.read import Assessment, open_assessment
from tsampa.assessment.sound import require_sound
from tsampa.assessment.sources import table_sources
from tsampa.assessment.work import DUCKDB, Progress, Results, Work
from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.rules import Rulebook, load_rulebook
from tsampa.schema import Schema
from tsampa.snapshot import Settled, Snapshot, fresh_folder, join_snapshots, open_snapshot, spill_folder
from tsampa.snapshot.sql import connect

__all__ = ["assess"]

MEMORY = 75
"""Per cent of the machine's memory for all partitions that are counted at once."""


def assess(
    snapshots: Path | str | Sequence[Path | str], programme: str | Path | Rulebook, on: date, out: Path | str, *,
    backend: str = DUCKDB, since: Path | str | None = None, progress: Progress | None = None,
) -> Assessment:  # fmt: skip
    """Works out every variable of the programme for every row of the snapshot, as of ``on``, into the folder ``out``.

    Several snapshots, of different counties, are counted as one. ``backend`` is the database that counts: ``duckdb``, or what
    ``open_backend`` takes; the results are the same. ``since`` is an earlier assessment: what cannot have changed is carried
    over from it, to the same bytes, and only changed villages are counted (``plan_again`` says when).

    The snapshot's files are verified first: nothing is counted from altered ones. (That their rows hold together was
    checked when it was frozen; ``verify_snapshot`` checks it again.) Raises TsampaError ``snapshot-broken``,
    ``snapshot-changed`` (altered while it was counted), ``schema-mismatch``, ``assessment-day``, ``since-programme``,
    ``assessment-altered``, ``backend-lost``, ``backend-exhausted``, ``backend-refused``, those of ``join_snapshots`` and those
    of the rulebook; nothing half-written is left behind.
    """
    engine, target = backend.partition(":")[0], Path(out)
    with ThreadPoolExecutor(1) as beside:  # opening a database takes as long as reading the rules
        opening = beside.submit(connect, memory=f"{MEMORY}%")
        rulebook = programme if isinstance(programme, Rulebook) else load_rulebook(programme)
        paths = [snapshots] if isinstance(snapshots, str | Path) else list(snapshots)
        members, watch = [open_snapshot(Path(one)) for one in paths], Watch()
    with told_faults(target), watch.blamed(), opening.result() as root:
        again = None if since is None else plan_again(root, Path(since), members, rulebook, on, engine, watch)
        if again is None or not again.told_alike:
            watch.see(members)
        if again is None:
            require_sound(root, members, progress)
        opened = _joined(root, members, rulebook, on, again)
        partitions = _partitions(root, opened, again)
        if again is not None:
            _require_checked(root, members, partitions, again, watch, progress)
        settled = Settled()
        with (
            fresh_folder(target, settled) as folder,
            watch.until_read(),
            spill_folder(folder / "results") as spill,
        ):
            work = Work(opened, rulebook, on, folder, settled, spill, backend, root, again)
            found = work.results(partitions, progress)
            (folder / RULEBOOK).write_bytes(rulebook.written)
            found.files.append(file_entry(folder, folder / RULEBOOK))
            manifest = _manifest(work, members, partitions, found, engine, _Way(target))
            (folder / MANIFEST).write_bytes(canonical_json(manifest))
    return open_assessment(target)


def _joined(
    root: duckdb.DuckDBPyConnection, members: Sequence[Snapshot], rulebook: Rulebook, on: date, again: Again | None
) -> Snapshot:  # fmt: skip
    """The snapshots as one that the rulebook can judge on that day."""
    alike = again is not None and again.told_alike
    opened = join_snapshots(members, told_alike=alike, con=root)
    _require_same_schema(opened.schema, rulebook)
    _require_not_later(opened, on)
    return opened


def _manifest(
    work: Work, members: Sequence[Snapshot], partitions: list[str], found: Results, engine: str, way: _Way
) -> AssessmentManifest:  # fmt: skip
    rulebook = work.rulebook
    return AssessmentManifest(
        FORMAT, "assessment", rulebook.programme, rulebook.version, work.on,
        [Made(way.to(one.path), one.id, tuple(one.partitions)) for one in members], work.snapshot.id, engine,
        version("tsampa"), found.variables, found.rows, found.files, tuple(partitions), _since(way, work.again, partitions),
    )  # fmt: skip


def _since(way: _Way, again: Again | None, partitions: list[str]) -> Since | None:
    if again is None:
        return None
    kept, touched = again.kept & set(partitions), again.touched
    return Since(
        way.to(again.earlier.path), again.earlier.manifest.snapshot_id, len(kept), sum(len(one.areas) for one in touched.values()),
        len(partitions) - len(kept) - len(touched),
    )  # fmt: skip


def _require_checked(
    root: duckdb.DuckDBPyConnection,
    members: Sequence[Snapshot],
    partitions: list[str],
    again: Again,
    watch: Watch,
    progress: Progress | None,
) -> None:
    """Verifies whatever is counted and was not verified when it was compared."""
    checked = {code for one in members if one.id in again.checked for code in one.partitions}
    if set(partitions) - again.kept - checked:
        others = [one for one in members if one.id not in again.checked]
        watch.see(others)
        require_sound(root, others, progress)


class _Way:
    """Folders as seen from the assessment, so that both can be moved together."""

    def __init__(self, target: Path) -> None:
        self._target = os.path.realpath(target)

    def to(self, folder: Path) -> str:
        """The way to the folder."""
        return os.path.relpath(os.path.realpath(folder), self._target).replace(os.sep, "/")


def _require_same_schema(found: Schema, rulebook: Rulebook) -> None:
    """Every table and column the rules may read must be there, as the rules know it."""
    for table in rulebook.schema.tables:
        own = found.by_name.get(table.name)
        for column in table.columns:
            other = own.by_name.get(column.name) if own else None
            if other is None or other.type != column.type:
                said = "is missing" if other is None else "has another type"
                raise TsampaError(
                    "schema-mismatch", f"{table.name}.{column.name} {said}", where=f"programme {rulebook.programme}",
                    remedy="Import the sheet with a mapping of this programme, or assess with the programme it was imported for.",
                )  # fmt: skip
    if (found.levels, found.partition) != (rulebook.schema.levels, rulebook.schema.partition):
        raise TsampaError(
            "schema-mismatch", "the levels of area differ", where=f"programme {rulebook.programme}",
            remedy="Assess with the programme the snapshot was imported for.",
        )  # fmt: skip


def _require_not_later(snapshot: Snapshot, on: date) -> None:
    if on > snapshot.manifest.as_of:
        raise TsampaError(
            "assessment-day", f"{on} is after the snapshot's day, {snapshot.manifest.as_of}", where=str(snapshot.path),
            remedy="Assess on that day or an earlier one, or take a newer snapshot.", usage=True,
        )  # fmt: skip


def _partitions(root: duckdb.DuckDBPyConnection, snapshot: Snapshot, again: Again | None) -> list[str]:
    """Every area of the partition level, and ``""`` for rows that stand in none of them."""
    found = (
        _coded(root, snapshot) if again is None or not again.told_alike else again.earlier.manifest.partitions
    )
    outside = (
        [""]
        if any(entry.table not in ("", "areas") and not entry.partition for entry in snapshot.manifest.files)
        else []
    )
    return [*outside, *sorted(code for code in found if code)]


def _coded(root: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> list[str]:
    areas = table_sources(snapshot)["areas"]
    found = root.execute(f"SELECT code FROM {areas} WHERE level = ?", [snapshot.schema.partition]).fetchall()
    return [code for (code,) in found]
