"""Random rulebooks over random registers: both engines give the same answer, and every operation is among them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generative.language import DAY, PARAMETERS, TABLES, registers, rules
from rules.builders import AREAS, rulebook_of, variable
from tsampa.assessment.engines import columns_engine, reference_engine
from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.rulebook import Rulebook
from tsampa.rules.serial import decode_rulebook, encode_rulebook

Engine = Callable[[Rulebook, date, Any], Callable[[Any, str], Any]]
SEEN: set[str] = set()
KEYS = {"household": "households", "person": "persons", "item": "items"}


def built(drawn: list[Any]) -> Rulebook:
    with tempfile.TemporaryDirectory() as folder:
        declares = [
            variable(
                rule, unit, name=name, entity=entity, digits=3 if unit and name.startswith("f") else None
            )
            for entity, name, unit, rule in drawn
        ]
        return rulebook_of(*declares, folder=Path(folder), parameters=PARAMETERS, tables=TABLES)


def agree(drawn: list[Any], rows: dict[str, list[dict[str, Any]]], engine: Engine = columns_engine) -> None:
    try:
        rulebook = built(drawn)
    except TsampaError as error:
        assume(error.code not in ALLOWED)
        raise
    register = {"areas": AREAS, **rows}
    try:
        columns = engine(rulebook, DAY, register)
    except TsampaError as error:
        assume(error.code != "rule-overflow")
        raise
    reference = reference_engine(rulebook, DAY, register)
    for formula in rulebook.all_formulas():
        SEEN.update(_operation(node) for node in n.walk(formula.node))
        for key in _keys(formula.entity, register):
            name = (formula.entity, formula.name)
            assert columns(name, key) == reference(name, key), (name, key)
    _shares_add_up(columns, rows["households"])
    assert decode_rulebook(encode_rulebook(rulebook)).version == rulebook.version


def _shares_add_up(value: Any, households: list[dict[str, Any]]) -> None:
    """In each village the parts are the pool to the last unit, or nothing where nobody has a weight, or all unknown.

    Between bounds they are the caps where these are less than the pool, and none is above its cap.
    """
    for area in ("v1", "v2", "v3"):
        own = [row["code"] for row in households if row["area"] == area]
        pool, weights = (
            value(("village", "pool"), area),
            [value(("household", "weight"), code) for code in own],
        )
        parts = [value(("household", "part"), code) for code in own]
        if pool is None or None in weights:
            assert set(parts) <= {None}
        else:
            assert sum(parts) == (pool if any(weights) else 0)
            taking = [code for code, weight in zip(own, weights, strict=True) if weight]
            _bounded_parts_add_up(value, pool, taking)


def _bounded_parts_add_up(value: Any, pool: Any, taking: list[str]) -> None:
    parts, floors, caps = (
        [value(("household", name), code) for code in taking] for name in ("held", "lowest", "highest")
    )
    if None in floors or None in caps:
        assert set(parts) <= {None}
        return
    assert sum(parts) == min(pool, sum(caps))
    lows = [min(floor, cap) for floor, cap in zip(floors, caps, strict=True)]
    short = sum(lows) > pool
    for part, low, cap in zip(parts, lows, caps, strict=True):
        assert part <= cap
        assert part <= low if short else part >= low


ALLOWED = {"rule-always-unknown", "rule-kind", "rule-compare-unknown", "rule-wrong-unit", "rule-unrounded"}
"""What a random rule may be refused for; the planted mistakes have their own tests."""


def _operation(node: n.Node) -> str:
    how = getattr(node, "how", getattr(node, "which", ""))
    if isinstance(node, n.Share):
        how = " ".join(name for name in BOUNDS if getattr(node, name) is not None)
    return f"{type(node).__name__} {how}".strip()


def _keys(entity: str, register: dict[str, list[dict[str, Any]]]) -> list[str]:
    if entity in KEYS:
        rows = register[KEYS[entity]]
        return [row["code"] for row in rows if "seen" not in row or row["seen"] <= DAY]
    return [row["code"] for row in AREAS if row["level"] == entity]


BOUNDS = ("at_least", "at_most")
OPERATIONS = {
    *("Share at_least", "Share at_most", "Share at_least at_most"),
    *(f"Fold {how}" for how in ("sum", "count", "any", "all", "min", "max", "distinct")), *(f"Pick {which}" for which in ("first", "last")),
    *(f"Arithmetic {how}" for how in "+-*"), *(f"Round {how}" for how in ("down", "up", "half_up", "half_even")),
    *(f"Extreme {how}" for how in ("least", "greatest")), *(f"Compare {how}" for how in ("<", "<=", "==", "!=", ">=", ">")),
    *(f"Part {how}" for how in ("year", "month")),
    *(kind.__name__ for kind in n.Node.__subclasses__() if not {"how", "which"} & set(kind.__dataclass_fields__)),
}  # fmt: skip


def search(examples: int, engine: Engine = columns_engine) -> int:
    """Compares so many registers, and says how many it has; where the engines differ it raises."""
    compared = count()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        agree(data.draw(rules()), data.draw(registers()), engine)
        next(compared)

    run()
    return next(compared)


def test_both_engines_give_the_same_and_no_operation_is_left_out() -> None:
    assert search(160) >= 160
    assert set() == OPERATIONS - SEEN


@pytest.mark.slow
def test_both_engines_give_the_same_in_a_long_search() -> None:
    assert search(4000) >= 4000
    assert set() == OPERATIONS - SEEN
