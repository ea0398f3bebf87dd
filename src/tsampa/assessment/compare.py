"""Two assessments side by side: what changed in the rules, in the snapshot, and for which households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from tsampa.assessment.read import Assessment
from tsampa.errors import TsampaError
from tsampa.rules.parameter import ParameterValues
from tsampa.rules.rulebook import Name
from tsampa.snapshot.sql import connect, quote

__all__ = ["Change", "Comparison", "compare_assessments"]


@dataclass(frozen=True)
class Change:
    """One household's variable before and after, as a person reads it; ``None`` is unknown."""

    household: str
    variable: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Comparison:
    """What differs between two assessments of one programme.

    ``changes`` lists households that both have; ``only_first`` and ``only_second`` the others.
    """

    first: Assessment
    second: Assessment
    changes: list[Change]
    only_first: list[str]
    only_second: list[str]
    formulas: list[Name]
    parameters: list[str]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as ``--json`` prints it."""
        return {
            "days": [self.first.day.isoformat(), self.second.day.isoformat()],
            "rulebooks": [self.first.manifest.rulebook_version, self.second.manifest.rulebook_version],
            "snapshots": [self.first.manifest.snapshot_id, self.second.manifest.snapshot_id],
            "changes": [
                {
                    "household": one.household,
                    "variable": one.variable,
                    "before": one.before,
                    "after": one.after,
                }
                for one in self.changes
            ],
            "only_first": self.only_first,
            "only_second": self.only_second,
            "formulas": [f"{entity}.{name}" for entity, name in self.formulas],
            "parameters": self.parameters,
        }


def compare_assessments(first: Assessment, second: Assessment) -> Comparison:
    """What differs, household by household, in the variables an explanation shows.

    Raises TsampaError ``compare-programmes`` where they are of different programmes.
    """
    if first.manifest.programme != second.manifest.programme:
        raise TsampaError(
            "compare-programmes",
            f"{first.manifest.programme} is compared with {second.manifest.programme}",
            remedy="Compare two assessments of one programme.",
            usage=True,
        )
    shown = [name for name in first.rulebook.shows if ("household", name) in first.given & second.given]
    changes: list[Change] = []
    with connect() as con:
        con.register("first", first.table("household"))
        con.register("second", second.table("household"))
        for name in shown:
            changes += _changes(con, name)
        only = [_only(con, one, other) for one, other in (("first", "second"), ("second", "first"))]
    changes.sort(key=lambda one: (one.household, one.variable))
    return Comparison(
        first, second, changes, only[0], only[1], _formulas(first, second), _parameters(first, second)
    )


def _changes(con: duckdb.DuckDBPyConnection, name: str) -> list[Change]:
    query = (
        f"SELECT f.code, f.{quote(name)}, s.{quote(name)} FROM first f JOIN second s ON f.code = s.code"
        f" WHERE f.{quote(name)} IS DISTINCT FROM s.{quote(name)}"
    )
    return [
        Change(code, name, _edge(before), _edge(after))
        for code, before, after in con.execute(query).fetchall()
    ]


def _edge(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def _only(con: duckdb.DuckDBPyConnection, here: str, there: str) -> list[str]:
    query = f"SELECT code FROM {here} WHERE code NOT IN (SELECT code FROM {there}) ORDER BY code"
    return [code for (code,) in con.execute(query).fetchall()]


def _formulas(first: Assessment, second: Assessment) -> list[Name]:
    """The variables whose rule in force is not the same."""
    from tsampa.rules.serial import tree_of

    def content(one: Assessment, name: Name) -> Any:
        formula = one.formulas.get(name)
        return (tree_of(formula.node), formula.unit, formula.digits) if formula else None

    names = sorted({*first.formulas, *second.formulas})
    return [name for name in names if content(first, name) != content(second, name)]


def _parameters(first: Assessment, second: Assessment) -> list[str]:
    """The parameters whose value in force is not the same."""

    def value(one: Assessment, name: str) -> Any:
        found: ParameterValues | None = one.rulebook.parameters.get(name)
        dated = found.on(one.day) if found else None
        return (dated.values, dated.steps) if dated else None

    names = sorted({*first.rulebook.parameters, *second.rulebook.parameters})
    return [name for name in names if value(first, name) != value(second, name)]
