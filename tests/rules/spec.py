"""What every operation of the rule language means, rows included, as small tables that each engine must reproduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.builders import DAY, Spec, counted, variable
from tsampa.rules import (
    divide,
    known,
    quantity,
    unknown,
)

if TYPE_CHECKING:
    pass

from rules.spec_shares import SHARES
from rules.spec_values import (
    LOGIC,
    NUMERIC,
    PARAMETER,
    TABLES,
    TEXTS_AND_DATES,
    F,
    Rows,
    T,
    U,
    d,
    folded,
    home,
    item,
    member,
)

FOLDS = [
    folded("count of rows", lambda h: h.items.count(), "record", [([], 0), ([{}, {}], 2)]),
    folded(
        "count of filtered rows",
        lambda h: h.items.where(p=True).count(),
        "record",
        [([], 0), ([{"p": T}, {"p": F}], 1), ([{"p": T}, {}], U)],
    ),
    folded(
        "count of a condition under a filter: what cannot be both does not matter",
        lambda h: h.items.where(h.items.p).q.count(),
        "record",
        [
            ([{"p": T, "q": T}, {"p": F}, {"q": F}], 1),
            ([{"p": T, "q": T}, {"q": T}], U),
            ([{"p": T}], U),
            ([], 0),
        ],
    ),
    folded(
        "sum",
        lambda h: h.items.a.sum(),
        "1",
        [([], 0), ([{"a": 150}, {"a": -20}], 130), ([{"a": 1}, {}], U)],
    ),
    folded(
        "sum of filtered rows: a row left out does not matter",
        lambda h: h.items.where(p=True).a.sum(),
        "1",
        [
            ([{"p": T, "a": 7}, {"p": F}], 7),
            ([{"p": T, "a": 7}, {"a": 0}], U),
            ([{"p": F}], 0),
            ([{"p": T}], U),
        ],
    ),
    folded(
        "distinct texts: how many there are, each once",
        lambda h: h.items.word.distinct("record"),
        "record",
        [([], 0), ([{"word": "x"}, {"word": "y"}, {"word": "x"}], 2), ([{"word": "x"}, {}], U)],
    ),
    folded(
        "distinct texts of filtered rows: a row left out does not matter",
        lambda h: h.items.where(p=True).word.distinct("bag"),
        "bag",
        [
            ([{"p": T, "word": "x"}, {"p": F}], 1),
            ([{"p": T, "word": "x"}, {"word": "x"}], U),
            ([{"p": F, "word": "x"}], 0),
            ([{"p": T}], U),
        ],
    ),
    folded(
        "min", lambda h: h.items.a.min(), "1", [([], U), ([{"a": 3}, {"a": -2}], -2), ([{"a": 3}, {}], U)]
    ),
    folded("max", lambda h: h.items.a.max(), "1", [([], U), ([{"a": 3}, {"a": -2}], 3), ([{"a": 3}, {}], U)]),
    folded(
        "max of filtered rows",
        lambda h: h.items.where(h.items.a < 5).a.max(),
        "1",
        [([{"a": 300}, {"a": 700}], 300), ([{"a": 700}], U), ([{"a": 300}, {}], U)],
    ),
    folded(
        "min of dates",
        lambda h: h.items.d.min(),
        "",
        [([{"d": DAY}, {"d": d("2019-01-01")}], d("2019-01-01")), ([], U)],
    ),
    folded(
        "any",
        lambda h: h.items.p.any(),
        "",
        [([], F), ([{"p": F}], F), ([{"p": F}, {}], U), ([{"p": T}, {}], T)],
    ),
    folded(
        "any under a filter",
        lambda h: h.items.where(h.items.q).p.any(),
        "",
        [
            ([{"p": T}], U),
            ([{"p": F}], F),
            ([{"p": T, "q": F}], F),
            ([{"p": T, "q": T}, {}], T),
            ([{"q": T}], U),
        ],
    ),
    folded(
        "all",
        lambda h: h.items.p.all(),
        "",
        [([], T), ([{"p": T}], T), ([{"p": T}, {}], U), ([{"p": F}, {}], F)],
    ),
    folded(
        "all under a filter",
        lambda h: h.items.where(h.items.q).p.all(),
        "",
        [
            ([{"p": F}], U),
            ([{"p": T}], T),
            ([{"p": F, "q": F}], T),
            ([{"p": F, "q": T}, {}], F),
            ([{"q": T}], U),
        ],
    ),
    folded(
        "exists",
        lambda h: h.items.where(word="x").exists(),
        "",
        [([], F), ([{"word": "x"}, {}], T), ([{"word": "y"}], F), ([{"word": "y"}, {}], U)],
    ),
    folded(
        "rows compared with a value of their household",
        lambda h: h.items.where(h.items.a > h.items.household.a).count(),
        "record",
        [([{"a": 1}], U), ([], 0)],
    ),
    folded(
        "a number of rows with two filters",
        lambda h: h.items.where(p=True).where(q=True).count(),
        "record",
        [([{"p": T, "q": T}, {"p": T, "q": F}, {"p": F}], 1), ([{"p": T}], U)],
    ),
]

PICKS = [
    folded(
        "the last row by a date",
        lambda h: h.items.last("d").word,
        "",
        [
            ([], U),
            ([{"d": d("2020-01-02"), "word": "x"}, {"d": d("2020-01-01"), "word": "y"}], "x"),
            ([{"d": DAY, "word": "x"}, {"d": DAY, "word": "y"}], "y"),
            ([{"d": d("2020-01-02")}, {"d": d("2020-01-01"), "word": "y"}], U),
            ([{"word": "x"}, {"d": DAY, "word": "y"}], U),
        ],
    ),
    folded(
        "the first row by a number, ties by the smallest key",
        lambda h: h.items.first("a").b,
        "1",
        [([{"a": 2, "b": 1}, {"a": 1, "b": 5}, {"a": 1, "b": 6}], 5), ([{"a": 1}], U)],
    ),
    folded(
        "the last of filtered rows",
        lambda h: h.items.where(p=True).last("d").a,
        "1",
        [
            ([{"p": T, "d": DAY, "a": 1}, {"p": F, "a": 2}], 1),
            ([{"p": T, "d": DAY, "a": 1}, {"d": d("2000-01-01"), "a": 2}], U),
            ([{"p": F}], U),
        ],
    ),
]

PEOPLE = [
    Spec(
        "members are the persons whose membership is in force on the day",
        (
            variable(lambda h: h.members.count(), "person"),
            variable(lambda h: (h.members.relationship == "head").count(), "person", name="heads"),
            variable(lambda p: p.household.a, "1", entity="person", name="homes_a"),
            variable(lambda p: known(p.household.code), entity="person", name="housed"),
        ),
        {
            "households": [home("h1", a=100), home("h2", a=200)],
            "persons": [{"code": code} for code in ("p1", "p2", "p3", "p4", "p5", "p6")],
            "memberships": [
                member("m1", "p1", "h1", relationship="head"),
                member("m2", "p2", "h1", until=DAY),
                member("m3", "p2", "h2", "2020-06-30", relationship="head"),
                member("m4", "p3", "h1", "2020-07-01"),
                member("m5", "p4", "h9"),
                member("m7", "p6", "h2", relationship="child"),
            ],
        },
        {
            "household.answer": {"h1": 1, "h2": 2},
            "household.heads": {"h1": 1, "h2": 1},
            "person.homes_a": {"p1": 100, "p2": 200, "p3": U, "p4": U, "p5": U, "p6": 200},
            "person.housed": {"p1": T, "p2": T, "p3": F, "p4": F, "p5": F, "p6": T},
        },
        tables=TABLES,
    ),
    Spec(
        "a fold inside a fold: each member's own records, and records of nobody",
        (
            variable(lambda p: p.incomes.amount.sum(), "CNY/year", entity="person", name="earned"),
            variable(lambda h: h.members.earned.max(), "CNY/year"),
            variable(lambda h: h.members.incomes.count().sum(), "record", name="records"),
            variable(lambda h: h.incomes.person.earned.sum(), "CNY/year", name="by_person"),
        ),
        {
            "households": [home("h1"), home("h2")],
            "persons": [{"code": "p1"}, {"code": "p2"}],
            "memberships": [member("m1", "p1", "h1"), member("m2", "p2", "h1")],
            "incomes": [
                {"code": "i1", "household": "h1", "person": "p1", "amount": 300},
                {"code": "i2", "household": "h1", "person": "p1", "amount": 200},
                {"code": "i3", "household": "h2", "amount": 9},
                {"code": "i4", "household": "h9", "person": "p2", "amount": 100},
            ],
        },
        {
            "household.answer": {"h1": 500, "h2": U},
            "household.records": {"h1": 3, "h2": 0},
            "household.by_person": {"h1": 1000, "h2": U},
        },
    ),
    Spec(
        "records in force on the day only",
        (
            variable(lambda h: h.statuses.count(), "record"),
            variable(lambda h: h.checks.last("date").grade, name="grade"),
        ),
        {
            "households": [home("h1"), home("h2")],
            "statuses": [
                {
                    "code": "s1",
                    "household": "h1",
                    "status": "registered",
                    "since": d("2018-01-01"),
                    "until": DAY,
                },
                {"code": "s2", "household": "h1", "status": "exited", "since": DAY, "until": None},
                {
                    "code": "s3",
                    "household": "h1",
                    "status": "monitored",
                    "since": d("2020-07-01"),
                    "until": None,
                },
            ],
            "checks": [
                {"code": "k1", "household": "h1", "guarantee": "food", "date": d("2020-06-29"), "grade": "A"},
                {"code": "k2", "household": "h1", "guarantee": "food", "date": d("2020-07-01"), "grade": "B"},
            ],
        },
        {"household.answer": {"h1": 1, "h2": 0}, "household.grade": {"h1": "A", "h2": U}},
    ),
]

AREA_ROWS: dict[str, Rows] = {
    "households": [
        home("h1", "v1", a=100),
        home("h2", "v1", a=200),
        home("h3", "v2", a=400),
        home("h4", "v3", a=800),
        home("h5", "v9", a=1600),
    ],
    "persons": [{"code": f"p{index}"} for index in range(1, 6)],
    "memberships": [member(f"m{index}", f"p{index}", f"h{index}") for index in (1, 2, 3, 5)],
    "items": [item("i1", "h1", a=1), item("i2", "h4", a=2), item("i3", "h5", a=4)],
    "pools": [
        {"code": "l1", "area": "v1", "name": "one", "year": 2020, "amount": 1000},
        {"code": "l2", "area": "t1", "name": "two", "year": 2020, "amount": 2000},
    ],
}
AREA = [
    Spec(
        "areas gather what lies in them, and are seen from below",
        (
            variable(lambda v: v.households.a.sum(), "1", entity="village", name="total"),
            variable(lambda t: t.households.a.sum(), "1", entity="township", name="total"),
            variable(lambda c: c.villages.total.sum(), "1", entity="county", name="total"),
            variable(lambda c: c.villages.count(), "village", entity="county", name="villages_in_it"),
            variable(lambda v: v.pools.amount.sum(), "CNY", entity="village", name="money"),
            variable(lambda t: t.pools.amount.sum(), "CNY", entity="township", name="money"),
            variable(lambda h: h.village.total, "1", name="village_total"),
            variable(lambda h: h.county.total, "1", name="county_total"),
            variable(lambda h: h.village.township.money, "CNY", name="township_money"),
            variable(lambda h: h.village.name, name="village_name"),
        ),
        AREA_ROWS,
        {
            "village.total": {"v1": 300, "v2": 400, "v3": 800},
            "township.total": {"t1": 700, "t2": 800},
            "county.total": {"c": 1500},
            "county.villages_in_it": {"c": 3},
            "village.money": {"v1": 1000, "v2": 0, "v3": 0},
            "township.money": {"t1": 2000, "t2": 0},
            "household.village_total": {"h1": 300, "h2": 300, "h3": 400, "h4": 800, "h5": U},
            "household.county_total": {"h1": 1500, "h2": 1500, "h3": 1500, "h4": 1500, "h5": U},
            "household.township_money": {"h1": 2000, "h2": 2000, "h3": 2000, "h4": 0, "h5": U},
            "household.village_name": {"h1": "V1", "h2": "V1", "h3": "V2", "h4": "V3", "h5": U},
        },
        tables=TABLES,
    ),
    Spec(
        "a figure counts what lies anywhere in the area it is asked for",
        (
            variable(lambda h: h.a >= 2, name="enough"),
            counted(lambda area: area.households.enough.count(), "household", id="enough"),
            counted(lambda area: area.persons.count(), "person", id="persons"),
            counted(lambda area: area.items.a.sum(), "1", id="items", digits=2),
            counted(lambda area: area.pools.amount.sum(), "CNY", id="money", digits=2),
            counted(lambda area: area.villages.count(), "village", id="villages"),
            counted(
                lambda area: divide(
                    area.households.a.sum(),
                    area.households.count() / quantity(1, "household"),
                    when_zero=unknown,
                ),
                "1",
                id="mean",
            ),
        ),
        AREA_ROWS,
        figures={
            "enough": {"c": 3, "t1": 2, "t2": 1, "v1": 1, "v2": 1},
            "persons": {"c": 3, "t1": 3, "v1": 2, "v3": 0},
            "items": {"c": "0.03", "v1": "0.01", "v2": 0},
            "money": {"c": 30, "t1": 30, "v1": 10, "v2": 0},
            "villages": {"c": 3, "t1": 2, "v1": 1},
            "mean": {"c": "3.75", "v1": "1.5"},
        },
        tables=TABLES,
    ),
]


VERSIONS = [
    Spec(
        "the version in force on the day",
        (
            variable(lambda h: h.a, "1", until="2020-06-30"),
            variable(lambda h: h.a + 1, "1", since="2020-06-30", until="2020-07-01"),
            variable(lambda h: h.a + 2, "1", since="2020-07-01"),
            variable(lambda h: h.answer * 2, "1", name="twice"),
        ),
        {"households": [home("h1", a=100)]},
        {"household.answer": {"h1": 200}, "household.twice": {"h1": 400}},
        tables=TABLES,
    ),
    Spec(
        "decimals that are kept",
        (variable(lambda h: h.a, "1", digits=4), variable(lambda h: h.answer, "1", name="same", digits=6)),
        {"households": [home("h1", a=150)]},
        {"household.answer": {"h1": 15000}, "household.same": {"h1": 1500000}},
        tables=TABLES,
    ),
    Spec(
        "the largest number that fits",
        (variable(lambda h: h.b, "1", digits=2), variable(lambda h: -h.b, "1", name="less")),
        {"households": [home("h1", b=2**63 - 1)]},
        {"household.answer": {"h1": 2**63 - 1}, "household.less": {"h1": -(2**63 - 1)}},
        tables=TABLES,
    ),
    Spec(
        "a number too large to store is an error, an intermediate one is not",
        (
            variable(lambda h: h.b + h.b > h.b, name="fine"),
            variable(lambda h: h.b + h.b, "1"),
        ),
        {"households": [home("h1", b=2**62)]},
        {"household.answer": {}},
        tables=TABLES,
        error="rule-overflow",
    ),
    Spec(
        "an intermediate number may be larger than what can be stored",
        (variable(lambda h: h.b + h.b > h.b),),
        {"households": [home("h1", b=2**62)]},
        {"household.answer": {"h1": T}},
        tables=TABLES,
    ),
]

SPECS: list[Spec] = [
    *LOGIC,
    *NUMERIC,
    *TEXTS_AND_DATES,
    *PARAMETER,
    *FOLDS,
    *PICKS,
    *PEOPLE,
    *AREA,
    *SHARES,
    *VERSIONS,
]
