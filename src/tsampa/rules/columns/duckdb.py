"""Runs a plan in DuckDB: each statement a temporary table where several read it; where one does, a view, or part of that one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb

from tsampa.errors import TsampaError
from tsampa.rules.columns.frames import Statement
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
    plan = Planner(rulebook, day, dialect, sources, given=given, shapes=shapes).variables(names)
    return _drawn_together(plan) if dialect is DUCKDB else plan


def _drawn_together(plan: Plan) -> Plan:
    """The same plan with what one statement alone reads within that statement.

    As a view it would be bound twice: when it is made, and when it is read. A rulebook's queries are deep, and for a county that
    is no small part of all.
    """
    within, kept = dict[str, str](), list[Statement]()
    for one in plan.statements:
        query = _with(one.query, within)
        if one.uses > 1:
            kept.append(replace(one, query=query))
        else:
            within[one.name] = query
    outputs = {entity: replace(one, query=_with(one.query, within)) for entity, one in plan.outputs.items()}
    return Plan(tuple(kept), outputs)


def _with(query: str, within: dict[str, str]) -> str:
    """The query with those before it that it reads. One that a text of it only names is not worked out."""
    read = [name for name in within if re.search(rf"\b{re.escape(name)}\b", query)]
    if not read:
        return query
    return f"WITH {', '.join(f'{quoted(one)} AS NOT MATERIALIZED ({within[one]})' for one in read)} {query}"


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
