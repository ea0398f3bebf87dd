"""What a share means: a pool split by weights, between floors and caps, as small tables that each engine must reproduce."""

from __future__ import annotations

from typing import Any

from rules.builders import Spec, variable
from rules.spec_values import TABLES, U, d, home, member
from tsampa.rules import greatest, least, parameters, share, today, years_between


def shared(
    title: str, pool: int | None, weights: dict[str, int | None], expected: dict[str, int | None]
) -> Spec:
    """A pool of village v1 (in fen) split by the weight of each household."""
    pools = [] if pool is None else [{"code": "l1", "area": "v1", "name": "x", "year": 2020, "amount": pool}]
    return Spec(
        title,
        (
            variable(lambda v: v.pools.last("year").amount, "CNY", entity="village", name="pool"),
            variable(lambda h: share(h.village.pool, by=h.w), "CNY"),
        ),
        {"households": [home(code, w=weight) for code, weight in weights.items()], "pools": pools},
        {"household.answer": expected},
        tables=TABLES,
    )


MONEY = {"type": "money", "low": 0, "high": 2**63 - 1, "en": "money", "zh": "金额"}
BIG = {"type": "number", "unit": "1", "low": 0, "high": 2**63 - 1, "en": "weight", "zh": "权重"}
BOUNDED = {
    "households": {
        "columns": {"w": BIG, "floor": MONEY | {"en": "floor", "zh": "保底额"}, "cap": MONEY, "pool": MONEY}
    }
}
Bounded = dict[str, tuple[int | None, int | None, int | None, int | None]]
"""Of each household: weight, floor, cap, and the part that is expected."""


def bounded(title: str, pool: int | None, rows: Bounded, bounds: str = "floor cap") -> Spec:
    """A pool of village v1 (in fen) split by weight, between a floor and a cap of each household."""

    def rule(h: Any) -> Any:
        words = {"floor": "at_least", "cap": "at_most"}
        return share(h.village.pool, by=h.w, **{words[name]: getattr(h, name) for name in bounds.split()})

    homes = [home(code, w=w, floor=floor, cap=cap, pool=pool) for code, (w, floor, cap, _) in rows.items()]
    return Spec(
        title,
        (
            variable(lambda v: v.households.pool.max(), "CNY", entity="village", name="pool"),
            variable(rule, "CNY"),
        ),
        {"households": homes},
        {"household.answer": {code: part for code, (_, _, _, part) in rows.items()}},
        tables=BOUNDED,
    )


LARGEST = 2**63 - 1

