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


def gives_what_the_specification_says(url: str, spec: Spec, folder: Path) -> None:
    """The same answers as DuckDB's, which are held to the specification; or the same error."""
    rulebook = spec.rulebook(folder)
    names = [(tuple(place.split(".", 1)), list(rows)) for place, rows in spec.expected.items()]
    try:
        value = backend_engine(url, rulebook, spec.day, spec.register)
    except TsampaError as error:
        assert error.code == spec.error  # noqa: PT017 (another error must show whole)
        return
    assert not spec.error
    wanted = columns_engine(rulebook, spec.day, spec.register)
    for name, keys in names:
        for key in keys:
            assert value(name, key) == wanted(name, key), (name, key)  # type: ignore[arg-type]


def shares_at_the_limits(url: str, folder: Path) -> None:
    """Pools, weights, floors and caps up to the largest there can be: the same parts as DuckDB's."""
    rows, rules = register_of_shares(0), rulebook_of_shares(folder)
    wanted, value = columns_engine(rules, SHARED_ON, rows), backend_engine(url, rules, SHARED_ON, rows)
    for name in SHARES:
        for row in rows["households"]:
            key = row["code"]
            assert value(("household", name), key) == wanted(("household", name), key), (name, row)


def passes_cases(url: str, programme: str) -> None:
    """Every case of a programme; those of one day stand in one register, so that each day is planned and counted once."""
    rulebook = load_rulebook(programme)
    cases = read_cases(find_programme(programme) / "cases", rulebook)
    for day in sorted({case.day for case in cases}):
        own = {f"{number:03}-": case for number, case in enumerate(cases) if case.day == day}
        value = backend_engine(url, rulebook, day, side_by_side(rulebook.schema, own))
        for mark, case in own.items():
            engine = partial(answers_of, value, mark)
            assert [str(one) for one in run_case(case, rulebook, engine)] == []


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


def counts_counties(url: str, folder: Path) -> None:
    """An assessment of counties: the same results in the same files, and the same figures and measures, whichever database counted."""
    apart = [freeze(folder / f"s{c}", register(1, c)).path for c in (0, 1)]
    here = assess(apart, "middle_village", DAY, folder / "here")
    there = assess(apart, "middle_village", DAY, folder / "there", backend=url)
    assert there.manifest.rows == here.manifest.rows
    for entity in here.manifest.variables:
        assert there.results(entity) == here.results(entity), entity
    assert compute_level(there, "county") == compute_level(here, "county")


def agrees_with_the_reference(url: str, examples: int) -> None:
    """Random rulebooks over random registers."""
    search(examples, partial(backend_engine, url))
