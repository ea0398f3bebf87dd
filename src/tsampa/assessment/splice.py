"""Some villages of a partition counted by themselves, and set among the results that the others have already."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tsampa.assessment.again import Again, Touched
from tsampa.assessment.parts import first_keys, sort_key, write_parts
from tsampa.assessment.sources import areas_around, parquet, partition_sources, table_sources
from tsampa.rules.columns import Output, Sources
from tsampa.rules.relations import entity_table
from tsampa.snapshot import FileEntry, Snapshot, village_rows
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import literal, quote, word_list

__all__ = ["gather_touched", "touched_sources", "write_spliced"]


def touched_sources(snapshot: Snapshot, partition: str) -> Sources:
    """Where ``gather_touched`` puts the rows of a partition's touched areas.

    How many rows there can be is said of the whole partition, so that the plan is the one that counts all of it.
    """
    whole = partition_sources(snapshot, partition)
    here = {table: _here(table) for table in _gathered(snapshot, partition)}
    return Sources(whole.tables | here, {}, whole.rows)


def gather_touched(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, partition: str, touched: Touched
) -> None:
    """Reads the rows of the touched areas alone, and makes ``areas_here`` without the partition's other villages."""
    areas = areas_around(table_sources(snapshot, partition)["areas"], partition)
    listed, home = word_list(sorted(touched.areas)), literal(snapshot.schema.home_level)
    rows = village_rows(con, touched.after, partition, touched.areas)
    made = {_here(table): rows[table] for table in _gathered(snapshot, partition)}
    made["areas_here"] = f"SELECT * FROM ({areas}) WHERE level <> {home} OR code IN {listed}"
    # In one go: between two statements Python would wait for whoever else is at work.
    con.execute("; ".join(f"CREATE TEMP TABLE {name} AS {query}" for name, query in made.items()))


def _gathered(snapshot: Snapshot, partition: str) -> list[str]:
    """The tables that are split by area and have rows in the partition."""
    return [table for table in bindings(snapshot.schema) if snapshot.count(table, partition)]


def _here(table: str) -> str:
    return quote(f"here_{table}")


def write_spliced(
    con: duckdb.DuckDBPyConnection, folder: Path, output: Output, partition: str, touched: Touched, again: Again
) -> list[FileEntry]:  # fmt: skip
    """The entity's results of the whole partition: the earlier ones but for the touched areas, and the new.

    Parts in which no row is touched are carried over; they are the bytes that writing everything would give.
    """
    level = touched.after.schema.partition
    parts = again.results(output.entity, partition)
    if not parts:
        return write_parts(con, folder, output, output.query, level, partition)
    for entry in parts:
        again.require_sound(entry, content=True)
    here = _Here(con, output, [again.earlier.path / one.path for one in parts])
    gone = _gone(con, output, partition, touched)
    written: dict[int, list[FileEntry]] = {}
    for first, end, query in here.stretches(gone):
        written |= {number: [] for number in range(first, end)}
        written[first] = write_parts(con, folder, output, query, level, partition, first)
    kept = again.keep([one for number, one in enumerate(parts) if number not in written], folder)
    return sorted([*kept, *(one for some in written.values() for one in some)], key=_number)


def _number(entry: FileEntry) -> int:
    return int(entry.path.removesuffix(".parquet").rpartition("-")[2])


@dataclass
class _Here:
    """An entity's earlier parts in a partition, among which rows are set anew."""

    con: duckdb.DuckDBPyConnection
    output: Output
    files: list[Path]

    def stretches(self, gone: str) -> Iterator[tuple[int, int, str]]:
        """The parts that are written again: the first, the one after the last, and a query for what they now hold.

        A part that gets as many rows as it loses is written by itself. Where it does not, all that follow move.
        """
        come, key = self._come(), quote(self.output.keys[-1])
        lost = dict(
            self.con.execute(
                f"SELECT file_index, count(*) FROM {parquet(self.files)} WHERE {gone} GROUP BY file_index"
            ).fetchall()
        )
        for first in sorted({*lost, *come}):
            moved = lost.get(first, 0) != len(come.get(first, ()))
            end = len(self.files) if moved else first + 1
            columns = ", ".join(map(quote, self.output.columns))
            new = [code for number, codes in come.items() if first <= number < end for code in codes]
            there = f"{key} IN {word_list(new)}" if new else "FALSE"
            yield (
                first,
                end,
                f"SELECT {columns} FROM {parquet(self.files[first:end])} WHERE ({gone}) IS NOT TRUE"
                f" UNION ALL SELECT {columns} FROM {self._new} WHERE {there}",
            )
            if moved:
                return

    @property
    def _new(self) -> str:
        return quote(f"new_{self.output.entity}")

    def _come(self) -> dict[int, list[str]]:
        """The keys of the new rows by the number of the part they belong to."""
        self.con.execute(f"CREATE TEMP TABLE {self._new} AS {self.output.query}")
        starts = first_keys(self.con, self.output, self.files)
        found: dict[int, list[str]] = defaultdict(list)
        listed = ", ".join(map(quote, self.output.keys))
        for row in self.con.execute(f"SELECT {listed} FROM {self._new}").fetchall():
            found[max(0, bisect_right(starts, sort_key(row)) - 1)].append(row[-1])
        return found


def _gone(con: duckdb.DuckDBPyConnection, output: Output, partition: str, touched: Touched) -> str:
    """A condition for the earlier results of the rows that stood in the touched areas."""
    schema, entity = touched.before.schema, output.entity
    if entity == "household" or entity in schema.levels:  # the area is the first key
        return f"{quote(output.keys[0])} IN {word_list(sorted(touched.areas))}"
    table = schema.by_name[entity_table(schema, entity) or ""]
    rows = village_rows(con, touched.before, partition, touched.areas)[table.name]
    name = quote(f"gone_{entity}")
    con.execute(f"CREATE TEMP TABLE {name} AS SELECT {quote(table.key)} FROM ({rows})")
    return f"{quote(output.keys[-1])} IN (FROM {name})"
