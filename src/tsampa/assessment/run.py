"""Judges a snapshot by a rulebook on a day, partition by partition, and writes what comes out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from tsampa.assessment.faults import Watch, told_faults
from tsampa.assessment.manifest import FORMAT, MANIFEST, RULEBOOK, AssessmentManifest, Made, file_entry
from tsampa.assessment.read import Assessment, open_assessment
from tsampa.assessment.sources import areas_around, partition_sources, table_sources
from tsampa.documents import canonical_json
from tsampa.errors import Problem, TsampaError
from tsampa.rules import Rulebook, load_rulebook
from tsampa.rules.columns import Output, Sources, compile_variables, open_backend, run_plan
from tsampa.rules.columns.duckdb import execute
from tsampa.rules.serial import encode_rulebook
from tsampa.rules.shapes import Shapes
from tsampa.schema import Schema
from tsampa.snapshot import (
    FileEntry,
    Snapshot,
    fresh_folder,
    join_snapshots,
    open_snapshot,
    spill_folder,
    verify_files,
)
from tsampa.snapshot.sql import connect, literal, quote

__all__ = ["assess"]

Progress = Callable[[str, int, int], None]

DUCKDB = "duckdb"
MEMORY = 75
"""Per cent of the machine's memory for all partitions that are counted at once."""


def assess(
    snapshots: Path | str | Sequence[Path | str], programme: str | Path | Rulebook, on: date, out: Path | str, *,
    backend: str = DUCKDB, progress: Progress | None = None,
) -> Assessment:  # fmt: skip
    """Works out every variable of the programme for every row of the snapshot, as of ``on``, into the folder ``out``.

    Several snapshots, of different counties, are counted as one. ``backend`` is the database that counts: ``duckdb``, or what
    ``open_backend`` takes; the results are the same.

    The snapshot's files are verified first: nothing is counted from altered ones. (That their rows hold together was
    checked when it was frozen; ``verify_snapshot`` checks it again.) Raises TsampaError ``snapshot-broken``,
    ``snapshot-changed`` (altered while it was counted), ``schema-mismatch``, ``assessment-day``, ``backend-lost``,
    ``backend-exhausted``, ``backend-refused``, those of ``join_snapshots`` and those of the rulebook; nothing half-written is left behind.
    """
    rulebook = programme if isinstance(programme, Rulebook) else load_rulebook(programme)
    paths = [snapshots] if isinstance(snapshots, str | Path) else list(snapshots)
    members = [open_snapshot(Path(one)) for one in paths]
    watch = Watch(members)
    _require_sound(members, progress)
    opened = join_snapshots(members)
    _require_same_schema(opened.schema, rulebook)
    _require_not_later(opened, on)
    target = Path(out)
    with told_faults(target), fresh_folder(target) as folder, watch.until_read():
        files, rows, variables = _run(opened, rulebook, on, folder, backend, progress)
        (folder / RULEBOOK).write_bytes(encode_rulebook(rulebook))
        files.append(file_entry(folder, folder / RULEBOOK))
        manifest = AssessmentManifest(
            FORMAT, "assessment", rulebook.programme, rulebook.version, on, [Made(_way(target, one.path), one.id) for one in members], opened.id, backend.partition(":")[0],
            version("tsampa"), variables, rows, files,
        )  # fmt: skip
        (folder / MANIFEST).write_bytes(canonical_json(manifest))
    return open_assessment(target)


def _way(target: Path, snapshot: Path) -> str:
    """The snapshot's folder as seen from the assessment, so that both can be moved together."""
    return Path(os.path.relpath(snapshot.resolve(), target.resolve())).as_posix()


def _require_sound(snapshots: Sequence[Snapshot], progress: Progress | None) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, (snapshot, found) in enumerate(zip(snapshots, pool.map(_broken, snapshots), strict=True)):
            if found:
                more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
                raise TsampaError(
                    "snapshot-broken", f"{found[0].message}{more}", where=str(snapshot.path),
                    remedy="Run 'tsampa verify' to see every problem, and take an untouched copy.",
                )  # fmt: skip
            if progress:
                progress("verify", done + 1, len(snapshots))


