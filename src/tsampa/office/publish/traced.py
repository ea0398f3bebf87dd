"""The rows behind a figure, laid out on the disk when somebody first opens it, and read page by page from then on.

In ``TSAMPA_HOME/figures``, a folder for each judgement: ``<area>-<figure>.json`` says what the figure rests on and where each
page begins in ``<area>-<figure>.rows``, which has a row a line. They hold codes and numbers, never a name.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tsampa.assessment import Assessment
from tsampa.figures import TracedRows, trace_figure
from tsampa.office.bridge.models import Judgement
from tsampa.office.publish.opened import is_large, opened
from tsampa.office.publish.waiting import ask_once
from tsampa.schema import Table
from tsampa.snapshot.sql import connect, quote

__all__ = ["PAGE", "Laid", "LaidPart", "figure_folders", "laid_figures", "lay_down", "lay_open"]

PAGE = 50
"""Rows on a page."""


@dataclass(frozen=True)
class LaidPart:
    """The rows of one part: how it is counted, over what, how many counted and how many could not be decided."""

    how: str
    entity: str
    counted: int
    undecided: int
    starts: list[int]
    place: Path

    @property
    def pages(self) -> int:
        """How many pages of rows there are."""
        return len(self.starts)

    def page(self, number: int) -> list[dict[str, Any]]:
        """The rows of the page (from 1): the undecided stand last. Empty where there is no such page."""
        if not 1 <= number <= self.pages:
            return []
        with self.place.open("rb") as file:
            file.seek(self.starts[number - 1])
            left = self.counted + self.undecided - (number - 1) * PAGE
            return [json.loads(file.readline()) for _ in range(min(PAGE, left))]


@dataclass(frozen=True)
class Laid:
    """A figure laid open, as ``tsampa trace`` does it."""

    parts: list[LaidPart]
    formulas: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    files: list[dict[str, str]]


def lay_open(judgement: Judgement, figure: str, area: str) -> Laid:
    """What the figure of the area rests on. Raises TsampaError as ``trace_figure``, and ``NotKnownYetError`` where it takes long."""
    told = _place(judgement, figure, area).with_suffix(".json")
    if not told.exists():
        if is_large(judgement):
            raise ask_once("rows", judgement=judgement.pk, figure=figure, area=area)
        lay_down(judgement, figure, area)
    return _read(told)


def lay_down(judgement: Judgement, figure: str, area: str) -> None:
    """Lays the rows out, so that they are found."""
    told = _place(judgement, figure, area).with_suffix(".json")
    _lay(opened(judgement), figure, area, told)


def laid_figures() -> Iterator[Path]:
    """Every file that is laid out; each can be made again."""
    yield from (Path(settings.HOME) / "figures").glob("*/*")


def figure_folders() -> Iterator[Path]:
    """The folder of each judgement of which a figure was opened."""
    yield from (one for one in sorted((Path(settings.HOME) / "figures").glob("*")) if one.is_dir())


def _place(judgement: Judgement, figure: str, area: str) -> Path:
    # No suffix is taken for one: a figure's id has dots.
    return Path(settings.HOME) / "figures" / judgement.pk / f"{area}-{figure}.rows"


def _read(told: Path) -> Laid:
    found = json.loads(told.read_text(encoding="utf-8"))
    parts = [LaidPart(**one, place=told.with_suffix(".rows")) for one in found.pop("parts")]
    return Laid(parts, **found)


def _lay(assessment: Assessment, figure: str, area: str, told: Path) -> None:
    """The rows first: who finds the page's file finds them."""
    trace = trace_figure(assessment, figure, area=area)
    told.parent.mkdir(parents=True, exist_ok=True)
    new = told.with_name(f"{told.name}.{secrets.token_hex(4)}")
    parts = []
    with new.open("wb") as file:
        for part in trace.parts:
            starts = _write(file, part, _households(assessment, part.entity))
            parts.append(
                {"how": part.how, "entity": part.entity, "counted": len(part.rows), "undecided": len(part.undecided), "starts": starts}
            )  # fmt: skip
    os.replace(new, told.with_suffix(".rows"))
    said = {"parts": parts, "formulas": trace.formulas, "parameters": trace.parameters, "files": trace.files}
    new.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    os.replace(new, told)


def _write(file: Any, part: TracedRows, households: dict[str, str]) -> list[int]:
    starts = []
    for number, row in enumerate([*part.rows, *part.undecided]):
        if number % PAGE == 0:
            starts.append(file.tell())
        key = str(next(iter(row.values())))
        plain = {
            name: one if one is None or isinstance(one, (bool, int, str)) else str(one)
            for name, one in row.items()
        }
        line = {"key": key, "household": households.get(key, ""), "row": plain}
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return starts


def _households(assessment: Assessment, entity: str) -> dict[str, str]:
    """Whose each row of the entity is: the household that it names, or that its person is a member of."""
    table = assessment.rulebook.schema.by_entity.get(entity)
    if table is None or entity in assessment.rulebook.schema.levels:
        return {}
    tables = assessment.sources().tables
    query = _whose(table, tables)
    if query is None or table.name not in tables:
        return {}
    with connect() as con:
        return dict(con.execute(query).fetchall())


def _whose(table: Table, tables: Any) -> str | None:
    if table.name == "households":
        return f"SELECT code, code FROM {tables['households']}"
    if table.name == "persons":
        return f"SELECT person, household FROM {tables['memberships']}"
    links = {link.table: quote(link.column) for link in reversed(table.links)}
    home, person = links.get("households"), links.get("persons")
    if home and not person:
        return f"SELECT {quote(table.key)}, {home} FROM {tables[table.name]} WHERE {home} IS NOT NULL"
    if person:
        own = f"coalesce(t.{home}, m.household)" if home else "m.household"
        return (
            f"SELECT t.{quote(table.key)}, {own} FROM {tables[table.name]} t"
            f" LEFT JOIN (SELECT person, any_value(household) AS household FROM {tables['memberships']} GROUP BY person) m"
            f" ON m.person = t.{person} WHERE {own} IS NOT NULL"
        )
    return None
