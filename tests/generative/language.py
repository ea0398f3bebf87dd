"""Draws random rulebooks and random registers: every operation of the language, unknowns and empty groups included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

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
    share,
    today,
    unknown,
    year_of,
    years_between,
)  # fmt: skip

Rule = Callable[[Any], Any]
DAY = date(2020, 6, 30)
HOW = ["down", "up", "half_up", "half_even"]

COLUMNS = {
    "x": {"type": "number", "digits": 2, "low": -100, "high": 100, "en": "x", "zh": "甲"},
    "n": {"type": "number", "low": 0, "high": 9, "en": "n", "zh": "乙"},
    "p": {"type": "bool", "en": "p", "zh": "丙"},
    "q": {"type": "bool", "en": "q", "zh": "丁"},
    "kind": {
        "type": "text", "en": "kind", "zh": "种类", "choices": {"red": ["red", "红"], "blue": ["blue", "蓝"], "odd": ["odd", "杂"]},
    },
    "day": {"type": "date", "en": "day", "zh": "日"},
}  # fmt: skip
TABLES = {
    "households": {"columns": COLUMNS},
    "persons": {"columns": COLUMNS},
    "items": {
        "entity": "item", "en": "items", "zh": "条目", "since": "seen",
        "columns": {
            "code": {"type": "text", "required": True, "en": "code", "zh": "编号"},
            "household": {"type": "text", "required": True, "en": "household", "zh": "户"},
            "person": {"type": "text", "en": "person", "zh": "人"},
            "seen": {"type": "date", "required": True, "en": "seen", "zh": "日期"},
            **COLUMNS,
        },
        "links": {
            "household": {"table": "households", "column": "household", "back": "items"},
            "person": {"table": "persons", "column": "person", "back": "items", "required": False},
        },
    },
}  # fmt: skip
PARAMETERS = {
    "rate": {
        "unit": "1",
        "values": [{"since": "2015-01-01", "value": "0.4"}, {"since": "2019-01-01", "value": "0.35"}],
    },
    "third": {"unit": "1", "values": [{"since": "2015-01-01", "value": "1/3"}]},
    "norm": {
        "unit": "1",
        "keys": ["kind"],
        "values": [{"since": "2015-01-01", "value": {"red": "1.5", "blue": "-2"}}],
    },
    "tariff": {
        "unit": "1",
        "threshold_unit": "1",
        "values": [{"since": "2015-01-01", "steps": {"-5": "1", "0": "2.5", "7.25": "4"}}],
    },
    "word": {"type": "text", "values": [{"since": "2015-01-01", "value": "red"}]},
}
ROWS = {"household": ["members", "items"], "person": ["items"], "village": ["households"]}
OF = {"members": "person", "items": "item", "households": "household"}
UPS = {"household": ["village", "township"], "person": ["household"], "item": ["household", "person"]}
UP_TO = {"village": "village", "township": "township", "household": "household", "person": "person"}
TABLED = ("household", "person", "item")

Env = dict[tuple[str, str], list[str]]


@st.composite
def number(draw: st.DrawFn, env: Env, entity: str, depth: int, up: bool = True) -> Rule:
    """A rule that gives a number without unit for a row of ``entity``."""
    leaves = (
        ["literal", "rate", "third"]
        + (["x", "n"] if entity in TABLED else [])
        + (["formula"] if env.get((entity, "number")) else [])
    )
    inner = [
        "add",
        "subtract",
        "multiply",
        "divide",
        "round",
        "extreme",
        "choose",
        "else",
        "tariff",
        "unknown",
    ]
    inner += ["norm", "years", "days", "part"] if entity in TABLED else []
    inner += ["sum", "count", "fewest", "distinct", "pick"] if entity in ROWS and depth > 1 else []
    inner += ["up"] if up and entity in UPS else []
    what = draw(st.sampled_from(leaves if depth <= 0 else inner + leaves[-2:]))
    if what in LEAVES:
        return LEAVES[what](draw, env, entity)
    return INNER[what](draw, env, entity, depth)


def _literal(draw: st.DrawFn, env: Env, entity: str) -> Rule:
    value = draw(st.sampled_from(["0", "1", "-3", "2.5", "0.01"]))
    return lambda row: quantity(value, "1")


def _named(name: str) -> Callable[..., Rule]:
    return lambda draw, env, entity: lambda row: getattr(row, name)


def _formula(draw: st.DrawFn, env: Env, entity: str) -> Rule:
    name = draw(st.sampled_from(env[entity, "number"]))
    return lambda row: getattr(row, name)


LEAVES: dict[str, Callable[..., Rule]] = {
    "literal": _literal, "x": _named("x"), "n": _named("n"), "formula": _formula,
    "rate": lambda draw, env, entity: lambda row: parameters.rate, "third": lambda draw, env, entity: lambda row: parameters.third,
}  # fmt: skip


def _two(make: Callable[[Any, Any], Any]) -> Callable[..., Rule]:
    def build(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
        a, b = draw(number(env, entity, depth - 1)), draw(number(env, entity, depth - 2))
        return lambda row: make(a(row), b(row))

    return build


def _divide(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a, b, c = (draw(number(env, entity, d)) for d in (depth - 1, depth - 2, 0))
    spare = draw(st.booleans())
    return lambda row: divide(a(row), b(row), when_zero=c(row) if spare else unknown)


def _round(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    x, how, digits = draw(number(env, entity, depth - 1)), draw(st.sampled_from(HOW)), draw(st.integers(0, 3))
    return lambda row: rounded(x(row), how, digits)


def _extreme(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a, b, which = (
        draw(number(env, entity, depth - 1)),
        draw(number(env, entity, depth - 2)),
        draw(st.sampled_from([least, greatest])),
    )
    return lambda row: which(a(row), b(row))


def _choose(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    c, a, b = (
        draw(truth(env, entity, depth - 1)),
        draw(number(env, entity, depth - 1)),
        draw(number(env, entity, depth - 2)),
    )
    return lambda row: choose((c(row), a(row)), otherwise=b(row))


def _else(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a, b = draw(number(env, entity, depth - 1)), draw(number(env, entity, depth - 2))
    return lambda row: a(row).else_(b(row))


def _unknown(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    c, a = draw(truth(env, entity, depth - 1)), draw(number(env, entity, depth - 1))
    return lambda row: choose((c(row), a(row)), otherwise=unknown)


def _tariff(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    x = draw(number(env, entity, depth - 1))
    return lambda row: parameters.tariff.step(x(row))


def _dates(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    years = draw(st.booleans())
    between, unit = (years_between, "1/year") if years else (days_between, "1/day")
    return lambda row: between(row.day, today) * quantity("1", unit)


def _rows(draw: st.DrawFn, env: Env, entity: str, depth: int) -> tuple[Callable[[Any], Any], str]:
    """Rows below, filtered or not, and what they are."""
    back = draw(st.sampled_from(ROWS[entity]))
    below = OF[back]
    condition = draw(st.none() | truth(env, below, depth - 2))
    if condition is None:
        return (lambda row: getattr(row, back)), below

    def gathered(row: Any) -> Any:
        rows = getattr(row, back)
        return rows.where(condition(rows))

    return gathered, below


def _folded(how: str) -> Callable[..., Rule]:
    def build(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
        rows, below = _rows(draw, env, entity, depth)
        term, rounding = draw(number(env, below, depth - 2)), draw(st.sampled_from(HOW))
        which = how if how == "sum" else draw(st.sampled_from(["min", "max"]))

        def rule(row: Any) -> Any:
            found = rows(row)
            return getattr(rounded(term(found) + found.n * 0, rounding, 2), which)()

        return rule

    return build


def _count(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    rows, below = _rows(draw, env, entity, depth)
    condition = draw(st.none() | truth(env, below, depth - 2))
    unit = {"person": "1/person", "household": "1/household", "item": "1/record"}[below]

    def rule(row: Any) -> Any:
        found = rows(row)
        counted = (
            found.count() if condition is None else (condition(found) & (known(found.p) | found.q)).count()
        )
        return counted * quantity("1", unit)

    return rule


def _distinct(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    rows, _ = _rows(draw, env, entity, depth)
    column = draw(st.sampled_from(["kind", "code"]))
    return lambda row: getattr(rows(row), column).distinct("record") * quantity("1", "1/record")


def _pick(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    rows, _ = _rows(draw, env, entity, depth)
    which, by, what = (
        draw(st.sampled_from(["first", "last"])),
        draw(st.sampled_from(["day", "n", "x"])),
        draw(st.sampled_from(["x", "n"])),
    )
    return lambda row: getattr(getattr(rows(row), which)(by), what)


def _up(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    link = draw(st.sampled_from(UPS[entity]))
    known_there = env.get((link, "number"), []) + (["x", "n"] if link in TABLED else [])
    if not known_there:
        return draw(number(env, entity, depth - 1))  # type: ignore[no-any-return]
    name = draw(st.sampled_from(known_there))
    return lambda row: getattr(getattr(row, link), name)


INNER: dict[str, Callable[..., Rule]] = {
    "add": _two(lambda a, b: a + b), "subtract": _two(lambda a, b: a - b), "multiply": _two(lambda a, b: a * b), "divide": _divide,
    "round": _round, "extreme": _extreme, "choose": _choose, "else": _else, "unknown": _unknown, "tariff": _tariff,
    "norm": lambda draw, env, entity, depth: lambda row: parameters.norm[row.kind], "years": _dates, "days": _dates,
    "part": lambda draw, env, entity, depth: draw(st.sampled_from([lambda row: year_of(row.day) * 1, lambda row: month_of(row.day) * 1])),
    "sum": _folded("sum"), "fewest": _folded("min"), "count": _count, "distinct": _distinct, "pick": _pick, "up": _up,
}  # fmt: skip


@st.composite
def truth(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    """A rule that gives true, false or unknown for a row of ``entity``."""
    options = ["compare", "known"] + (["p", "q", "kind", "among", "day"] if entity in TABLED else [])
    options += ["formula"] if env.get((entity, "truth")) else []
    if depth > 0:
        options += ["and", "or", "not", "else"] + (
            ["any", "all", "exists"] if entity in ROWS and depth > 1 else []
        )
    return TRUTHS[draw(st.sampled_from(options))](draw, env, entity, depth)


def _compare(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a, b = draw(number(env, entity, depth - 1)), draw(number(env, entity, depth - 2))
    how = draw(st.sampled_from(["__lt__", "__le__", "__eq__", "__ne__", "__ge__", "__gt__"]))
    return lambda row: getattr(a(row), how)(b(row))


def _known(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a = draw(number(env, entity, depth - 1))
    return lambda row: known(a(row))


def _logic(draw: st.DrawFn, env: Env, entity: str, depth: int, word: str) -> Rule:
    a, b = draw(truth(env, entity, depth - 1)), draw(truth(env, entity, depth - 2))
    return lambda row: getattr(a(row), word)(b(row))


def _not(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    a = draw(truth(env, entity, depth - 1))
    return lambda row: ~a(row)


def _quantified(how: str) -> Callable[..., Rule]:
    def build(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
        rows, below = _rows(draw, env, entity, depth)
        condition = draw(truth(env, below, depth - 2))

        def rule(row: Any) -> Any:
            found = rows(row)
            return getattr(condition(found) | (found.p & found.q), how)()

        return rule

    return build


def _exists(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    rows, _ = _rows(draw, env, entity, depth)
    return lambda row: rows(row).exists()


def _formula_truth(draw: st.DrawFn, env: Env, entity: str, depth: int) -> Rule:
    name = draw(st.sampled_from(env[entity, "truth"]))
    return lambda row: getattr(row, name)


TRUTHS: dict[str, Callable[..., Rule]] = {
    "compare": _compare, "known": _known, "not": _not, "formula": _formula_truth, "any": _quantified("any"), "all": _quantified("all"),
    "exists": _exists, "p": lambda draw, env, entity, depth: lambda row: row.p, "q": lambda draw, env, entity, depth: lambda row: row.q,
    "kind": lambda draw, env, entity, depth: lambda row: row.kind == parameters.word,
    "among": lambda draw, env, entity, depth: lambda row: row.kind.is_in("red", "odd"),
    "day": lambda draw, env, entity, depth: lambda row: row.day < today,
    "and": lambda draw, env, entity, depth: _logic(draw, env, entity, depth, "__and__"),
    "or": lambda draw, env, entity, depth: _logic(draw, env, entity, depth, "__or__"),
    "else": lambda draw, env, entity, depth: _logic(draw, env, entity, depth, "else_"),
}  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> list[tuple[str, str, str, Rule]]:
    """A rulebook: for each variable its entity, name, unit and rule; later ones may rest on earlier ones."""
    env: Env = {}
    found: list[tuple[str, str, str, Rule]] = []
    for index in range(draw(st.integers(3, 7))):
        entity = draw(st.sampled_from(["person", "item", "household", "household", "village", "township"]))
        kind = draw(st.sampled_from(["number", "exact", "truth"]))
        rule = draw(truth(env, entity, 3) if kind == "truth" else number(env, entity, 3))
        name = f"f{index}"
        found.append(
            (entity, name, "" if kind == "truth" else "1", _finished(rule, kind, draw(st.sampled_from(HOW))))
        )
        env.setdefault((entity, "truth" if kind == "truth" else "number"), []).append(name)
    return [*found, *_shared(draw, env)]


def _finished(rule: Rule, kind: str, how: Any) -> Rule:
    """Numbers are rounded to three decimals, or kept as the quotients they are."""
    if kind == "exact":
        return lambda row: rounded(rule(row) + quantity("0", "1"), how, 3)
    if kind == "number":
        return lambda row: (rule(row) + quantity("0", "1")) / quantity("3", "1")
    return lambda row: rule(row) | (quantity("0", "1") > 1)


def _shared(draw: st.DrawFn, env: Env) -> list[tuple[str, str, str, Rule]]:
    """A pool of the village and everybody's part of it, by weight alone and between bounds."""
    pool, weight, floor, cap = (
        draw(number(env, entity, 2, up=entity == "village")) for entity in ("village", *["household"] * 3)
    )
    half = draw(st.sampled_from(["at_least", "at_most"]))

    def held(h: Any) -> Any:
        return share(h.village.pool, by=h.weight, at_least=h.lowest, at_most=h.highest)

    def half_held(h: Any) -> Any:
        return share(h.village.pool, by=h.weight, **{half: h.lowest})

    return [
        ("village", "pool", "1", _from_nought(pool, 2)), ("household", "weight", "1", _from_nought(weight, 1)),
        ("household", "lowest", "1", _from_nought(floor, 1)), ("household", "highest", "1", _from_nought(cap, 2)),
        ("household", "part", "1", lambda h: share(h.village.pool, by=h.weight)), ("household", "held", "1", held),
        ("household", "half_held", "1", half_held),
    ]  # fmt: skip


