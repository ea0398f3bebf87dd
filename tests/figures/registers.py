"""Registers of a few households and the measures tests publish of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from arro3.core import Table

from rules.builders import AREAS, counted, rulebook_of, variable
from tsampa.assessment import Assessment, assess
from tsampa.rules import alkire_foster, at_risk_of_poverty, fgt, gini, parameters, qsr, theil, watts
from tsampa.schema import Kind
from tsampa.snapshot import write_snapshot
from tsampa.snapshot.sql import connect, quote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tsampa.rules.rulebook import Rulebook

DAY = date(2020, 6, 30)
MONEY = {"type": "money", "unit": "/year", "low": -100_000, "high": 100_000_000}
TABLES = {
    "households": {
        "columns": {
            "income": {**MONEY, "en": "income", "zh": "收入"},
            "heads": {"type": "number", "unit": "person", "low": 0, "high": 99, "en": "heads", "zh": "人口"},
            "vast": {"type": "number", "low": 0, "en": "vast", "zh": "巨大"},
            "dry": {"type": "bool", "en": "dry", "zh": "缺水"},
            "dark": {"type": "bool", "en": "dark", "zh": "缺电"},
            "listed": {"type": "bool", "en": "listed", "zh": "在册"},
            "ward": {"type": "text", "en": "ward", "zh": "片区"},
        }
    }
}
LINE = {"line": {"unit": "CNY/year", "values": [{"since": "2018-01-01", "value": "100"}]}}
FIGURES: dict[str, Callable[[Any], Any]] = {
    "poor": lambda a: fgt(a.households.income, parameters.line, weights=a.households.heads),
    "gap": lambda a: fgt(a.households.income, parameters.line, 1, weights=a.households.heads),
    "severity": lambda a: fgt(a.households.income, parameters.line, 2, weights=a.households.heads),
    "watts": lambda a: watts(a.households.income, parameters.line, weights=a.households.heads),
    "gini": lambda a: gini(a.households.income, ranks="middle", weights=a.households.heads),
    "theil": lambda a: theil(a.households.income, weights=a.households.heads),
    "qsr": lambda a: qsr(a.households.income, weights=a.households.heads),
    "relative": lambda a: at_risk_of_poverty(a.households.income),
    "h": lambda a: lacking(a).headcount,
    "m0": lambda a: lacking(a).mpi,
    "a": lambda a: lacking(a).intensity,
    "dry": lambda a: lacking(a).censored("dry"),
}


def lacking(a: Any) -> Any:
    homes = a.households
    return alkire_foster({"dry": homes.dry, "dark": homes.dark}, cutoff="1/2", weights=homes.heads)


def household(code: str, area: str, income: int | None, heads: int | None = 1, **more: Any) -> dict[str, Any]:
    """A household of a yearly income in whole yuan."""
    own = {"dry": None, "dark": None, "listed": None, "ward": None} | more
    return {
        "code": code,
        "area": area,
        "income": None if income is None else income * 100,
        "heads": heads,
        **own,
    }


def publish(rows: list[dict[str, Any]], rules: dict[str, Callable[[Any], Any]], folder: Path, **more: Any) -> Assessment:  # fmt: skip
    """The figures over these households, in a snapshot of one county unless ``areas`` says otherwise."""
    folder.mkdir(exist_ok=True)
    declares = [counted(rule, "1", id=id, digits=6) for id, rule in rules.items()]
    size = variable(lambda h: h.members.count(), "person", name="size")
    rulebook = rulebook_of(
        size, *declares, *more.get("declares", ()), folder=folder, parameters=LINE, tables=TABLES
    )
    tables = {"areas": more.get("areas", AREAS), "households": rows}
    return freeze(rulebook, tables, folder)


def freeze(rulebook: Rulebook, tables: dict[str, list[dict[str, Any]]], folder: Path) -> Assessment:
    types = {Kind.NUMBER: "BIGINT", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE", Kind.BOOL: "BOOLEAN"}
    found = {}
    with connect() as con:
        for table in rulebook.schema.tables:
            columns = ", ".join(f"{quote(c.name)} {types[c.type.kind]}" for c in table.columns)
            con.execute(f"CREATE OR REPLACE TABLE one ({columns})")
            for row in tables.get(table.name, []):
                values = [row.get(column.name) for column in table.columns]
                con.execute(f"INSERT INTO one VALUES ({', '.join('?' for _ in values)})", values)
            found[table.name] = Table(con.sql("SELECT * FROM one"))
    write_snapshot(folder / "s", found, schema=rulebook.schema, programme="test", as_of=DAY, source="a test")
    return assess(folder / "s", rulebook, DAY, folder / "a")


def sample(size: int = 60) -> list[dict[str, Any]]:
    return [
        household(f"h{index:03}", f"v{1 + index % 3}", 40 + index * index % 170, 1 + index % 5,
                  dry=index % 3 == 0, dark=index % 4 == 0 if index % 11 else None, ward=f"w{index % 7}")
        for index in range(size)
    ]  # fmt: skip


DESIGNED: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "fgt": lambda h, design: fgt(h.income, parameters.line, 2, **design),
    "watts": lambda h, design: watts(h.income, parameters.line, **design),
    "gini": lambda h, design: gini(h.income, **design),
    "theil": lambda h, design: theil(h.income, **design),
    "qsr": lambda h, design: qsr(h.income, **design),
    "relative": lambda h, design: at_risk_of_poverty(h.income, **design),
    "h": lambda h, design: alkire_foster({"dry": h.dry, "dark": h.dark}, "1/2", **design).headcount,
}
