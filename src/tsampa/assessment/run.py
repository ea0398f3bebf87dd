"""Judges a snapshot by a rulebook on a day, partition by partition, and writes what comes out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from tsampa.assessment.again import Again, Touched, plan_again
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
from tsampa.assessment.parts import write_parts
from tsampa.assessment.read import Assessment, open_assessment
from tsampa.assessment.sound import require_sound
from tsampa.assessment.sources import areas_around, partition_sources, table_sources
from tsampa.assessment.splice import touched_sources, write_spliced
from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.rules import Rulebook, load_rulebook
from tsampa.rules.columns import Output, Sources, compile_variables, open_backend, run_plan
from tsampa.rules.shapes import Shapes
from tsampa.schema import Schema
from tsampa.snapshot import (
    FileEntry,
    Settled,
    Snapshot,
    fresh_folder,
    join_snapshots,
    open_snapshot,
    spill_folder,
)
from tsampa.snapshot.sql import connect, literal

__all__ = ["assess"]

Progress = Callable[[str, int, int], None]
Counted = tuple[str, list[str], list[FileEntry]]
"""An entity, the names of its variables, and the files of its results of one partition."""

DUCKDB = "duckdb"
NEEDLESS = "build_side_probe_side,compressed_materialization"
"""Plans join the smaller side from the right already; packing rows tighter for a sort costs more than so small a sort saves."""
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
    rulebook = programme if isinstance(programme, Rulebook) else load_rulebook(programme)
    paths = [snapshots] if isinstance(snapshots, str | Path) else list(snapshots)
    members = [open_snapshot(Path(one)) for one in paths]
    watch = Watch(members)
    engine, target = backend.partition(":")[0], Path(out)
    with told_faults(target), watch.blamed(), connect(memory=f"{MEMORY}%") as root:
        again = None if since is None else plan_again(root, Path(since), members, rulebook, on, engine)
        if again is None:
            require_sound(root, members, progress)
        alike = again is not None and again.told_alike
        opened = join_snapshots(members, told_alike=alike, con=root)
        _require_same_schema(opened.schema, rulebook)
        _require_not_later(opened, on)
        partitions = _partitions(root, opened, again)
        if again is not None:
            _require_checked(root, members, partitions, again, progress)
        settled = Settled()
        with fresh_folder(target, settled) as folder, watch.until_read():
            files, rows, variables = _run(
                root, opened, rulebook, on, folder, settled, backend, partitions, again, progress
            )
            (folder / RULEBOOK).write_bytes(rulebook.written)
            files.append(file_entry(folder, folder / RULEBOOK))
            manifest = AssessmentManifest(
                FORMAT, "assessment", rulebook.programme, rulebook.version, on,
                [Made(_way(target, one.path), one.id, tuple(one.partitions)) for one in members], opened.id, engine,
                version("tsampa"), variables, rows, files, tuple(partitions), _since(target, again, partitions),
            )  # fmt: skip
            (folder / MANIFEST).write_bytes(canonical_json(manifest))
    return open_assessment(target)


def _since(target: Path, again: Again | None, partitions: list[str]) -> Since | None:
    if again is None:
        return None
    kept, touched = again.kept & set(partitions), again.touched
    return Since(
        _way(target, again.earlier.path), again.earlier.manifest.snapshot_id, len(kept), sum(len(one.areas) for one in touched.values()),
        len(partitions) - len(kept) - len(touched),
    )  # fmt: skip


def _require_checked(
    root: duckdb.DuckDBPyConnection,
    members: Sequence[Snapshot],
    partitions: list[str],
    again: Again,
    progress: Progress | None,
) -> None:
    """Verifies whatever is counted and was not verified when it was compared."""
    checked = {code for one in members if one.id in again.checked for code in one.partitions}
    if set(partitions) - again.kept - checked:
        require_sound(root, [one for one in members if one.id not in again.checked], progress)


def _way(target: Path, snapshot: Path) -> str:
    """The snapshot's folder as seen from the assessment, so that both can be moved together."""
    return os.path.relpath(os.path.realpath(snapshot), os.path.realpath(target)).replace(os.sep, "/")


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