def _from_nought(rule: Rule, digits: int) -> Rule:
    return lambda row: greatest(rounded(rule(row), "half_up", digits), quantity("0", "1"))


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Some households in three villages of two townships, with members and items; much of it unknown."""
    rows: dict[str, list[dict[str, Any]]] = {"households": [], "persons": [], "memberships": [], "items": []}
    for index in range(draw(st.integers(0, 6))):
        code = f"h{index}"
        rows["households"].append(
            {"code": code, "area": draw(st.sampled_from(["v1", "v1", "v2", "v3"])), **draw(VALUES)}
        )
        people = [f"{code}p{number}" for number in range(draw(st.integers(0, 3)))]
        for person in people:
            rows["persons"].append({"code": person, **draw(VALUES)})
            since, until = draw(st.sampled_from([(2000, None), (2000, None), (2010, 2015), (2000, 2030)]))
            dates = {"since": date(since, 1, 1), "until": date(until, 1, 1) if until else None}
            rows["memberships"].append({"code": f"m{person}", "person": person, "household": code, **dates})
        for number in range(draw(st.integers(0, 3))):
            item = {
                "code": f"{code}i{number}",
                "household": code,
                "person": draw(st.sampled_from([None, *people])),
            }
            rows["items"].append(
                item
                | {"seen": draw(st.sampled_from([date(2019, 1, 1), date(2020, 6, 30), date(2021, 1, 1)]))}
                | draw(VALUES)
            )
    return rows


VALUES = st.fixed_dictionaries({
    "x": st.none() | st.integers(-500, 500), "n": st.none() | st.integers(0, 4), "p": st.sampled_from([None, True, False]),
    "q": st.sampled_from([None, True, False]), "kind": st.sampled_from([None, "red", "blue", "odd"]),
    "day": st.none() | st.integers(-800, 3).map(lambda days: DAY + timedelta(days=days * 11)),
})  # fmt: skip
