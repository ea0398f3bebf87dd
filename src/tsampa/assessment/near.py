"""The rows that one village's households can look at, as the reference engine takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsampa.assessment.sources import areas_around
from tsampa.rules import Formula
from tsampa.rules import nodes as n
from tsampa.rules.relations import entity_table
from tsampa.schema import Link, Schema, Table
from tsampa.snapshot import Snapshot, has_index, tied_villages, village_rows
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import literal, quote

if TYPE_CHECKING:
    import duckdb

__all__ = ["Near", "near_sources"]

Rows = dict[str, list[dict[str, Any]]]

_HERE = ("areas", "households", "memberships")
"""Read first, as others are chosen by them."""
_KEYS = {
    "areas": "SELECT code FROM areas_here",
    "households": "SELECT code FROM households_here",
    "persons": "SELECT person FROM memberships_here",
}


def near_sources(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, partition: str, area: str
) -> dict[str, str]:
    """Where the village's rows stand: by the index in their own stretches, and in those of villages that are tied to it."""
    if not has_index(snapshot.manifest) or not partition:
        return {}
    near = village_rows(con, snapshot, partition, tied_villages(con, [snapshot], partition, [area]))
    split = bindings(snapshot.schema)
    # What is only of areas may be of one above the village.
    return {
        table.name: f"({near[table.name]})" for table in snapshot.schema.tables
        if table.name in split and (table.name in (*_HERE, "persons") or table.link("household") is not None)
    }  # fmt: skip


@dataclass(frozen=True)
class Near:
    """Reads tables that some formula reads. ``whole`` has all rows of the partition, ``sources`` fewer where an index says which."""

    con: duckdb.DuckDBPyConnection
    schema: Schema
    formulas: Sequence[Formula]
    whole: dict[str, str]
    sources: dict[str, str]
    area: str

    def rows(self) -> Rows:
        """The rows by table, and none of a table that no formula reads."""
        self._gather()
        read = {*_HERE, "persons", *(entity_table(self.schema, one) for one in self._entities())}
        found = {table.name: self._rows(table) if table.name in read else [] for table in self.schema.tables}
        self._follow(found)
        return found

    def _gather(self) -> None:
        """The village's areas, households and memberships; and all memberships of its persons, to tell which of them counts."""
        homes, members = self._source("households"), self._source("memberships")
        areas = areas_around(self.whole["areas"], self.area)
        persons = f"SELECT person FROM {members} WHERE household IN ({_KEYS['households']})"
        for name, query in (
            ("areas", areas),
            ("households", f"SELECT * FROM {homes} WHERE area = {literal(self.area)}"),
            ("memberships", f"SELECT * FROM {members} WHERE person IN ({persons})"),
        ):
            self.con.execute(f"CREATE TEMP TABLE {name}_here AS {query}")

    def _source(self, table: str) -> str:
        return self.sources.get(table, self.whole[table])

    def _entities(self) -> Iterator[str]:
        for formula in self.formulas:
            yield formula.entity
            yield from (node.entity for node in n.walk(formula.node) if isinstance(node, n.Rows))
        yield from (self.schema.by_name[link.table].entity for _, link in self._links())

    def _links(self) -> list[tuple[str, Link]]:
        """The tables from whose rows formulas look up at a record, and by which link."""
        found = {}
        for formula in self.formulas:
            for node in n.walk(formula.node):
                if isinstance(node, n.Up) and node.link not in self.schema.levels:
                    table = self.schema.by_entity[node.entity]
                    link = table.link(node.link)
                    if link is not None and link.table not in _KEYS:
                        found[table.name, node.link] = (table.name, link)
        return list(found.values())

    def _rows(self, table: Table) -> list[dict[str, Any]]:
        if table.name in _HERE:
            return self._read(table, f"{table.name}_here", "TRUE")
        ways = {link.column: _KEYS[link.table] for link in table.links if link.table in _KEYS}
        if table.name == "persons":
            ways[table.key] = _KEYS["persons"]
        where = " OR ".join(f"{quote(column)} IN ({keys})" for column, keys in ways.items())
        return self._read(table, self._source(table.name), where) if where else []

    def _read(
        self, table: Table, source: str, where: str, values: Sequence[object] = ()
    ) -> list[dict[str, Any]]:
        names = [column.name for column in table.columns]
        query = f"SELECT {', '.join(map(quote, names))} FROM {source} WHERE {where}"
        return [
            dict(zip(names, row, strict=True)) for row in self.con.execute(query, list(values)).fetchall()
        ]

    def _follow(self, found: Rows) -> None:
        """Adds the records elsewhere that rows here are linked to, and those that these are linked to in turn."""
        links, more = self._links(), True
        while more:
            more = False
            for name, link in links:
                target = self.schema.by_name[link.table]
                here = {row[target.key] for row in found[target.name]}
                keys = sorted({row[link.column] for row in found[name]} - here - {None})
                if keys:
                    where = f"{quote(target.key)} IN (SELECT unnest(?::VARCHAR[]))"
                    added = self._read(target, self.whole[target.name], where, [keys])
                    found[target.name] += added
                    more = more or bool(added)
