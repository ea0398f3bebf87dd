"""The work of an assessment: its partitions counted side by side, each by itself, and what an earlier one has done taken over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb

from tsampa.assessment.again import Again, Touched
from tsampa.assessment.parts import write_parts
from tsampa.assessment.plans import Plans
from tsampa.assessment.sources import areas_around, partition_sources, table_sources
from tsampa.assessment.splice import gather_touched, touched_sources, write_spliced
from tsampa.rules import Rulebook
from tsampa.rules.columns import Output, Sources, compile_variables, open_backend, run_plan
from tsampa.snapshot import FileEntry, Settled, Snapshot
from tsampa.snapshot.sql import literal

__all__ = ["DUCKDB", "Progress", "Results", "Work"]

Progress = Callable[[str, int, int], None]
Counted = tuple[str, list[str], list[FileEntry]]
"""An entity, the names of its variables, and the files of its results of one partition."""

DUCKDB = "duckdb"
NEEDLESS = "build_side_probe_side,compressed_materialization"
"""Plans join the smaller side from the right already; packing rows tighter for a sort costs more than so small a sort saves."""


@dataclass
class Results:
    """The files of results in the order of their partitions, and of each entity the rows and the names of its variables."""

    files: list[FileEntry] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    variables: dict[str, list[str]] = field(default_factory=dict)

    def add(self, counted: Iterable[Counted]) -> None:
        """The results of the next partition."""
        for entity, names, entries in sorted(counted):
            self.files += entries
            self.rows[entity] = self.rows.get(entity, 0) + sum(entry.rows for entry in entries)
            self.variables[entity] = names


@dataclass(frozen=True)
class Work:
    """What is the same for all partitions of an assessment; ``spill`` is for what does not fit in memory."""

    snapshot: Snapshot
    rulebook: Rulebook
    on: date
    folder: Path
    settled: Settled
    spill: Path
    backend: str
    root: duckdb.DuckDBPyConnection
    again: Again | None = None

    def results(self, partitions: Sequence[str], progress: Progress | None) -> Results:
        """Counts as many partitions at once as there are cores, each by itself; what comes out stands in their order.

        Meanwhile the others get the results they had, and what is done goes to the disk.
        """
        counted = [one for one in partitions if self.again is None or one not in self.again.kept]
        at_once, threads = _room(len(counted))
        self.root.execute(f"SET temp_directory = {literal(str(self.spill))}")
        self.root.execute(f"SET threads = {threads}")
        self.root.execute(f"SET disabled_optimizers = {literal(NEEDLESS)}")
        with ThreadPoolExecutor(at_once) as pool:
            waiting = {one: pool.submit(self.count, one, threads == 1) for one in counted}
            try:
                return self._gathered(partitions, waiting, progress)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _gathered(
        self, partitions: Sequence[str], waiting: Mapping[str, Future[list[Counted]]], progress: Progress | None
    ) -> Results:  # fmt: skip
        kept = {one: self.keep(one) for one in partitions if one not in waiting}
        self._settle(kept.values())
        found = Results()
        for done, partition in enumerate(partitions):
            if partition in waiting:
                counted = waiting[partition].result()
                self._settle([counted])
            else:
                counted = kept[partition]
            found.add(counted)
            if progress:
                progress("assess", done + 1, len(partitions))
        return found

    def _settle(self, counted: Iterable[list[Counted]]) -> None:
        files = (entry.path for one in counted for _, _, entries in one for entry in entries)
        self.settled.add(f"{self.folder}/{path}" for path in files)

    @cached_property
    def _plans(self) -> Plans:
        return Plans(self.rulebook, self.on)

    def keep(self, partition: str) -> list[Counted]:
        """The results that the partition has already."""
        assert self.again is not None
        return [
            (entity, names, self.again.keep(self.again.results(entity, partition), self.folder))
            for entity, names in self.again.earlier.manifest.variables.items()
        ]

    def count(self, partition: str, alone: bool) -> list[Counted]:
        """Counts one partition and writes its results. ``alone``: whether one thread does all of it, and so keeps rows in order."""
        # One database for all: what one partition has done with, the next takes over without asking the system for it.
        with self.root.cursor() as con:
            touched = self.again.touched.get(partition) if self.again is not None else None
            if self.again is not None and touched is not None:
                return self._villages(con, partition, touched, self.again)
            areas = table_sources(self.snapshot, partition)["areas"]
            con.execute(f"CREATE TEMP TABLE areas_here AS {areas_around(areas, partition)}")
            sources = partition_sources(self.snapshot, partition, placed=alone)
            if self.backend != DUCKDB:
                return self._elsewhere(con, partition, sources)
            plan = self._plans.of(sources)
            run_plan(con, plan)
            return [self._written(con, one, one.query, partition) for one in plan.outputs.values()]

    def _villages(
        self, con: duckdb.DuckDBPyConnection, partition: str, touched: Touched, again: Again
    ) -> list[Counted]:
        """Counts some villages of the partition; the others keep what they have."""
        with ThreadPoolExecutor(1) as beside:  # reading so few rows takes as long as writing the rules as SQL
            planning = beside.submit(self._plans.of, touched_sources(self.snapshot, partition))
            gather_touched(con, self.snapshot, partition, touched)
        plan = planning.result()
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
                shapes=self._plans.shapes,
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


def _room(partitions: int) -> tuple[int, int]:
    """How many partitions are counted at once, and how many threads DuckDB has; whoever asks it works as one of them."""
    cores = os.cpu_count() or 1
    at_once = max(1, min(cores, partitions))
    return at_once, cores - at_once + 1
