"""What had not begun yet on the day of a snapshot is left out, and with it whatever belongs to it."""

from __future__ import annotations

from datetime import date

import duckdb

from tsampa.schema import Schema, Table
from tsampa.snapshot.sql import literal, quote

__all__ = ["leave_out_later"]

YEARS = {"incomes": "accounting_year", "pools": "year"}
"""Tables whose rows are about a year."""


def leave_out_later(con: duckdb.DuckDBPyConnection, schema: Schema, as_of: date) -> None:
    """Takes the rows that begin after the day out of the schema's tables in ``con``, and the rows that link to them.

    Households and persons begin with their first membership; one that never had any is kept, as a gap that must be seen.
    """
    day = f"DATE {literal(as_of.isoformat())}"
    con.execute("CREATE TEMP TABLE _later (name VARCHAR, k VARCHAR)")
    for table in schema.tables:
        later = _later(table, as_of, day)
        if later:
            con.execute(f"INSERT INTO _later SELECT {literal(table.name)}, {quote(table.key)} FROM {quote(table.name)} WHERE {later}")  # fmt: skip
    for name, column in (("households", "household"), ("persons", "person")):
        con.execute(f"INSERT INTO _later SELECT '{name}', {column} FROM memberships GROUP BY {column} HAVING min(since) > {day}")  # fmt: skip
    while sum(_linked(con, table) for table in schema.tables):
        pass
    for table in schema.tables:
        con.execute(f"DELETE FROM {quote(table.name)} WHERE {quote(table.key)} IN (SELECT k FROM _later WHERE name = {literal(table.name)})")  # fmt: skip
    con.execute("DROP TABLE _later")


def _later(table: Table, as_of: date, day: str) -> str:
    if table.name in YEARS:
        return f"{quote(YEARS[table.name])} > {as_of.year}"
    return f"{quote(table.since)} > {day}" if table.since else ""


def _linked(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Marks the rows that link to a marked row; how many that were."""
    found = 0
    for link in table.links:
        if not link.required:
            continue
        marked = con.execute(
            f"""INSERT INTO _later SELECT {literal(table.name)}, t.{quote(table.key)} FROM {quote(table.name)} t
                WHERE {quote(link.column)} IN (SELECT k FROM _later WHERE name = {literal(link.table)})
                AND {quote(table.key)} NOT IN (SELECT k FROM _later WHERE name = {literal(table.name)})"""
        ).fetchone()
        found += marked[0] if marked else 0
    return found
