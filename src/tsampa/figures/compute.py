"""Works out figures for an area, or for every area of a level at once, exactly.

No binary float is ever summed: a figure is a ratio of two whole numbers until it is rounded, half to even, to the decimals
it declares. So the order of rows and the number of threads cannot show in it, and the canonical JSON is the same for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from tsampa.assessment import Assessment
from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.figures.areas import Area, find_area, partition_of, read_areas
from tsampa.rules import Figure
from tsampa.rules.columns import DUCKDB, Planner, run_plan
from tsampa.rules.columns.duckdb import execute
from tsampa.schema import Label, from_minor
from tsampa.snapshot.sql import connect

__all__ = [
    "FigureValue",
    "canonical_figures",
    "compute_figures",
    "compute_level",
    "figure_planner",
    "known_figures",
]

Progress = Callable[[str, int, int], None]


SIGNS = {"equal": "", "at_least": "≥\u00a0", "at_most": "≤\u00a0", "approx": "≈\u00a0"}


@dataclass(frozen=True)
class FigureValue:
    """One figure of one area. ``value`` has exactly the declared decimals, or is a date; None is unknown.

    ``bound`` is ``equal``, ``at_least``, ``at_most`` or ``approx``; ``as_of`` is the day of the assessment.
    """

    id: str
    area: str
    area_name: str
    value: Decimal | date | None
    unit: str
    bound: str
    scope: Label
    overlap: Label
    as_of: date
    label: Label
    snapshot: str
    rulebook: str

    @property
    def text(self) -> str | None:
        """The value in full, as it is published: ``"0.0450"``, or as much of a date as its unit says, ``"2016-09"``."""
        if isinstance(self.value, date):
            return self.value.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.unit]]
        return None if self.value is None else str(self.value)

    @property
    def amount(self) -> str | None:
        """As people read it: ``"≥ 28,000,000"``, the bound's sign never parted from its number; None is unknown."""
        written = f"{self.value:,}" if isinstance(self.value, Decimal) else self.text
        return None if written is None else SIGNS[self.bound] + written

    def to_dict(self) -> dict[str, Any]:
        """The figure as ``--json`` prints it."""
        return {
            "id": self.id, "area": self.area, "value": self.text, "unit": self.unit,
            "bound": self.bound, "scope": self.scope.en, "as_of": self.as_of.isoformat(),
        }  # fmt: skip


def compute_figures(
    assessment: Assessment, *, area: str | None = None, ids: list[str] | None = None, progress: Progress | None = None
) -> list[FigureValue]:  # fmt: skip
    """The figures (default: all) of one area of any level; by default each of the area it is published for, or the topmost.

    Raises TsampaError ``figure-unknown``, ``area-unknown`` or ``area-needed``.
    """
    figures = known_figures(assessment, ids)
    areas = read_areas(assessment)
    places = {one.id: find_area(areas, area or one.area or None, str(assessment.path)) for one in figures}
    found: dict[str, FigureValue] = {}
    groups = _same_work(areas, places, assessment.rulebook.schema.partition)
    for done, ((level, partitions), own) in enumerate(groups.items()):
        if progress:
            progress("figures", done, len(groups))
        values = _compute(assessment, level, [one for one in figures if one.id in own], partitions)
        found |= {value.id: value for value in values if value.area == places[value.id].code}
    return [found[one.id] for one in figures]


def _same_work(
    areas: dict[str, Area], places: dict[str, Area], split: str
) -> dict[tuple[str, tuple[str, ...] | None], list[str]]:
    """The figures that can be worked out in one go: those of areas of one level in the same files."""
    groups: dict[tuple[str, tuple[str, ...] | None], list[str]] = {}
    for id, place in places.items():
        partition = partition_of(areas, place.code, split)
        groups.setdefault((place.level, None if partition is None else (partition,)), []).append(id)
    return groups


def compute_level(
    assessment: Assessment, level: str, ids: list[str] | None = None, *, progress: Progress | None = None
) -> list[FigureValue]:  # fmt: skip
    """The figures of every area of a level, by area and then in the order declared."""
    return _compute(assessment, level, known_figures(assessment, ids), None, progress)


def _compute(
    assessment: Assessment, level: str, found: list[Figure], partitions: tuple[str, ...] | None, progress: Progress | None = None
) -> list[FigureValue]:  # fmt: skip
    planner = figure_planner(assessment, level, partitions)
    plan = planner.figures([one.id for one in found])
    with connect() as con:
        run_plan(con, plan, progress=progress)
        rows = execute(con, next(iter(plan.outputs.values())).query).fetchall()
    areas = read_areas(assessment)
    return [
        _value(assessment, one, areas[row[0]], row[1 + 2 * index], row[2 + 2 * index])
        for row in sorted(rows) for index, one in enumerate(found)
    ]  # fmt: skip


def figure_planner(assessment: Assessment, level: str, partitions: tuple[str, ...] | None = None) -> Planner:
    """A planner over the assessment's files (or some partitions' only), in which every variable is known already."""
    return Planner(
        assessment.rulebook,
        assessment.day,
        DUCKDB,
        assessment.sources(None if partitions is None else list(partitions)),
        given=assessment.given,
        level=level,
        shapes=assessment.shapes,
    )


def known_figures(assessment: Assessment, ids: list[str] | None) -> list[Figure]:
    """The figures of these ids, or all. Raises TsampaError ``figure-unknown``."""
    figures = assessment.rulebook.figures
    for one in ids or []:
        if one not in figures:
            near = get_close_matches(one, figures, 3)
            said = f"Did you mean {', '.join(near)}?" if near else f"The figures are {', '.join(figures)}."
            raise TsampaError(
                "figure-unknown",
                f"no figure '{one}'",
                where=f"programme {assessment.rulebook.programme}",
                remedy=said,
                usage=True,
            )
    return [figures[one] for one in (ids if ids is not None else figures)]


def _value(assessment: Assessment, one: Figure, area: Area, num: str | None, den: str | None) -> FigureValue:
    value: Decimal | date | None = None
    if num is not None and not assessment.shapes.of(one.node).is_number:
        value = date.fromisoformat(num)
    elif num is not None and den is not None:  # a quotient of an area without anybody has no divisor
        value = rounded(Fraction(int(num), int(den)), one.digits)
    return FigureValue(
        one.id, area.code, area.name, value, one.unit, one.bound, one.scope, one.overlap, assessment.day, one.label,
        assessment.manifest.snapshot_id, assessment.manifest.rulebook_version,
    )  # fmt: skip


def rounded(value: Fraction, digits: int) -> Decimal:
    """The value rounded half to even to ``digits`` decimals, all of them written."""
    return from_minor(round(value * 10**digits), digits)


def canonical_figures(values: list[FigureValue]) -> bytes:
    """The figures as canonical JSON, by area and id: the same snapshot and rules give the same bytes for ever."""
    ordered = sorted(values, key=lambda one: (one.area, one.id))
    return canonical_json(
        [one.to_dict() | {"snapshot": one.snapshot, "rulebook": one.rulebook} for one in ordered]
    )