def _broken(snapshot: Snapshot) -> list[Problem]:
    return [one for one in verify_files(snapshot.path) if one.effect == "row_rejected"]


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
    snapshot: Snapshot, rulebook: Rulebook, on: date, folder: Path, backend: str, progress: Progress | None
) -> tuple[list[FileEntry], dict[str, int], dict[str, list[str]]]:
    """Counts as many partitions at once as there are cores, each by itself; what comes out stands in their order."""
    files, rows, variables = list[FileEntry](), dict[str, int](), dict[str, list[str]]()
    partitions = _partitions(snapshot)
    with spill_folder(folder / "results") as spill:
        work = Work(snapshot, rulebook, on, folder, spill, Shapes(rulebook), backend, *_room(len(partitions)))
        with ThreadPoolExecutor(work.at_once) as pool:
            waiting = [pool.submit(work.count, partition) for partition in partitions]
            try:
                for index, one in enumerate(waiting):
                    for output, entry in one.result():
                        files += [entry] if entry else []
                        rows[output.entity] = rows.get(output.entity, 0) + (entry.rows if entry else 0)
                        variables[output.entity] = list(output.names)
                    if progress:
                        progress("assess", index + 1, len(partitions))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return files, rows, variables


def _room(partitions: int) -> tuple[int, int]:
    """How many partitions are counted at once, and how many threads each has."""
    cores = os.cpu_count() or 1
    at_once = max(1, min(cores, partitions))
    return at_once, max(1, cores // at_once)


def _partitions(snapshot: Snapshot) -> list[str]:
    """Every area of the partition level, and ``""`` for rows that stand in none of them."""
    areas = table_sources(snapshot)["areas"]
    with connect() as con:
        found = con.execute(
            f"SELECT code FROM {areas} WHERE level = ?", [snapshot.schema.partition]
        ).fetchall()
    outside = (
        [""]
        if any(entry.table not in ("", "areas") and not entry.partition for entry in snapshot.manifest.files)
        else []
    )
    return [*outside, *sorted(code for (code,) in found)]


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
    at_once: int
    threads: int

    def count(self, partition: str) -> list[tuple[Output, FileEntry | None]]:
        """Counts one partition and writes its results."""
        with connect(self.spill, f"{MEMORY // self.at_once}%") as con:
            con.execute(f"SET threads = {self.threads}")
            areas = table_sources(self.snapshot, partition)["areas"]
            con.execute(f"CREATE TEMP TABLE areas_here AS {areas_around(areas, partition)}")
            sources = partition_sources(self.snapshot, partition)
            if self.backend != DUCKDB:
                return self._elsewhere(con, partition, sources)
            plan = compile_variables(self.rulebook, self.on, sources, shapes=self.shapes)
            run_plan(con, plan)
            return [(one, self._write(con, one, one.query, partition)) for one in plan.outputs.values()]

    def _elsewhere(
        self, con: duckdb.DuckDBPyConnection, partition: str, sources: Sources
    ) -> list[tuple[Output, FileEntry | None]]:
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
                (one, self._write(con, one, f"SELECT * FROM {there.bring(one)}", partition))
                for one in plan.outputs.values()
            ]

    def _write(
        self, con: duckdb.DuckDBPyConnection, output: Output, query: str, partition: str
    ) -> FileEntry | None:
        """One entity's results of one partition as Parquet, sorted by its keys; None where there is no row."""
        level = self.snapshot.schema.partition
        place = self.folder / "results" / output.entity / f"{level}={partition or 'none'}" / "part-0.parquet"
        place.parent.mkdir(parents=True)
        order = ", ".join(map(quote, output.keys))
        copy = f"COPY ({query} ORDER BY {order}) TO {literal(str(place))} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
        (rows,) = execute(con, copy).fetchone()
        if not rows:
            place.unlink()
            place.parent.rmdir()
            return None
        return file_entry(self.folder, place, rows, output.entity, partition)
