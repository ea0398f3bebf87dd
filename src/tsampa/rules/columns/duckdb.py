"""Runs a plan in DuckDB: each statement a temporary table where several read it, a view where one does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb

from tsampa.errors import TsampaError
from tsampa.rules.columns.plan import Plan, Planner, Sources
from tsampa.rules.columns.sql import DUCKDB, Dialect, quoted
from tsampa.rules.rulebook import Name, Rulebook
from tsampa.rules.shapes import Shapes

__all__ = ["compile_variables", "run_plan"]


def compile_variables(
    rulebook: Rulebook, day: date, sources: Sources, *, names: list[Name] | None = None, given: frozenset[Name] = frozenset(),
    shapes: Shapes | None = None, dialect: Dialect = DUCKDB,
) -> Plan:  # fmt: skip
    """The plan for the variables in force on the day, as SQL."""
    return Planner(rulebook, day, dialect, sources, given=given, shapes=shapes).variables(names)


def run_plan(
    con: duckdb.DuckDBPyConnection, plan: Plan, *, progress: Callable[[str, int, int], None] | None = None
) -> None:
    """Runs the plan's statements; the outputs' queries can be read afterwards.

    Raises TsampaError ``rule-overflow`` where a number does not fit.
    """
    for index, statement in enumerate(plan.statements):
        kind = "TABLE" if statement.uses > 1 else "VIEW"
        execute(con, f"CREATE OR REPLACE TEMP {kind} {quoted(statement.name)} AS {statement.query}")
        if progress:
            progress("assess", index + 1, len(plan.statements))


def execute(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    """Runs one query; an overflow becomes a user's error, anything else stays the bug it is."""
    try:
        return con.execute(query)
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        message = str(error).splitlines()[0]
        raise TsampaError(
            "rule-overflow",
            f"a number grew too large to be held: {message}",
            remedy="Look for absurd values in the snapshot, or for a product of large numbers in the rules.",
        ) from None