def _run(
    root: duckdb.DuckDBPyConnection, snapshot: Snapshot, rulebook: Rulebook, on: date, folder: Path, settled: Settled, backend: str, partitions: list[str], again: Again | None,
    progress: Progress | None,
) -> tuple[list[FileEntry], dict[str, int], dict[str, list[str]]]:  # fmt: skip
    """Counts as many partitions at once as there are cores, each by itself; what comes out stands in their order.

    Meanwhile the others get the results they had, and what is done goes to the disk.
    """
    files, rows, variables = list[FileEntry](), dict[str, int](), dict[str, list[str]]()
    counted = [one for one in partitions if again is None or one not in again.kept]
    at_once, threads = _room(len(counted))
    with spill_folder(folder / "results") as spill:
        root.execute(f"SET temp_directory = {literal(str(spill))}")
        root.execute(f"SET threads = {threads}")
        root.execute(f"SET disabled_optimizers = {literal(NEEDLESS)}")
        work = Work(snapshot, rulebook, on, folder, spill, Shapes(rulebook), backend, root, again)
        with ThreadPoolExecutor(at_once) as pool:
            waiting = {one: pool.submit(work.count, one) for one in counted}
            try:
                kept = {one: work.keep(one) for one in partitions if one not in waiting}
                settled.add(_paths(folder, kept.values()))
                for index, partition in enumerate(partitions):
                    found = kept[partition] if partition in kept else waiting[partition].result()
                    for entity, names, entries in sorted(found):
                        files += entries
                        rows[entity] = rows.get(entity, 0) + sum(entry.rows for entry in entries)
                        variables[entity] = names
                    if partition in waiting:
                        settled.add(_paths(folder, [found]))
                    if progress:
                        progress("assess", index + 1, len(partitions))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return files, rows, variables


def _paths(folder: Path, counted: Iterable[list[Counted]]) -> Iterator[str]:
    """The files of results."""
    return (f"{folder}/{entry.path}" for one in counted for _, _, entries in one for entry in entries)


def _room(partitions: int) -> tuple[int, int]:
    """How many partitions are counted at once, and how many threads DuckDB has; whoever asks it works as one of them."""
    cores = os.cpu_count() or 1
    at_once = max(1, min(cores, partitions))
    return at_once, cores - at_once + 1


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


@dataclass(frozen=True)
class Work:
    """What is the same for all partitions of an assessment."""

    snapshot: Snapshot
    rulebook: Rulebook
    on: date
    folder: Path
    spill: Path
    shapes: Shapes
    backend: str
    root: duckdb.DuckDBPyConnection
    again: Again | None = None

    def keep(self, partition: str) -> list[Counted]:
        """The results that the partition has already."""
        assert self.again is not None
        return [
            (entity, names, self.again.keep(self.again.results(entity, partition), self.folder))
            for entity, names in self.again.earlier.manifest.variables.items()
        ]

    def count(self, partition: str) -> list[Counted]:
        """Counts one partition and writes its results."""
        # One database for all: what one partition has done with, the next takes over without asking the system for it.
        with self.root.cursor() as con:
            areas = table_sources(self.snapshot, partition)["areas"]
            con.execute(f"CREATE TEMP TABLE areas_here AS {areas_around(areas, partition)}")
            touched = self.again.touched.get(partition) if self.again is not None else None
            if self.again is not None and touched is not None:
                return self._villages(con, partition, touched, self.again)
            sources = partition_sources(self.snapshot, partition)
            if self.backend != DUCKDB:
                return self._elsewhere(con, partition, sources)
            plan = compile_variables(self.rulebook, self.on, sources, shapes=self.shapes)
            run_plan(con, plan)
            return [self._written(con, one, one.query, partition) for one in plan.outputs.values()]

    def _villages(
        self, con: duckdb.DuckDBPyConnection, partition: str, touched: Touched, again: Again
    ) -> list[Counted]:
        """Counts some villages of the partition; the others keep what they have."""
        sources = touched_sources(con, self.snapshot, partition, touched)
        plan = compile_variables(self.rulebook, self.on, sources, shapes=self.shapes)
        run_plan(con, plan)
        return [
            (one.entity, list(one.names), write_spliced(con, self.folder, one, partition, touched, again))
            for one in plan.outputs.values()
        ]

    def _elsewhere(self, con: duckdb.DuckDBPyConnection, partition: str, sources: Sources) -> list[Counted]:
        """Counts the partition in another database: its rows are taken there, its results brought back."""
        with open_backend(self.backend, con, self.spill) as there:
            tables = {
                table.name: there.load(
                    f"r_{table.name}",
                    {one.name: one.type.kind for one in table.columns},
                    f"FROM {sources.tables[table.name]}",
                )
                for table in self.rulebook.schema.tables
            }
            plan = compile_variables(
                self.rulebook,
                self.on,
                Sources(tables, {}, sources.rows),
                shapes=self.shapes,
                dialect=there.dialect,
            )
            there.run(plan)
            return [
                self._written(con, one, f"SELECT * FROM {there.bring(one)}", partition)
                for one in plan.outputs.values()
            ]

    def _written(self, con: duckdb.DuckDBPyConnection, output: Output, query: str, partition: str) -> Counted:
        """One entity's results of one partition."""
        level = self.snapshot.schema.partition
        found = write_parts(con, self.folder, output, query, level, partition)
        return output.entity, list(output.names), found
