"""Builds small rulebooks out of functions, for tests of any engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tsampa.rules.declare import Declared, collecting, figure, formula
from tsampa.rules.load import build_rulebook
from tsampa.rules.parameter import ParameterValues, read_parameters
from tsampa.schema import AreaLevels, Label, Schema, build_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tsampa.rules.rulebook import Rulebook

LEVELS = {"county": ("county", "县"), "township": ("township", "乡镇"), "village": ("village", "村")}
DAY = date(2020, 6, 30)


def declared_by(*functions: Callable[[], None]) -> list[Declared]:
    """What the functions declare: each holds decorated formulas and figures in its body, and is called once."""
    found: list[Declared] = []
    token = collecting.set(found)
    try:
        for function in functions:
            function()
    finally:
        collecting.reset(token)
    return found


def variable(
    rule: Callable[[Any], Any],
    unit: str = "",
    *,
    name: str = "answer",
    entity: str = "household",
    since: str = "2018-01-01",
    until: str | None = None,
    digits: int | None = None,
    en: str = "",
    zh: str = "",
) -> Callable[[], None]:
    """A function for ``rulebook_of`` that declares one formula: ``variable(lambda h: h.members.count(), "person")``."""

    def declare() -> None:
        rule.__doc__ = "What a test asks.\n\n测试所求。"
        formula(
            entity,
            en=en or name.replace("_", " "),
            zh=zh or f"变量{name}",
            source="Test, article 1",
            since=since,
            until=until,
            unit=unit,
            digits=digits,
            name=name,
        )(rule)

    return declare


def counted(
    rule: Callable[[Any], Any], unit: str, *, id: str = "answer", digits: int = 0
) -> Callable[[], None]:
    """A function for ``rulebook_of`` that declares one figure."""

    def declare() -> None:
        rule.__doc__ = "What a test counts.\n\n测试所计。"
        figure(id, en=id, zh=f"指标{id}", unit=unit, scope=("all rows", "全部"), digits=digits)(rule)

    return declare


def schema_of(tables: dict[str, Any] | None, folder: Path) -> Schema:
    """A register of county, township and village, paying in yuan; ``tables`` as tables.yaml would give them."""
    path = folder / "tables.yaml"
    if tables:
        path.write_text(yaml.safe_dump({"tables": tables}, allow_unicode=True), encoding="utf-8")
    return build_schema(
        "CNY",
        2,
        AreaLevels(LEVELS, "county"),
        tables=[path] if path.exists() else [],
        units=frozenset({"bag"}),
    )


def parameters_of(
    parameters: dict[str, Any] | None, schema: Schema, folder: Path
) -> dict[str, ParameterValues]:
    """Parameters as a YAML file under parameters/ would give them; en, zh and source are filled in."""
    (folder / "parameters").mkdir(exist_ok=True)
    full = {
        name: {"en": name.replace("_", " "), "zh": f"参数{name}", "source": "Test, article 2", **spec}
        for name, spec in (parameters or {}).items()
    }
    text = yaml.safe_dump(full, allow_unicode=True, sort_keys=False)
    (folder / "parameters" / "all.yaml").write_text(text, encoding="utf-8")
    return read_parameters(folder / "parameters", schema)


def rulebook_of(
    *functions: Callable[[], None],
    folder: Path,
    parameters: dict[str, Any] | None = None,
    tables: dict[str, Any] | None = None,
    shows: Iterable[str] = (),
) -> Rulebook:
    """A checked rulebook of the formulas and figures that ``functions`` declare when they are called.

    ``parameters`` and ``tables`` are what the YAML files would hold; ``folder`` is an empty one to write to.
    """
    schema = schema_of(tables, folder)
    return build_rulebook(
        declared_by(*functions),
        schema,
        parameters_of(parameters, schema, folder),
        programme="test",
        label=Label("A programme for tests", "测试项目"),
        shows=tuple(shows),
        unit_labels={"bag": Label("bag", "袋")},
        folder=Path(__file__).parent,
    )


@dataclass(frozen=True)
class Spec:
    """One example of what rules mean.

    ``rows`` are the register's tables as stored (villages v1 and v2 of township t1, v3 of t2, county c, are added where
    no areas are given). ``expected`` holds stored values by ``entity.variable`` and key; ``figures`` exact values by
    id and area. ``error`` is the code of the error that is raised instead.
    """

    title: str
    declares: tuple[Callable[[], None], ...]
    rows: dict[str, list[dict[str, Any]]]
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    day: date = DAY
    error: str = ""

    def rulebook(self, folder: Path) -> Rulebook:
        """The rulebook of the example; ``folder`` is an empty one to write to."""
        return rulebook_of(*self.declares, folder=folder, parameters=self.parameters, tables=self.tables)

    @property
    def register(self) -> dict[str, list[dict[str, Any]]]:
        """The rows, with areas."""
        return {"areas": AREAS, **self.rows}


def area(code: str, level: str, parent: str | None) -> dict[str, Any]:
    """A row of areas."""
    return {"code": code, "name": code.upper(), "level": level, "parent": parent}


AREAS = [
    area("c", "county", None),
    area("t1", "township", "c"),
    area("t2", "township", "c"),
    area("v1", "village", "t1"),
    area("v2", "village", "t1"),
    area("v3", "village", "t2"),
]
