"""Runs the queries of figures, and says which figures can be asked of a day at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import duckdb

from tsampa.assessment import Assessment
from tsampa.rules import Figure
from tsampa.rules.check import variables_needed
from tsampa.snapshot.sql import connect

__all__ = ["in_force", "running"]

Found = TypeVar("Found")
CAREFUL = "SET disabled_optimizers = 'join_order,build_side_probe_side'"
"""DuckDB 2.0 may refuse a query whose joins it put in another order (its issue 24807); in the order written it runs them."""


def running(work: Callable[[duckdb.DuckDBPyConnection], Found]) -> Found:
    """What the work gives in a database in memory; once more, more slowly, where DuckDB fails on a mistake of its own."""
    try:
        with connect() as con:
            return work(con)
    except duckdb.InternalException:
        with connect() as con:
            con.execute(CAREFUL)
            return work(con)


def in_force(assessment: Assessment, figure: Figure) -> bool:
    """Whether every variable that the figure rests on has a rule on the assessment's day."""
    rulebook, there = assessment.rulebook, assessment.formulas
    waiting, seen = list(variables_needed(figure.node)), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in rulebook.formulas:
            continue
        if name not in there:
            return False
        seen.add(name)
        waiting += variables_needed(there[name].node)
    return True
