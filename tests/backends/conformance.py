"""What every database must give: what DuckDB gives for the specification, for the programmes' cases, and for random rulebooks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from assessment.test_partitions import DAY, freeze, register
from generative.test_engines_agree import search
from rules.builders import Spec
from rules.shares_at_the_limits import DAY as SHARED_ON
from rules.shares_at_the_limits import NAMES as SHARES
from rules.shares_at_the_limits import register as register_of_shares
from rules.shares_at_the_limits import rulebook as rulebook_of_shares
from tsampa.assessment import assess
from tsampa.assessment.engines import backend_engine, columns_engine
from tsampa.errors import TsampaError
from tsampa.figures import compute_level
from tsampa.rules import load_rulebook
from tsampa.rules.cases import Case, Register, read_cases, run_case
from tsampa.rules.rulebook import Name
from tsampa.schema import Schema, Table, find_programme

Answer = Callable[[Name, str], Any]


def unlike_the_specification(url: str, spec: Spec, folder: Path) -> list[Any]:
    """Where the answers, or the error, are not DuckDB's, which are held to the specification."""
    rulebook = spec.rulebook(folder)
    names = [(tuple(place.split(".", 1)), list(rows)) for place, rows in spec.expected.items()]
    try:
        value = backend_engine(url, rulebook, spec.day, spec.register)
    except TsampaError as error:
        return [] if error.code == spec.error else [error.code]
    if spec.error:
        return [f"no {spec.error}"]
    wanted = columns_engine(rulebook, spec.day, spec.register)
    asked = [(name, key) for name, keys in names for key in keys]
    return [one for one in asked if value(*one) != wanted(*one)]  # type: ignore[arg-type]


def unlike_at_the_limits(url: str, folder: Path) -> list[Any]:
    """Pools, weights, floors and caps up to the largest there can be: the parts that are not DuckDB's."""
    rows, rules = register_of_shares(0), rulebook_of_shares(folder)
    wanted, value = columns_engine(rules, SHARED_ON, rows), backend_engine(url, rules, SHARED_ON, rows)
    asked = [(("household", name), row["code"]) for name in SHARES for row in rows["households"]]
    return [one for one in asked if value(*one) != wanted(*one)]


def failed_cases(url: str, programme: str) -> list[str]:
    """What fails of a programme's cases; those of one day stand in one register, so that each day is planned and counted once."""
    rulebook = load_rulebook(programme)
    cases = read_cases(find_programme(programme) / "cases", rulebook)
    failed = []
    for day in sorted({case.day for case in cases}):
        own = {f"{number:03}-": case for number, case in enumerate(cases) if case.day == day}
        value = backend_engine(url, rulebook, day, side_by_side(rulebook.schema, own))
        for mark, case in own.items():
            failed += [str(one) for one in run_case(case, rulebook, partial(answers_of, value, mark))]
    return failed


def answers_of(value: Answer, mark: str, *_: object) -> Answer:
    """What the common register gives for the case whose codes begin with ``mark``."""
    return lambda name, key: value(name, f"{mark}{key}")


def side_by_side(schema: Schema, cases: dict[str, Case]) -> Register:
    """The registers of the cases as one: each code begins with its case's mark, so areas and rows of two never meet."""
    return {
        table.name: [marked(table, row, mark) for mark, case in cases.items() for row in case.register[table.name]]
        for table in schema.tables
    }  # fmt: skip


def marked(table: Table, row: dict[str, Any], mark: str) -> dict[str, Any]:
    codes = {table.key, *(link.column for link in table.links)} | (
        {"parent"} if table.name == "areas" else set()
    )
    return {
        name: f"{mark}{value}" if name in codes and value is not None else value
        for name, value in row.items()
    }


def unlike_counties(url: str, folder: Path) -> list[str]:
    """An assessment of counties: which of its results, figures and measures depend on the database that counted."""
    apart = [freeze(folder / f"s{c}", register(1, c)).path for c in (0, 1)]
    here = assess(apart, "middle_village", DAY, folder / "here")
    there = assess(apart, "middle_village", DAY, folder / "there", backend=url)
    unlike = [one for one in here.manifest.variables if there.results(one) != here.results(one)]
    if there.manifest.rows != here.manifest.rows:
        unlike.append("rows")
    if compute_level(there, "county") != compute_level(here, "county"):
        unlike.append("figures")
    return unlike


def compared_with_the_reference(url: str, examples: int) -> int:
    """How many random registers were judged alike by random rulebooks; one that is not raises."""
    return search(examples, partial(backend_engine, url))
