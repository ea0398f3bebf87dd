"""The index of villages: where each village's rows stand in every file, what they hash to, and which villages are tied.

Files are sorted by area, so the rows of an area are one stretch of each file. A tie is a row of one area that leads to a row
of another of the same partition. Rows of villages that no chain of ties connects never look at each other.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tsampa.schema import Kind
from tsampa.snapshot.place import NOWHERE, bindings, place_table
from tsampa.snapshot.sql import connect, literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from tsampa.schema import Column, Schema, Table

__all__ = ["TIES", "VILLAGES", "VillageIndex"]

VILLAGES = "villages.parquet"
TIES = "ties.parquet"

BATCH = 100_000
"""Rows hashed at once: their text has to fit into memory."""

Stretch = tuple[str, int, int]
"""An area's code, its first row in the file, and how many rows it has."""


@dataclass
class VillageIndex:
    """Gathers the index while tables are written; hashing goes on beside the writing of the next file."""

    con: duckdb.DuckDBPyConnection
    schema: Schema
    pool: ThreadPoolExecutor
    _hashing: list[tuple[str, str, str, list[Stretch], Future[list[str]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._hasher = connect()
        self._hasher.execute("set threads = 1")  # one after the other, rows are gathered in their order
        self.con.execute('create temp table "_ties" (part bigint, area bigint, other bigint)')

    def add_file(self, table: Table, name: str, partition: str, part: int, file: int, path: Path) -> None:
        """Notes the stretches of a file of ``_placed`` rows that has been written."""
        if part == NOWHERE:
            return
        found = self.con.execute(
            f'select a.k, sum(p.n) over (order by p._area) - p.n, p.n from (select _area, count(*) as n from "_placed"'
            f" where _part = {int(part)} and _file = {int(file)} group by _area) p"
            f" join {place_table('areas')} a on a.area = p._area order by p._area"
        ).fetchall()
        for batch in _batches([(code, int(first), rows) for code, first, rows in found]):
            hashing = self.pool.submit(_hashes, self._hasher.cursor(), table, path, batch)
            self._hashing.append((partition, table.name, name, batch, hashing))

    def add_ties(self, table: Table) -> None:
        """Notes the ties that rows of ``_placed`` make."""
        bound = bindings(self.schema)
        if table.name not in bound or table.name == "households":
            return  # a household stands where its only link leads
        # A person with one membership in all stands where the household stands: such rows make no tie.
        where = " and t._file = 1" if table.name == "memberships" else ""
        for link in table.links:
            if link.table in bound or link.table == "areas":
                # What belongs to an area above is no village's, and ties none to another.
                only = " and p.village" if link.table == "areas" else ""
                self.con.execute(
                    f'insert into "_ties" select distinct t._part, least(t._area, p.area), greatest(t._area, p.area)'
                    f' from "_placed" t join {place_table(link.table)} p on t.{quote(link.column)} = p.k'
                    f" where t._part <> {NOWHERE} and t._part = p.part and t._area <> p.area{where}{only}"
                )

    def write(self, folder: Path) -> None:
        """Writes both files; the same rows give the same bytes."""
        self.con.execute(
            'create temp table "_villages" ("partition" varchar, "table" varchar, file varchar, area varchar,'
            " first bigint, rows bigint, sha256 varchar)"
        )
        for partition, table, name, batch, hashing in self._hashing:
            rows = [
                (partition, table, name, *stretch, sha256)
                for stretch, sha256 in zip(batch, hashing.result(), strict=True)
            ]
            _insert(self.con, '"_villages"', rows)
        ties = (
            f'select distinct c.code as "partition", a.k as area, b.k as other from "_ties" t'
            f' join "_partitions" c on c.number = t.part'
            f" join {place_table('areas')} a on a.area = t.area join {place_table('areas')} b on b.area = t.other"
        )
        _copy(self.con, f"{ties} order by all", folder / TIES)
        _copy(self.con, 'from "_villages" order by "partition", file, first', folder / VILLAGES)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """The rows by column, as one row at a time is slow."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns)


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    con.execute(f"copy ({query}) to {literal(str(path))} (format parquet, compression zstd)")


# ── what a stretch hashes to


def _batches(stretches: list[Stretch]) -> Iterator[list[Stretch]]:
    batch: list[Stretch] = []
    for stretch in stretches:
        if batch and stretch[1] + stretch[2] - batch[0][1] > BATCH:
            yield batch
            batch = []
        batch.append(stretch)
    if batch:
        yield batch


def _hashes(con: duckdb.DuckDBPyConnection, table: Table, path: Path, batch: list[Stretch]) -> list[str]:
    """The SHA-256 of each stretch's rows, in their order, read back from the file that holds them."""
    first, last = batch[0][1], batch[-1][1] + batch[-1][2] - 1
    source = f"read_parquet({literal(str(path))}, hive_partitioning = false, file_row_number = true)"
    with con:
        con.execute(
            "create temp table stretches as"
            " select number from (select unnest(?) as number, unnest(?) as rows), range(rows) order by number",
            [list(range(len(batch))), [rows for _, _, rows in batch]],
        )
        found = con.execute(
            f"select number, sha256(string_agg(said, '')) from stretches positional join"
            f" (select {row_text(table)} as said from {source} where file_row_number between {first} and {last})"
            " group by number order by number"
        ).fetchall()
    return [sha256 for _, sha256 in found]


def row_text(table: Table) -> str:
    """An expression for a row as text, from which the row could be read again: so only equal rows have equal text.

    First the length of each free text in bytes (nothing for null), then these texts, then all else, each with a comma after it.
    """
    texts = [quote(one.name) for one in table.columns if _is_free(one)]
    others = [quote(one.name) for one in table.columns if not _is_free(one)]
    parts = [*(f"strlen({one}), ','" for one in texts), *texts, *(f"{one}, ','" for one in others)]
    return f"concat({', '.join(parts)})"


def _is_free(column: Column) -> bool:
    """Whether the column's text could hold a comma, or nothing at all."""
    words = column.type.choices
    return column.type.kind is Kind.TEXT and not (words and all(word and "," not in word for word in words))
