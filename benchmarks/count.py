"""The count's figures of one run: compile time, the line held exactly, a county assessed, one household explained.

Run with ``.venv/bin/python benchmarks/count.py``. Prints one JSON line a figure; times are medians of five.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from arro3.core import Table

from tsampa.assessment import assess, explain_household
from tsampa.rules import load_rulebook
from tsampa.rules.columns import Sources, compile_variables, run_plan
from tsampa.rules.declare import Declared
from tsampa.rules.load import build_rulebook
from tsampa.schema import Label, Schema, find_programme, read_schema
from tsampa.snapshot import write_snapshot
from tsampa.snapshot.sql import connect

DAY = date(2019, 12, 31)
HOUSEHOLDS = 15_000


def main() -> None:
    """Prints every figure."""
    say("200 formulas in 20 levels compiled", median(compile_many(), 5), "s", "< 0.05")
    line_held()
    with tempfile.TemporaryDirectory() as folder:
        county(Path(folder))


def say(what: str, value: float, unit: str, bar: str) -> None:
    """One JSON line."""
    print(json.dumps({"figure": what, "value": round(value, 4), "unit": unit, "bar": bar}), flush=True)


def median(work: Callable[[], Any], times: int) -> float:
    """The median time of the work, after one run that does not count."""
    work()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def compile_many() -> Callable[[], Any]:
    """Compiles 200 formulas, ten a level, each resting on two of the level below."""
    schema = read_schema(find_programme("middle_village"))
    declared = [_declared(level, index) for level in range(20) for index in range(10)]
    rulebook = build_rulebook(
        declared,
        schema,
        {},
        programme="many",
        label=Label("many", "多"),
        shows=(),
        unit_labels={},
        folder=Path(),
    )
    sources = Sources({table.name: table.name for table in schema.tables}, {})
    return lambda: compile_variables(rulebook, DAY, sources)


def _declared(level: int, index: int) -> Declared:
    def rule(h: Any) -> Any:
        """A link of the chain.

        链条中的一环。
        """
        if level == 0:
            return h.members.count() + h.members.where(sex="female").count()
        return (
            getattr(h, f"f{level - 1}_{index}")
            + getattr(h, f"f{level - 1}_{(index + 1) % 10}")
            - h.members.count()
        )

    says = {
        "en": "a",
        "zh": "甲",
        "source": "benchmark",
        "since": date(2019, 1, 1),
        "until": None,
        "unit": "person",
        "digits": None,
    }
    return Declared("formula", "household", f"f{level}_{index}", rule, says, "benchmark:1")


def line_held() -> None:
    """200,000 households with exactly the line a head: how many are judged below it."""
    rulebook, line = load_rulebook("middle_village"), 321_800
    with connect() as con:
        sources = _empty(con, rulebook.schema)
        con.execute(
            "INSERT INTO areas VALUES ('c','c','county',NULL),('t','t','township','c'),('v','v','village','t')"
            if len(con.execute("DESCRIBE areas").fetchall()) == 4
            else "INSERT INTO areas (code,name,level,parent) VALUES ('c','c','county',NULL),('t','t','township','c'),('v','v','village','t')"
        )
        con.execute("INSERT INTO households (code, area) SELECT 'h' || i, 'v' FROM range(200000) t(i)")
        con.execute(
            "INSERT INTO persons (code) SELECT 'p' || i || '-' || j FROM range(200000) t(i), range(7) s(j) WHERE j <= i % 7"
        )
        con.execute(
            "INSERT INTO memberships (code, person, household, since) SELECT code, code, 'h' || split_part(substr(code, 2), '-', 1), DATE '2015-01-01' FROM persons"
        )
        con.execute(
            f"INSERT INTO incomes (code, household, source, accounting_year, amount) SELECT 'i' || i, 'h' || i, 'wage', 2019, {line} * (1 + i % 7) FROM range(200000) t(i)"
        )
        plan = compile_variables(rulebook, DAY, sources, names=[("household", "income_meets_line")])
        run_plan(con, plan)
        found = con.execute(
            f"SELECT COUNT(*) FILTER (WHERE NOT income_meets_line), COUNT(*) FILTER (WHERE income_meets_line) FROM ({plan.outputs['household'].query})"
        ).fetchall()[0]
    say("households exactly on the line judged below it", found[0], "household", "0")
    say("households exactly on the line judged to meet it", found[1], "household", "200000")


def _empty(con: Any, schema: Schema) -> Sources:
    from tsampa.assessment.engines import load_register

    return load_register(con, schema, {})


def county(folder: Path) -> None:
    """15,000 households with the middle village's programme: assessed, and one explained."""
    rulebook = load_rulebook("middle_village")
    tables = _county_tables(rulebook.schema)
    write_snapshot(folder / "snapshot", tables, schema=rulebook.schema, programme="middle_village", as_of=DAY)
    runs = iter(range(100))
    say("variables", sum(1 for _ in rulebook.on(DAY)), "variable", ">= 40")
    took = median(lambda: assess(folder / "snapshot", rulebook, DAY, folder / f"a{next(runs)}"), 5)
    say(f"{HOUSEHOLDS} households verified, assessed and written", took, "s", "< 2")
    assessment = assess(folder / "snapshot", rulebook, DAY, folder / "last")
    say(
        "one household explained, warm", median(lambda: explain_household(assessment, "h77"), 5), "s", "< 0.3"
    )


