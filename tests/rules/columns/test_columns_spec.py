"""The columns engine must give what the specification says, number for number."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from rules.builders import Spec
from rules.spec import SPECS
from tsampa.assessment.engines import load_register
from tsampa.errors import TsampaError
from tsampa.rules.columns import DUCKDB, Planner, compile_variables, run_plan
from tsampa.rules.columns.duckdb import execute
from tsampa.snapshot.sql import connect

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.title)
def test_columns_engine_means_what_the_specification_says(spec: Spec, tmp_path: Path) -> None:
    rulebook = spec.rulebook(tmp_path)
    if spec.error:
        with pytest.raises(TsampaError) as caught:
            answers(rulebook, spec)
        assert caught.value.code == spec.error
        return
    assert answers(rulebook, spec) == spec.expected
    for id, areas in spec.figures.items():
        for code, expected in areas.items():
            assert figure(rulebook, spec, id, code) == (None if expected is None else Fraction(expected))


def answers(rulebook: Any, spec: Spec) -> dict[str, dict[str, object]]:
    names = [tuple(place.split(".", 1)) for place in spec.expected]
    found: dict[str, dict[str, object]] = {place: {} for place in spec.expected}
    with connect() as con:
        sources = load_register(con, rulebook.schema, spec.register)
        if not names and not rulebook.formulas:
            return found
        plan = compile_variables(rulebook, spec.day, sources, names=names or None)  # type: ignore[arg-type]
        run_plan(con, plan)
        for output in plan.outputs.values():
            rows = execute(con, output.query)
            columns = [column[0] for column in rows.description]
            for values in rows.fetchall():
                row = dict(zip(columns, values, strict=True))
                for name in output.names:
                    place = f"{output.entity}.{name}"
                    if place in found:
                        found[place][row[output.keys[-1]]] = row[name]
    return found


def figure(rulebook: Any, spec: Spec, id: str, code: str) -> Fraction | None:
    level = next(row["level"] for row in spec.register["areas"] if row["code"] == code)
    with connect() as con:
        sources = load_register(con, rulebook.schema, spec.register)
        plan = Planner(rulebook, spec.day, DUCKDB, sources, level=level).figures([id])
        run_plan(con, plan)
        rows = execute(con, next(iter(plan.outputs.values())).query).fetchall()
    num, den = next((num, den) for key, num, den in rows if key == code)
    return None if num is None or den is None else Fraction(int(num), int(den))
