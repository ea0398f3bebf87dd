"""One household's reasons: its village is read from the snapshot and worked out again, step by step, by the reference engine."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING, Any

from tsampa.assessment.read import Assessment
from tsampa.assessment.sources import areas_around
from tsampa.errors import TsampaError
from tsampa.rules.reference import Reference
from tsampa.schema import Table
from tsampa.snapshot import has_index, tied_villages, village_rows
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import connect, literal, quote

if TYPE_CHECKING:
    import duckdb

    from tsampa.rules.explain import Explanation

__all__ = ["explain_household", "village_reference"]


_FIRST = {"areas": 0, "households": 1, "memberships": 2}
"""Whose rows others are chosen by, in the order they are read."""


def explain_household(assessment: Assessment, code: str, lang: str = "en") -> Explanation:
    """Why the household stands where it stands, in words. Raises TsampaError ``household-unknown``."""
    from tsampa.rules.explain import explain

    return explain(village_reference(assessment, code), code, lang=lang)


def village_reference(assessment: Assessment, household: str) -> Reference:
    """The reference engine over the household's village; what areas above it have comes from the results."""
    with connect() as con:
        area, partition = _home(con, assessment, household)
        sources = _sources(con, assessment, partition, area)
        con.execute(f"CREATE TEMP TABLE areas_here AS {areas_around(sources['areas'], area)}")
        tables = sorted(assessment.rulebook.schema.tables, key=lambda table: _FIRST.get(table.name, 9))
        register = {table.name: _rows(con, table, sources[table.name], area) for table in tables}
        return Reference(
            assessment.rulebook, assessment.day, register, given=_given(con, assessment, partition, area)
        )


def _sources(
    con: duckdb.DuckDBPyConnection, assessment: Assessment, partition: str, area: str
) -> dict[str, str]:
    """Where the village's rows stand: by the index in their own stretches, and in those of villages that are tied to it."""
    whole, snapshot = assessment.sources([partition]).tables, assessment.snapshot_of(partition)
    if not has_index(snapshot.manifest) or not partition:
        return whole
    near = village_rows(con, snapshot, partition, tied_villages(con, [snapshot], partition, [area]))
    split = bindings(snapshot.schema)
    # What is only of areas may be of one above the village.
    return whole | {
        table.name: f"({near[table.name]})" for table in snapshot.schema.tables
        if table.name in split and (table.name in _FIRST or table.name == "persons" or table.link("household") is not None)
    }  # fmt: skip


def _home(con: duckdb.DuckDBPyConnection, assessment: Assessment, household: str) -> tuple[str, str]:
    """The household's village and partition, as the results have them."""
    places = {
        str(assessment.path / one.path): one.partition for one in assessment.manifest.files if one.table == "household"
    }  # fmt: skip
    if places:
        # One query: of all files but the household's own, no more is read than which codes they begin and end with.
        listed = ", ".join(literal(glob.escape(path)) for path in places)
        source = f"read_parquet([{listed}], hive_partitioning = false, filename = true)"
        found = con.execute(f"SELECT area, filename FROM {source} WHERE code = ?", [household]).fetchone()
        if found:
            return found[0], places[found[1]]
    raise TsampaError(
        "household-unknown", f"no household '{household}'", where=str(assessment.path), remedy="Check the code; the table of results lists all of them.",
        usage=True,
    )  # fmt: skip


def _rows(con: duckdb.DuckDBPyConnection, table: Table, source: str, area: str) -> list[dict[str, Any]]:
    """The table's rows that the village's households can look at."""
    where = _condition(table, area)
    if where is None:
        return []
    if table.name == "areas":
        source = "areas_here"
    if table.name in ("households", "memberships"):
        con.execute(f"CREATE TEMP TABLE {table.name}_here AS SELECT * FROM {source} WHERE {where}")
        source, where = f"{table.name}_here", "TRUE"
    names = [column.name for column in table.columns]
    found = con.execute(f"SELECT {', '.join(map(quote, names))} FROM {source} WHERE {where}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in found]


def _condition(table: Table, area: str) -> str | None:
    if table.name == "areas":
        return "TRUE"
    if table.name == "households":
        return f"area = {literal(area)}"
    if table.name == "persons":
        return "code IN (SELECT person FROM memberships_here)"
    for link in table.links:
        if link.table == "households":
            return f"{quote(link.column)} IN (SELECT code FROM households_here)"
        if link.table == "areas":
            return f"{quote(link.column)} IN (SELECT code FROM areas_here)"
    return None


def _given(
    con: duckdb.DuckDBPyConnection, assessment: Assessment, partition: str, area: str
) -> dict[tuple[str, str], dict[str, Any]]:
    """The variables of the areas above the village, as the results hold them: their other villages are not read."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for level in assessment.rulebook.schema.levels[:-1]:
        for name in assessment.manifest.variables.get(level, []):
            found[level, name] = _given_values(con, assessment, (level, name), partition)
    return found


def _given_values(
    con: duckdb.DuckDBPyConnection, assessment: Assessment, name: tuple[str, str], partition: str
) -> dict[str, Any]:
    from fractions import Fraction

    shapes, formula = assessment.shapes, assessment.formulas[name]
    source = assessment.sources([partition]).results[name[0]]
    shape = shapes.of(formula.node)
    quotient = shape.is_number and shapes.declared(formula).digits is None
    columns = [f"{name[1]}__n", f"{name[1]}__d"] if quotient else [name[1]]
    rows = con.execute(f"SELECT code, {', '.join(map(quote, columns))} FROM {source}").fetchall()
    if quotient:
        return {code: None if num is None else Fraction(num, den) for code, num, den in rows}
    digits = shapes.declared(formula).digits if shape.is_number else None
    return {
        code: Fraction(value, 10**digits) if digits is not None and value is not None else value
        for code, value in rows
    }