BETWEEN = [
    bounded("bounds that decide nothing", 100, {"h1": (1, 0, 100, 25), "h2": (3, 10, 90, 75)}),
    bounded("who is at the floor leaves the proportion", 100, {"h1": (1, 40, 99, 40), "h2": (1, 0, 99, 20), "h3": (2, 0, 99, 40)}),
    bounded("who is at the cap leaves the proportion", 100, {"h1": (2, 0, 10, 10), "h2": (1, 0, 99, 45), "h3": (1, 0, 99, 45)}),
    bounded("a cap lifts others to their caps", 100, {"h1": (5, 0, 20, 20), "h2": (4, 0, 30, 30), "h3": (1, 0, 99, 50)}),
    bounded("a floor and a cap at once", 100, {"h1": (1, 30, 99, 30), "h2": (9, 0, 50, 50), "h3": (2, 0, 99, 20)}),
    bounded("who reaches its floor once others are capped", 100, {"h1": (1, 15, 99, 40), "h2": (9, 0, 60, 60)}),
    bounded("only floors", 10, {"h1": (1, 4, U, 4), "h2": (1, 0, U, 3), "h3": (1, 0, U, 3)}, "floor"),
    bounded("only caps", 10, {"h1": (1, U, 2, 2), "h2": (1, U, 9, 4), "h3": (1, U, 9, 4)}, "cap"),
    bounded("the last fen stay within caps", 11, {"h1": (1, 0, 3, 3), "h2": (1, 0, 4, 4), "h3": (1, 0, 4, 4)}),
    bounded("the last fen among those in proportion, ties by code", 12, {"h1": (1, 5, 9, 5), "h3": (1, 0, 9, 3), "h2": (1, 0, 9, 4)}),
    bounded("caps less than the pool: the rest stays in it", 100, {"h1": (1, 0, 10, 10), "h2": (1, 5, 20, 20)}),
    bounded("floors more than the pool: in proportion to the floors", 100, {"h1": (9, 100, 999, 50), "h2": (1, 50, 50, 25), "h3": (7, 50, 60, 25), "h4": (5, 0, 9, 0)}),
    bounded("floors more than the pool: the last fen, ties by code", 2, {"h1": (1, 1, 9, 1), "h2": (1, 1, 9, 1), "h3": (1, 1, 9, 0)}),
    bounded("floors that are just the pool", 30, {"h1": (1, 10, 99, 10), "h2": (9, 20, 99, 20)}),
    bounded("caps that are just the pool", 30, {"h1": (1, 0, 10, 10), "h2": (9, 0, 20, 20)}),
    bounded("some at floors and some at caps are just the pool", 30, {"h1": (1, 10, 99, 10), "h2": (9, 0, 20, 20)}),
    bounded("a floor above its cap counts as that cap", 100, {"h1": (1, 50, 20, 20), "h2": (1, 0, 99, 80)}),
    bounded("who has no weight has no floor", 100, {"h1": (0, 50, 60, 0), "h2": (1, 0, 200, 100)}),
    bounded("all weights nothing: every part is 0", 100, {"h1": (0, 50, 60, 0), "h2": (0, 0, 9, 0)}),
    bounded("a pool of nothing", 0, {"h1": (1, 50, 60, 0), "h2": (1, 0, 9, 0)}),
    bounded("an unknown floor makes every part unknown", 100, {"h1": (1, U, 60, U), "h2": (1, 0, 9, U)}),
    bounded("an unknown cap makes every part unknown", 100, {"h1": (1, 0, 60, U), "h2": (1, 0, U, U)}),
    bounded("an unknown weight makes every part unknown", 100, {"h1": (U, 0, 60, U), "h2": (1, 0, 9, U)}),
    bounded("an unknown bound of one without weight does not matter", 100, {"h1": (0, U, U, 0), "h2": (1, 0, 200, 100)}),
    bounded("an unknown pool makes every part unknown", U, {"h1": (1, 0, 60, U), "h2": (1, 0, 9, U)}),
    bounded(
        "the largest pool, weights and caps there can be", LARGEST,
        {"h1": (LARGEST, 0, LARGEST, LARGEST // 3), "h2": (LARGEST, LARGEST // 3 + 1, LARGEST, LARGEST // 3 + 1), "h3": (LARGEST - 1, 0, LARGEST, LARGEST // 3)},
    ),
    bounded("floors of which each is the largest there can be", LARGEST, {"h1": (1, LARGEST, LARGEST, 2**62), "h2": (1, LARGEST, LARGEST, 2**62 - 1)}),
    Spec(
        "bounds that are the same for all, and none for one",
        (
            variable(lambda v: v.households.pool.max(), "CNY", entity="village", name="pool"),
            variable(lambda h: share(h.village.pool, by=h.w, at_least=parameters.floor, at_most=parameters.cap), "CNY"),
            variable(lambda h: share(h.village.pool, by=h.w, at_least=0), "CNY", name="plain"),
        ),
        {"households": [home("h1", w=1, pool=1000), home("h2", w=3, pool=1000), home("h3", w=16, pool=1000)]},
        {"household.answer": {"h1": 200, "h2": 300, "h3": 500}, "household.plain": {"h1": 50, "h2": 150, "h3": 800}},
        tables=BOUNDED,
        parameters={name: {"unit": "CNY", "values": [{"since": "2015-01-01", "value": value}]} for name, value in (("floor", "2"), ("cap", "5"))},
    ),
]  # fmt: skip

SHARES = [
    *BETWEEN,
    shared("a share in proportion", 1000, {"h1": 1, "h2": 3}, {"h1": 250, "h2": 750}),
    shared("the last fen go to the largest remainders", 100, {"h1": 1, "h2": 2, "h3": 4}, {"h1": 14, "h2": 29, "h3": 57}),
    shared("equal remainders go by code", 2, {"h3": 1, "h1": 1, "h2": 1}, {"h1": 1, "h2": 1, "h3": 0}),
    shared("codes are compared by code point", 1, {"h9": 1, "h10": 1}, {"h10": 1, "h9": 0}),
    shared("a weight of nothing gets nothing", 101, {"h1": 0, "h2": 2, "h3": 2}, {"h1": 0, "h2": 51, "h3": 50}),
    shared("all weights nothing: every part is 0", 100, {"h1": 0, "h2": 0}, {"h1": 0, "h2": 0}),
    shared("one unknown weight makes every part unknown", 100, {"h1": 1, "h2": U}, {"h1": U, "h2": U}),
    shared("an unknown pool makes every part unknown", U, {"h1": 1, "h2": 1}, {"h1": U, "h2": U}),
    shared("a pool of nothing", 0, {"h1": 1, "h2": 2}, {"h1": 0, "h2": 0}),
    Spec(
        "each village splits its own pool; a household in no area gets nothing known",
        (
            variable(lambda v: v.pools.amount.sum(), "CNY", entity="village", name="pool"),
            variable(lambda h: share(h.village.pool, by=h.w), "CNY"),
        ),
        {
            "households": [home("h1", "v1", w=1), home("h2", "v2", w=1), home("h3", "v9", w=U)],
            "pools": [{"code": "l1", "area": "v1", "name": "x", "year": 2020, "amount": 7}],
        },
        {"household.answer": {"h1": 7, "h2": 0, "h3": U}},
        tables=TABLES,
    ),
    Spec(
        "a household's value split among its members",
        (variable(lambda p: share(p.household.m, by=p.years), "CNY", entity="person"),
         variable(lambda p: greatest(least(years_between(p.birth_date, today), 200), 0), "year", entity="person", name="years")),
        {
            "households": [home("h1", m=100)],
            "persons": [{"code": "p1", "birth_date": d("2010-06-30")}, {"code": "p2", "birth_date": d("2000-06-30")}, {"code": "p3"}],
            "memberships": [member("m1", "p1", "h1"), member("m2", "p2", "h1")],
        },
        {"person.answer": {"p1": 33, "p2": 67, "p3": U}},
        tables=TABLES,
    ),
]  # fmt: skip
