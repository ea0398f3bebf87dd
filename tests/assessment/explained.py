"""Compares what an explanation's engine gives with what the assessment holds, row by row and to the last bit."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tsampa.assessment.explain import village_reference
from tsampa.snapshot.sql import connect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tsampa.assessment import Assessment

Value = tuple[str, str, str]
"""An entity, the key of one of its rows, and a variable."""


def held(assessment: Assessment) -> dict[Value, Any]:
    """Every value of the results, as rules see it."""
    found: dict[Value, Any] = {}
    with connect() as con:
        for entity, names in assessment.manifest.variables.items():
            if not assessment.files(entity):
                continue
            cursor = con.execute(f"SELECT * FROM {assessment.sources().results[entity]}")
            columns = [one[0] for one in cursor.description]
            for values in cursor.fetchall():
                row = dict(zip(columns, values, strict=True))
                for name in names:
                    found[entity, row["code"], name] = as_seen(assessment, (entity, name), row)
    return found


def as_seen(assessment: Assessment, name: tuple[str, str], row: dict[str, Any]) -> Any:
    stored, over = row[name[1]], f"{name[1]}__n"
    if stored is None or not isinstance(stored, int) or isinstance(stored, bool):
        return stored
    if over in row:
        return Fraction(row[over], row[f"{name[1]}__d"])
    digits = assessment.shapes.declared(assessment.formulas[name]).digits
    assert digits is not None
    return Fraction(stored, 10**digits)


def differing(assessment: Assessment, households: Iterable[str]) -> tuple[int, dict[Value, tuple[Any, Any]]]:
    """How many values were compared, and those that the engine of a household's explanation has otherwise than the results."""
    right, found, compared = held(assessment), dict[Value, tuple[Any, Any]](), 0
    for household in households:
        reference = village_reference(assessment, household)
        for entity, names in assessment.manifest.variables.items():
            for key in reference.register.keys(entity):
                for name in names:
                    value, compared = reference.value((entity, name), key), compared + 1
                    if value != right[entity, key, name]:
                        found[entity, key, name] = (value, right[entity, key, name])
    return compared, found