def _county_tables(schema: Schema) -> dict[str, Any]:
    with connect() as con:
        _empty(con, schema)
        con.execute(
            "INSERT INTO areas (code, name, level, parent) SELECT 'c', 'c', 'county', NULL UNION ALL SELECT 't' || i, 't', 'township', 'c' FROM range(11) t(i) UNION ALL SELECT 'v' || i, 'v', 'village', 't' || (i % 11) FROM range(111) t(i)"
        )
        con.execute(
            f"INSERT INTO households (code, area) SELECT 'h' || i, 'v' || (i % 111) FROM range({HOUSEHOLDS}) t(i)"
        )
        con.execute(
            f"INSERT INTO persons (code, sex, birth_date, work_capacity) SELECT 'p' || i || '-' || j, CASE WHEN j % 2 = 0 THEN 'male' ELSE 'female' END, DATE '1950-01-01' + CAST((i * 37 + j * 7919) % 25000 AS INTEGER), CASE WHEN (i + j) % 3 = 0 THEN 'ordinary' WHEN (i + j) % 7 = 0 THEN 'weak' ELSE 'none' END FROM range({HOUSEHOLDS}) t(i), range(5) s(j) WHERE j <= i % 5"
        )
        con.execute(
            "INSERT INTO memberships (code, person, household, relationship, since) SELECT 'm' || code, code, 'h' || split_part(substr(code, 2), '-', 1), CASE WHEN code LIKE '%-0' THEN 'head' ELSE 'child' END, DATE '2015-01-01' FROM persons"
        )
        con.execute(
            f"INSERT INTO incomes (code, household, source, accounting_year, amount) SELECT 'i' || i || '-' || j, 'h' || i, ['wage', 'business', 'transfer', 'production_cost'][j + 1], 2019, (i * 7919 + j * 104729) % 900000 FROM range({HOUSEHOLDS}) t(i), range(4) s(j)"
        )
        con.execute(
            f"INSERT INTO checks (code, household, guarantee, grade, value, date) SELECT 'k' || i || '-' || j, 'h' || i, ['food', 'clothing', 'education', 'health_coverage', 'housing', 'safe_water'][j + 1], CASE WHEN j = 4 THEN ['A', 'B', 'C'][i % 3 + 1] ELSE 'yes' END, CASE WHEN j = 5 THEN 4000 END, DATE '2019-05-01' + CAST(i % 200 AS INTEGER) FROM range({HOUSEHOLDS}) t(i), range(6) s(j)"
        )
        con.execute(
            f"INSERT INTO statuses (code, household, status, since) SELECT 's' || i, 'h' || i, 'registered', DATE '2016-01-01' FROM range({HOUSEHOLDS}) t(i) WHERE i % 3 = 0"
        )
        con.execute(
            "INSERT INTO pools (code, area, name, year, amount) SELECT 'q' || i, 'v' || i, 'dividend', 2019, 5000000 + i * 13 FROM range(111) t(i)"
        )
        return {table.name: Table(con.sql(f'SELECT * FROM "{table.name}"')) for table in schema.tables}


if __name__ == "__main__":
    main()
