"""What every operation on one row's values means, as small tables that each engine must reproduce.

Values in ``rows`` and ``expected`` are as stored: money in fen, dates as dates, None for unknown.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rules.builders import DAY, Spec, variable
from tsampa.rules import (
    choose,
    days_between,
    divide,
    greatest,
    known,
    least,
    month_of,
    parameters,
    quantity,
    rounded,
    today,
    unknown,
    year_of,
    years_between,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[dict[str, Any]]

NUMBERS = {
    "columns": {
        "a": {"type": "number", "unit": "1", "digits": 2, "en": "a", "zh": "甲"},
        "b": {"type": "number", "unit": "1", "digits": 2, "en": "b", "zh": "乙"},
        "p": {"type": "bool", "en": "p", "zh": "条件一"},
        "q": {"type": "bool", "en": "q", "zh": "条件二"},
        "d": {"type": "date", "en": "d", "zh": "日期一"},
        "e": {"type": "date", "en": "e", "zh": "日期二"},
        "word": {"type": "text", "en": "word", "zh": "词", "choices": {"x": ["x", "子"], "y": ["y", "丑"]}},
        "w": {"type": "number", "unit": "1", "low": 0, "high": 1000000, "en": "weight", "zh": "权重"},
        "m": {"type": "money", "low": 0, "high": 1000000000, "en": "money", "zh": "金额"},
    }
}
ITEMS = {
    "entity": "item",
    "en": "items",
    "zh": "明细",
    "columns": {
        "code": {"type": "text", "required": True, "en": "code", "zh": "编号"},
        "household": {"type": "text", "required": True, "en": "household", "zh": "户"},
        **{name: NUMBERS["columns"][name] for name in ("a", "b", "p", "q", "d", "word")},
    },
    "links": {"household": {"table": "households", "column": "household", "back": "items"}},
}
TABLES = {"households": NUMBERS, "items": ITEMS}


def home(code: str = "h1", area: str = "v1", **values: Any) -> dict[str, Any]:
    """A row of households."""
    return {"code": code, "area": area, **values}


def item(code: str, household: str = "h1", **values: Any) -> dict[str, Any]:
    """A row of items."""
    return {"code": code, "household": household, **values}


def member(
    code: str, person: str, household: str, since: str = "2000-01-01", **values: Any
) -> dict[str, Any]:
    """A row of memberships."""
    return {
        "code": code,
        "person": person,
        "household": household,
        "since": date.fromisoformat(since),
        "until": None,
        **values,
    }


def each(title: str, rule: Callable[[Any], Any], unit: str, cases: list[tuple[dict[str, Any], Any]]) -> Spec:
    """A value of each household, by its own columns."""
    rows = {f"h{index}": (values, expected) for index, (values, expected) in enumerate(cases)}
    homes = [home(code, **values) for code, (values, _) in rows.items()]
    answers = {code: expected for code, (_, expected) in rows.items()}
    return Spec(
        title,
        (variable(rule, unit),),
        {"households": homes},
        {"household.answer": answers},
        tables=TABLES,
        parameters=PARAMETERS,
    )


def folded(title: str, rule: Callable[[Any], Any], unit: str, cases: list[tuple[Rows, Any]]) -> Spec:
    """A value of each household, by the items below it."""
    homes, items, answers = [], [], {}
    for index, (rows, expected) in enumerate(cases):
        code = f"h{index}"
        homes.append(home(code))
        items += [item(f"{code}i{place}", code, **values) for place, values in enumerate(rows)]
        answers[code] = expected
    return Spec(
        title,
        (variable(rule, unit),),
        {"households": homes, "items": items},
        {"household.answer": answers},
        tables=TABLES,
        parameters=PARAMETERS,
    )


PARAMETERS = {
    "rate": {
        "values": [
            {"since": "2018-01-01", "value": "0.5"},
            {"since": "2020-06-30", "value": "0.25"},
            {"since": "2021-01-01", "value": "0.75"},
        ]
    },
    "price": {"keys": ["word"], "values": [{"since": "2018-01-01", "value": {"x": "3", "z": "5"}}]},
    "steps": {
        "threshold_unit": "1",
        "values": [{"since": "2018-01-01", "steps": {"1": "0", "10": "2.5", "20": "4"}}],
    },
    "third": {"values": [{"since": "2018-01-01", "value": "1/3"}]},
}

T, F, U = True, False, None
TRUTHS = [(p, q) for p in (T, F, U) for q in (T, F, U)]


def truth(title: str, rule: Callable[[Any], Any], expected: list[bool | None]) -> Spec:
    """A rule of two conditions, for all nine pairs of true, false, unknown."""
    cases = [({"p": p, "q": q}, found) for (p, q), found in zip(TRUTHS, expected, strict=True)]
    return each(title, rule, "", cases)


def d(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


LOGIC = [
    truth("and is Kleene's", lambda h: h.p & h.q, [T, F, U, F, F, F, U, F, U]),
    truth("or is Kleene's", lambda h: h.p | h.q, [T, T, T, T, F, U, T, U, U]),
    truth("not leaves unknown unknown", lambda h: ~h.p, [F, F, F, T, T, T, U, U, U]),
    truth("equal conditions", lambda h: h.p == h.q, [T, F, U, F, T, U, U, U, U]),
    truth("known is never unknown", lambda h: known(h.p), [T, T, T, T, T, T, F, F, F]),
    truth("else_ gives the default for unknown", lambda h: h.p.else_(h.q), [T, T, T, F, F, F, T, F, U]),
    truth(
        "choose stops at an unknown condition before a true one",
        lambda h: choose((h.p, False), (h.q, True), otherwise=False),
        [F, F, F, T, F, U, U, U, U],
    ),
    truth(
        "choose may give unknown",
        lambda h: choose((h.p, unknown), otherwise=h.q),
        [U, U, U, T, F, U, U, U, U],
    ),
]

NUMERIC = [
    each("plus", lambda h: h.a + h.b, "1", [({"a": 150, "b": -50}, 100), ({"a": 1}, U), ({}, U)]),
    each("minus", lambda h: h.a - h.b, "1", [({"a": 150, "b": -50}, 200), ({"b": 1}, U)]),
    each(
        "times keeps every decimal", lambda h: rounded(h.a * h.b, "down", 4), "1", [({"a": 101, "b": 3}, 303)]
    ),
    each("nothing times unknown is unknown", lambda h: rounded(h.a * h.b, "down", 0), "1", [({"a": 0}, U)]),
    each("negation", lambda h: -h.a, "1", [({"a": 5}, -5), ({"a": 0}, 0), ({}, U)]),
    each(
        "a quotient is exact when compared",
        lambda h: divide(h.a, h.b, when_zero=unknown) * 3 == 1,
        "",
        [({"a": 100, "b": 300}, T), ({"a": 33, "b": 99}, T), ({"a": 33, "b": 100}, F), ({"a": 1, "b": 0}, U)],
    ),
    each(
        "a divisor of zero gives when_zero, whatever is divided",
        lambda h: rounded(divide(h.a, h.b, when_zero=h.a + 1), "half_even", 2),
        "1",
        [({"a": 100, "b": 0}, 200), ({"b": 0}, U), ({"a": 100}, U), ({"a": 100, "b": 300}, 33)],
    ),
    each(
        "a divisor of zero where the dividend is unknown",
        lambda h: rounded(divide(h.a, h.b, when_zero=7), "half_even", 0),
        "1",
        [({"b": 0}, 7), ({"a": 0, "b": 0}, 7), ({"b": 100}, U)],
    ),
    each(
        "a quotient is stored as it is shown, half to even",
        lambda h: divide(h.a, h.b, when_zero=unknown),
        "1",
        [
            ({"a": 1, "b": 20000}, 0),
            ({"a": 3, "b": 20000}, 2),
            ({"a": 200, "b": 300}, 6667),
            ({"a": -3, "b": 20000}, -2),
        ],
    ),
    each(
        "rounded down",
        lambda h: rounded(h.a, "down", 1),
        "1",
        [({"a": 129}, 12), ({"a": -121}, -13), ({}, U)],
    ),
    each(
        "rounded up",
        lambda h: rounded(h.a, "up", 1),
        "1",
        [({"a": 121}, 13), ({"a": -129}, -12), ({"a": 120}, 12)],
    ),
    each(
        "rounded half_up goes away from zero",
        lambda h: rounded(h.a, "half_up", 1),
        "1",
        [({"a": 125}, 13), ({"a": -125}, -13), ({"a": 124}, 12), ({"a": -124}, -12), ({"a": -5}, -1)],
    ),
    each(
        "rounded half_even",
        lambda h: rounded(h.a, "half_even", 1),
        "1",
        [({"a": 125}, 12), ({"a": 135}, 14), ({"a": -125}, -12), ({"a": -135}, -14), ({"a": 126}, 13)],
    ),
    each(
        "a quotient of large and small squares rounded half_up",
        lambda h: rounded(divide(h.a * h.a, h.b, when_zero=0), "half_up", 0),
        "1",
        [
            ({"a": 50_000_000_000, "b": 300}, 83_333_333_333_333_333),
            ({"a": 50_000_000_000, "b": -600}, -41_666_666_666_666_667),
            ({"a": 100, "b": 200}, 1),
            ({"a": 100, "b": 300}, 0),
            ({"b": 300}, U),
        ],
    ),
    each(
        "a negative quotient rounded half_up",
        lambda h: rounded(divide(h.a, h.b, when_zero=0), "half_up", 0),
        "1",
        [
            ({"a": -50, "b": 100}, -1),
            ({"a": 50, "b": -100}, -1),
            ({"a": -49, "b": 100}, 0),
            ({"a": 1, "b": 0}, 0),
        ],
    ),
    each(
        "least",
        lambda h: least(h.a, h.b, 1),
        "1",
        [({"a": 5, "b": 7}, 5), ({"a": 500, "b": 700}, 100), ({"a": 5}, U)],
    ),
    each("greatest", lambda h: greatest(h.a, h.b), "1", [({"a": 5, "b": 7}, 7), ({"b": 7}, U)]),
    each("a bare constant takes the unit it meets", lambda h: h.a + 1, "1", [({"a": 5}, 105)]),
    each("a quantity", lambda h: quantity("2.5", "kg") + 1, "kg", [({}, 35)]),
    each(
        "a third is exact",
        lambda h: h.a * parameters.third >= 1,
        "",
        [({"a": 300}, T), ({"a": 299}, F), ({}, U)],
    ),
    each(
        "compare: below",
        lambda h: h.a < h.b,
        "",
        [({"a": 1, "b": 2}, T), ({"a": 2, "b": 2}, F), ({"a": 1}, U)],
    ),
    each("compare: at most", lambda h: h.a <= h.b, "", [({"a": 2, "b": 2}, T), ({"a": 3, "b": 2}, F)]),
    each("compare: above", lambda h: h.a > h.b, "", [({"a": 3, "b": 2}, T), ({"a": 2, "b": 2}, F)]),
    each("compare: at least", lambda h: h.a >= h.b, "", [({"a": 2, "b": 2}, T), ({"a": 1, "b": 2}, F)]),
    each("compare: equal", lambda h: h.a == h.b, "", [({"a": 2, "b": 2}, T), ({"a": 1, "b": 2}, F), ({}, U)]),
    each(
        "compare: unequal", lambda h: h.a != h.b, "", [({"a": 2, "b": 2}, F), ({"a": 1, "b": 2}, T), ({}, U)]
    ),
    each("else_ of a number", lambda h: h.a.else_(0), "1", [({"a": 5}, 5), ({}, 0)]),
    each(
        "choose between numbers",
        lambda h: choose((h.a > 1, h.a), (h.p, h.b), otherwise=-1),
        "1",
        [({"a": 200}, 200), ({"a": 1, "p": T, "b": 7}, 7), ({"a": 1, "p": F}, -100), ({"p": T, "b": 7}, U)],
    ),
]

TEXTS_AND_DATES = [
    each(
        "a text equal to a word",
        lambda h: h.word == "x",
        "",
        [({"word": "x"}, T), ({"word": "y"}, F), ({}, U)],
    ),
    each(
        "a text unequal to a word",
        lambda h: h.word != "x",
        "",
        [({"word": "x"}, F), ({"word": "y"}, T), ({}, U)],
    ),
    each("one of some words", lambda h: h.word.is_in("x", "y"), "", [({"word": "x"}, T), ({}, U)]),
    each("one of other words", lambda h: h.word.is_in("y"), "", [({"word": "x"}, F)]),
    each(
        "a text chosen",
        lambda h: choose((h.p, h.word), otherwise="y"),
        "",
        [({"p": T, "word": "x"}, "x"), ({"p": F}, "y"), ({"p": T}, U), ({}, U)],
    ),
    each("a text by default", lambda h: h.word.else_("y"), "", [({"word": "x"}, "x"), ({}, "y")]),
    each("today", lambda h: h.d <= today, "", [({"d": DAY}, T), ({"d": d("2020-07-01")}, F), ({}, U)]),
    each("the day itself", lambda h: today, "", [({}, DAY)]),
    each(
        "completed years",
        lambda h: years_between(h.d, h.e),
        "year",
        [
            ({"d": d("2000-06-30"), "e": d("2020-06-29")}, 19),
            ({"d": d("2000-06-30"), "e": d("2020-06-30")}, 20),
            ({"d": d("2000-02-29"), "e": d("2001-02-28")}, 0),
            ({"d": d("2000-02-29"), "e": d("2001-03-01")}, 1),
            ({"d": d("2020-06-30"), "e": d("2020-06-29")}, -1),
            ({"d": d("2020-06-30"), "e": d("2018-07-01")}, -2),
            ({"d": d("2020-06-30")}, U),
        ],
    ),
    each(
        "days between",
        lambda h: days_between(h.d, h.e),
        "day",
        [
            ({"d": d("2020-02-28"), "e": d("2020-03-01")}, 2),
            ({"d": DAY, "e": d("2020-06-29")}, -1),
            ({"e": DAY}, U),
        ],
    ),
    each("year of a date", lambda h: year_of(h.d), "1", [({"d": d("1999-12-31")}, 1999), ({}, U)]),
    each("month of a date", lambda h: month_of(h.d), "1", [({"d": d("1999-12-31")}, 12), ({}, U)]),
]

PARAMETER = [
    each(
        "a parameter is the one in force on the day",
        lambda h: parameters.rate * h.a,
        "1",
        [({"a": 400}, 10000)],
    ),
    each(
        "a parameter by key; a key it does not have is unknown",
        lambda h: parameters.price[h.word],
        "1",
        [({"word": "x"}, 3), ({"word": "y"}, U), ({}, U)],
    ),
    each("a parameter by a fixed key", lambda h: parameters.price["z"], "1", [({}, 5)]),
    each(
        "a tariff's step; below the lowest is unknown",
        lambda h: parameters.steps.step(h.a),
        "1",
        [({"a": 99}, U), ({"a": 100}, 0), ({"a": 999}, 0), ({"a": 1000}, 25), ({"a": 9900}, 40), ({}, U)],
    ),
]
