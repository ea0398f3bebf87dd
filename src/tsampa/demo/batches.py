"""The county as sheets that an office takes in: what the register held on its first day, then what each quarter brought.

A row is sent in the quarter in which what it tells of happened, and never before the rows it leads to. A day on which something
ended, was answered or was corrected is sent in the quarter of that day, by the row's code.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tsampa.demo.make import PROGRAMME, SQL, draw_county
from tsampa.demo.names import GIVEN, SURNAMES, read_parts
from tsampa.demo.scale import AS_OF
from tsampa.schema import Column, Kind, Schema, Table, find_programme, read_schema
from tsampa.snapshot import spill_folder
from tsampa.snapshot.sql import connect, literal, quote

__all__ = ["FIRST_DAY", "DatedSheets", "write_batches"]

Progress = Callable[[str, int, int], None]
FIRST_DAY = date(2015, 6, 30)
"""The day on which the register was opened."""
MEMORY = "400MB"
YEARS = {"incomes": (11, 20), "pools": (12, 20), "productions": (12, 10)}
"""Tables whose rows are about a year: the month and day of that year on which they are written down."""
WITH = {("objections", "upheld"): "answered"}
"""Columns that are known on the day another column tells."""


@dataclass(frozen=True)
class DatedSheets:
    """The sheets of one day, CSV files in a zip, each named after its table; ``rows`` by table."""

    day: date
    path: Path
    rows: dict[str, int]


def write_batches(
    folder: Path, *, seed: int = 1, households: int | None = None, progress: Progress | None = None
) -> list[DatedSheets]:
    """Writes the sheets of the first day and of every quarter's end until the last; ``seed`` and ``households`` as ``make_demo``.

    The people have names and numbers of county 999999, which snapshots have not. Raises TsampaError ``demo-too-small``.
    """
    schema = read_schema(find_programme(PROGRAMME))
    with spill_folder(folder / "county") as spill, connect(spill, MEMORY) as con:
        draw_county(con, schema, seed=seed, households=households, progress=progress)
        _name_people(con)
        tables = [_Sent(con, schema, table) for table in _ordered(schema)]
        for done, one in enumerate(tables):
            if progress:
                progress("writing sheets", done, len(tables))
            one.write(spill)
        return [_zipped(spill, folder, day) for day in _days(spill)]


def _name_people(con: duckdb.DuckDBPyConnection) -> None:
    for name, value in (("surnames", SURNAMES), ("given", GIVEN)):
        con.execute(f"SET VARIABLE {name} = {literal(value)}")
    con.execute("CREATE TABLE name_parts (rank BIGINT, han VARCHAR, latin VARCHAR, sex VARCHAR)")
    rows = [[rank, one.han, one.latin, one.sex] for rank, one in enumerate(read_parts())]
    con.executemany("INSERT INTO name_parts VALUES (?, ?, ?, ?)", rows)
    con.execute((SQL / "names.sql").read_text(encoding="utf-8"))
    con.execute(
        """CREATE MACRO quarter_end(day) AS greatest(DATE '2015-06-30', last_day(date_trunc('quarter', day) + INTERVAL 2 MONTH)::DATE)"""
    )


def _ordered(schema: Schema) -> list[Table]:
    """Those that others lead to first; memberships are sent with the persons."""
    left = [table for table in schema.tables if table.name != "memberships"]
    done: dict[str, Table] = {}
    while left:
        ready = next(one for one in left if {link.table for link in one.links} - {one.name} <= done.keys())
        left.remove(ready)
        done[ready.name] = ready
    return list(done.values())


class _Sent:
    """One table: when each of its rows is sent, and what of it is known then."""

    def __init__(self, con: duckdb.DuckDBPyConnection, schema: Schema, table: Table) -> None:
        self._con, self._table, self._links = con, table, list(table.links)
        self._columns, self._since = list(table.columns), table.since
        self._rows = table.name
        if table.name == "persons":
            members = schema.by_name["memberships"]
            self._columns += [one for one in members.columns if one.name not in ("code", "person")]
            self._links += [one for one in members.links if one.table == "households"]
            self._since = members.since
            self._rows = (
                "(SELECT p.*, m.* EXCLUDE (code, person), n.* EXCLUDE (code) FROM persons p"
                " JOIN memberships m ON m.person = p.code JOIN named n ON n.code = p.code)"
            )
        made = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {self._rows}").fetchall()}
        self._columns = [one for one in self._columns if one.name in made]
        ends = {one.name for one in self._columns if one.type.kind is Kind.DATE and not one.required}
        self._late = sorted(ends - {one.name for one in self._columns if one.ahead} - {"birth_date"})

    def write(self, folder: Path) -> None:
        """Files of CSV below ``folder``, by the day they are sent."""
        name, key = self._table.name, quote(self._table.key)
        self._con.execute(
            f"CREATE TABLE entered_{name} AS SELECT r.{key} AS code, greatest({self._entered()}) AS day"
            f" FROM {self._rows} r {self._joined()}"
        )
        days = ", ".join(["e.day", *(f"greatest(e.day, {_quarter(one)})" for one in self._late)])
        shown = ", ".join(f"{self._shown(one)} AS {quote(one.name)}" for one in self._columns)
        extra = ", name, other_name, identity" if name == "persons" else ""
        # One thread: one file for each day.
        self._con.execute("SET threads = 1")
        self._con.execute(
            f"COPY (SELECT {shown}{extra}, sent FROM (SELECT r.*, unnest(list_distinct([{days}])) AS sent"
            f" FROM {self._rows} r JOIN entered_{name} e ON e.code = r.{key}) ORDER BY sent, {key})"
            f" TO {literal(str(folder / name))} (FORMAT csv, HEADER, PARTITION_BY (sent))"
        )
        self._con.execute("RESET threads")

    def _entered(self) -> str:
        own = [f"DATE '{FIRST_DAY}'", *(f"l{at}.day" for at, _ in enumerate(self._links))]
        if self._table.name in YEARS:
            month, day = YEARS[self._table.name]
            year = "accounting_year" if self._table.name == "incomes" else "year"
            own.append(f"quarter_end(make_date(r.{year}, {month}, {day}))")
        elif self._since:
            own.append(f"quarter_end(r.{quote(self._since)})")
        return ", ".join(own)

    def _joined(self) -> str:
        return " ".join(
            f"LEFT JOIN entered_{one.table} l{at} ON l{at}.code = r.{quote(one.column)}"
            for at, one in enumerate(self._links)
        )

    def _shown(self, column: Column) -> str:
        name, told = quote(column.name), quote(column.name)
        if column.type.kind is Kind.NUMBER and column.type.digits:
            digits = column.type.digits
            told = f"({name}::DECIMAL(18, 0) * {10**-digits:.{digits}f}::DECIMAL({digits + 1}, {digits}))"
        elif column.type.kind is Kind.BOOL:
            told = f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END"
        told_on = WITH.get((self._table.name, column.name), column.name)
        if told_on not in self._late:
            return told
        return f"CASE WHEN {_quarter(told_on)} IS NULL OR {_quarter(told_on)} <= sent THEN {told} END"


def _quarter(column: str) -> str:
    """The quarter's end at which a day is told; none where it was agreed beforehand, as it lies after the last day."""
    return f"CASE WHEN {quote(column)} <= DATE '{AS_OF}' THEN quarter_end({quote(column)}) END"


def _days(folder: Path) -> list[str]:
    return sorted({one.name.removeprefix("sent=") for one in folder.glob("*/sent=*")})


def _zipped(spill: Path, folder: Path, day: str) -> DatedSheets:
    path, rows = folder / f"{day}.zip", {}
    with zipfile.ZipFile(path, "w") as zipped:
        for file in sorted(spill.glob(f"*/sent={day}/*.csv")):
            table = file.parents[1].name
            text = file.read_bytes()
            rows[table] = text.count(b"\n") - 1
            # Stored as it is and undated: the same county gives the same file.
            zipped.writestr(zipfile.ZipInfo(f"{table}.csv"), text)
    return DatedSheets(date.fromisoformat(day), path, rows)
