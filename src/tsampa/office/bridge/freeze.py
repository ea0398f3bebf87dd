"""Freezes the register into a snapshot: as of a day, as it was known at a cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from django.conf import settings

from tsampa.errors import Problem
from tsampa.office.bridge.known import known_rows
from tsampa.office.bridge.layout import Layout, layouts
from tsampa.office.bridge.places import leave_out_areas, place_as_of, read_places
from tsampa.office.bridge.stream import Stream, reading
from tsampa.office.bridge.timely import leave_out_later
from tsampa.office.history.models import Cut
from tsampa.schema import Kind, read_programme, read_schema
from tsampa.snapshot import Snapshot, spill_folder, write_snapshot
from tsampa.snapshot.sql import column_list, connect, quote

__all__ = ["Frozen", "freeze_register"]

Progress = Callable[[str, int, int], None]
READING, WRITING = "192MB", "384MB"
"""What the rows may hold in memory while they are read and while they are written, however many there are: an office answers
its users meanwhile, and shares its machine with them."""
EXAMPLES = 20


@dataclass(frozen=True)
class Frozen:
    """A snapshot, the cut it was taken at, and the rows that were set aside because a value is none of its column's type."""

    snapshot: Snapshot
    cut: Cut
    problems: list[Problem]


def freeze_register(
    out: Path, *, as_of: date, known: Cut | None = None, progress: Progress | None = None
) -> Frozen:
    """The register of ``as_of`` as the snapshot ``out``; with ``known`` as it had been recorded by that cut, else by now.

    A cut is taken for "now": others go on writing meanwhile, and nothing of that is in it. Rows that begin after ``as_of`` are
    left out, and rows that belong to them; households are in the village they were in on that day. Raises what ``write_snapshot`` raises.
    """
    schema = read_schema(settings.PROGRAMME)
    with spill_folder(out) as spill, connect(spill, READING) as con:
        with reading(spill, known) as (stream, cut):
            problems = list(_read(con, stream, cut, layouts(schema), live=known is None, progress=progress))
            read_places(con, stream, cut, live=known is None)
        place_as_of(con, as_of)
        leave_out_later(con, schema, as_of)
        leave_out_areas(con, schema, as_of)
        snapshot = write_snapshot(
            out, {table.name: con.sql(f"SELECT {column_list(table)} FROM {quote(table.name)}") for table in schema.tables},
            schema=schema, programme=read_programme(settings.PROGRAMME).name, as_of=as_of, recorded_until=cut.at,
            source=f"office, cut {cut.pk}", progress=progress, memory=WRITING,
        )  # fmt: skip
    return Frozen(snapshot, cut, problems)


def _read(
    con: duckdb.DuckDBPyConnection, stream: Stream, cut: Cut, tables: list[Layout], *, live: bool, progress: Progress | None
) -> Iterator[Problem]:  # fmt: skip
    for done, one in enumerate(tables):
        if progress:
            progress("reading", done, len(tables))
        if live:
            where = f" WHERE {one.condition}" if one.condition else ""
            stream.rows(con, "_text", one.fields, f"{quote(one.model._meta.db_table)}{where}")
        else:
            known_rows(con, stream, one, cut)
        yield from _typed(con, one)
        con.execute("DROP TABLE _text")


def _typed(con: duckdb.DuckDBPyConnection, one: Layout) -> Iterator[Problem]:
    """Makes the schema's table of ``_text``; what cannot be read in its type is set aside and told."""
    parts = ", ".join(f"{one.typed(column)} AS {quote(column.name)}" for column in one.table.columns)
    bad = {
        column.name: f"({one.told(column)} IS NOT NULL AND {one.typed(column)} IS NULL)"
        for column in one.table.columns
        if column.type.kind is not Kind.TEXT
    }
    whole = f" WHERE NOT ({' OR '.join(bad.values())})" if bad else ""
    con.execute(f"CREATE TABLE {quote(one.table.name)} AS SELECT {parts} FROM _text{whole}")
    for name, test in bad.items():
        yield from _set_aside(con, one, name, test)


def _set_aside(con: duckdb.DuckDBPyConnection, one: Layout, column: str, test: str) -> Iterator[Problem]:
    key = one.told(one.table.by_name[one.table.key])
    found = con.execute(f"SELECT count(*), min({key}, {EXAMPLES}) FROM _text WHERE {test}").fetchone()
    if found and found[0]:
        yield Problem(
            "value-unreadable",
            f"{column} is none of its type in {found[0]} rows: {', '.join(found[1])}",
            "Correct these rows in the register; they were written by something other than the office.",
            sheet=one.table.name,
            column=column,
            effect="row_rejected",
        )
