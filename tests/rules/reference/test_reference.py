"""What the reference engine does besides the specification: overrides, traces, long chains, and its errors."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from rules.builders import AREAS, DAY, counted, rulebook_of, variable
from rules.spec import TABLES, home, item
from tsampa.errors import TsampaError
from tsampa.rules import parameters, share
from tsampa.rules.nodes import Fold
from tsampa.rules.reference import Reference
from tsampa.rules.serial import decode_rulebook, encode_rulebook, tree_of

if TYPE_CHECKING:
    from pathlib import Path

HOMES = {"areas": AREAS, "households": [home("h1", a=100, w=1), home("h2", a=200, w=3)]}


def test_a_value_handed_in_stands_for_rows_that_are_not_at_hand(tmp_path: Path) -> None:
    rulebook = rulebook_of(
        variable(lambda v: v.households.a.sum(), "1", entity="village", name="total"),
        variable(lambda h: h.village.total, "1"),
        folder=tmp_path,
        tables=TABLES,
    )
    given = {("village", "total"): {"v1": 7}}
    assert Reference(rulebook, DAY, HOMES, given=given).value(("household", "answer"), "h1") == Fraction(7)
    assert Reference(rulebook, DAY, HOMES).value(("household", "answer"), "h1") == Fraction(3)


def test_an_unknown_value_handed_in_is_unknown(tmp_path: Path) -> None:
    rulebook = rulebook_of(variable(lambda h: h.a + 1, "1"), folder=tmp_path, tables=TABLES)
    reference = Reference(rulebook, DAY, HOMES, given={("household", "a"): {"h1": None}})
    assert reference.all(("household", "answer")) == {"h1": None, "h2": Fraction(3)}


def test_chains_of_a_thousand_formulas_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    links = [variable(lambda h: h.a, "1", name="x0")]
    for index in range(1, 1000):
        before = f"x{index - 1}"
        links.append(variable(lambda h, before=before: getattr(h, before) + 1, "1", name=f"x{index}"))  # type: ignore[misc]
    reference = Reference(rulebook_of(*reversed(links), folder=tmp_path, tables=TABLES), DAY, HOMES)
    assert reference.value(("household", "x999"), "h1") == 1000


def test_rows_are_traced_with_what_their_condition_gave(tmp_path: Path) -> None:
    rulebook = rulebook_of(
        variable(lambda h: h.items.where(p=True).count(), "record"), folder=tmp_path, tables=TABLES
    )
    items = [item("i3"), item("i2", p=False), item("i1", p=True), item("i0", "h2", p=True)]
    reference = Reference(rulebook, DAY, {**HOMES, "items": items})
    fold = reference.formulas["household", "answer"].node
    assert isinstance(fold, Fold)
    assert reference.rows(fold.rows, "h1") == [("i1", True), ("i3", None)]
    assert reference.of(fold, "household", "h2") == 1


def test_storage_and_back(tmp_path: Path) -> None:
    rulebook = rulebook_of(
        variable(lambda h: h.m, "CNY"),
        variable(lambda h: h.word, name="said"),
        folder=tmp_path,
        tables=TABLES,
    )
    reference = Reference(rulebook, DAY, HOMES)
    money, said = ("household", "answer"), ("household", "said")
    assert reference.storage(money, Fraction(29, 2)) == 1450
    assert reference.from_storage(money, 1450) == Fraction(29, 2)
    assert reference.storage(money, None) is reference.from_storage(money, None) is None
    assert reference.storage(said, "x") == reference.from_storage(said, "x") == "x"


def test_a_share_without_bounds_is_written_as_it_always_was(tmp_path: Path) -> None:
    """Otherwise rulebooks of old would have another version, and assessments by them another rulebook."""
    rulebook = rulebook_of(
        variable(lambda v: v.pools.amount.sum(), "CNY", entity="village", name="pool"),
        variable(lambda h: share(h.village.pool, by=h.w), "CNY"),
        variable(lambda h: share(h.village.pool, by=h.w, at_most=h.m), "CNY", name="held"),
        folder=tmp_path,
        tables=TABLES,
    )
    plain, held = (tree_of(rulebook.formulas["household", name][0].node)[-1] for name in ("answer", "held"))
    assert plain == {"op": "Share", "pool": {"node": 1}, "by": {"node": 2}}
    assert held == {"op": "Share", "pool": {"node": 1}, "by": {"node": 2}, "at_most": {"node": 3}}
    assert decode_rulebook(encode_rulebook(rulebook)).version == rulebook.version


def failing(code: str, ask: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        ask()
    assert caught.value.code == code


def test_what_is_not_in_force_is_an_error(tmp_path: Path) -> None:
    rulebook = rulebook_of(
        variable(lambda h: h.a, "1", until="2019-01-01"),
        variable(lambda h: h.a, "1", name="other"),
        counted(lambda area: area.households.answer.sum(), "1", id="old", digits=2),
        counted(lambda area: area.households.a.sum() * parameters.later, "1", id="late", digits=2),
        parameters={"later": {"values": [{"since": "2030-01-01", "value": "1"}]}},
        folder=tmp_path,
        tables=TABLES,
    )
    reference = Reference(rulebook, DAY, HOMES)
    assert reference.value(("household", "other"), "h1") is not None
    failing("rule-not-in-force", lambda: reference.value(("household", "answer"), "h1"))
    failing("rule-not-in-force", lambda: reference.figure("old", "c"))
    failing("rule-not-in-force", lambda: reference.figure("late", "c"))
    failing("rule-name-unknown", lambda: reference.value(("household", "nothing"), "h1"))
    failing("row-unknown", lambda: reference.value(("household", "other"), "h9"))
    failing("figure-unknown", lambda: reference.figure("none", "c"))
    failing("rulebook-not-in-force", lambda: Reference(rulebook, date(2000, 1, 1), HOMES))


def test_the_parts_of_a_share_add_up_to_the_pool(tmp_path: Path) -> None:
    rulebook = rulebook_of(
        variable(lambda v: v.pools.amount.sum(), "CNY", entity="village", name="pool"),
        variable(lambda h: share(h.village.pool, by=h.w), "CNY"),
        folder=tmp_path,
        tables=TABLES,
    )
    for pool in (1, 2, 7, 100, 9999):
        rows = {
            "areas": AREAS,
            "households": [home(f"h{n}", w=n % 4) for n in range(7)],
            "pools": [{"code": "l", "area": "v1", "name": "x", "year": 2020, "amount": pool}],
        }
        parts = Reference(rulebook, DAY, rows).all(("household", "answer")).values()
        assert sum(part for part in parts if isinstance(part, Fraction)) == Fraction(pool, 100)
