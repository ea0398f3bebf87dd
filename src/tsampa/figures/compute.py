"""Works out figures for an area, or for every area of a level at once.

A count or sum is a ratio of two whole numbers until it is rounded, half to even, to the decimals it declares; no binary
float is summed. A measure (``tsampa.figures.measured``) is a float whose sums are exactly rounded. So neither the order of
rows nor the number of threads can show in a figure, and the canonical JSON is the same for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

import duckdb

from tsampa.assessment import Assessment
from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.figures.areas import Area, find_area, partition_of, read_areas
from tsampa.figures.measured import figure_planner, measure_areas
from tsampa.figures.running import in_force, running
from tsampa.rules import Figure
from tsampa.rules import nodes as n
from tsampa.rules.columns import run_plan
from tsampa.rules.columns.duckdb import execute
from tsampa.rules.estimates import Estimated
from tsampa.schema import Label, from_minor

__all__ = [
    "FigureValue",
    "Sureness",
    "canonical_figures",
    "compute_figures",
    "compute_level",
    "known_figures",
]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Sureness:
    """What a measure rests on, in the decimals of its figure: standard error and 95 % interval where rows are a sample.

    ``n`` counts the rows, ``unknown`` those that could not be judged, ``left_out`` those the measure has no place for.
    """

    se: Decimal | None
    low: Decimal | None
    high: Decimal | None
    n: int
    unknown: int
    left_out: int

    def to_dict(self) -> dict[str, Any]:
        """As ``--json`` prints it beside the value."""
        sides = {"se": self.se, "low": self.low, "high": self.high}
        told = {name: None if one is None else f"{one:f}" for name, one in sides.items()}
        return told | {"n": self.n, "not_known": self.unknown, "left_out": self.left_out}


SIGNS = {"equal": "", "at_least": "≥\u00a0", "at_most": "≤\u00a0", "approx": "≈\u00a0"}


@dataclass(frozen=True)
class FigureValue:
    """One figure of one area. ``value`` has exactly the declared decimals, or is a date; None is unknown.

    ``bound`` is ``equal``, ``at_least``, ``at_most`` or ``approx``; ``as_of`` is the day of the assessment. ``sureness`` is
    there for measures.
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
    sureness: Sureness | None = None

    @property
    def text(self) -> str | None:
        """The value in full, as it is published: ``"0.0450"``, or as much of a date as its unit says, ``"2016-09"``."""
        if isinstance(self.value, date):
            return self.value.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.unit]]
        return None if self.value is None else str(self.value)

    @property
    def interval(self) -> str | None:
        """The 95 % interval as people read it: ``"0.2595 … 0.2705"``; None where rows are no sample."""
        found = self.sureness
        if found is None or found.low is None or found.high is None:
            return None
        return f"{found.low:,f} … {found.high:,f}"

    @property
    def amount(self) -> str | None:
        """As people read it: ``"≥ 28,000,000"``, the bound's sign never parted from its number; None is unknown."""
        written = f"{self.value:,}" if isinstance(self.value, Decimal) else self.text
        return None if written is None else SIGNS[self.bound] + written

    def to_dict(self) -> dict[str, Any]:
        """The figure as ``--json`` prints it."""
        own = {
            "id": self.id, "area": self.area, "value": self.text, "unit": self.unit,
            "bound": self.bound, "scope": self.scope.en, "as_of": self.as_of.isoformat(),
        }  # fmt: skip
        return own if self.sureness is None else own | self.sureness.to_dict()


def compute_figures(
    assessment: Assessment, *, area: str | None = None, ids: list[str] | None = None, progress: Progress | None = None
) -> list[FigureValue]:  # fmt: skip
    """The figures (default: all) of one area of any level; by default each of the area it is published for, or the topmost.

    A figure whose rules are not in force on the day has no value. Raises TsampaError ``figure-unknown``, ``area-unknown`` or ``area-needed``.
    """
    figures = known_figures(assessment, ids)
    areas = read_areas(assessment)
    places = {one.id: find_area(areas, area or one.area or None, str(assessment.path)) for one in figures}
    found: dict[str, FigureValue] = {}
    groups = _same_work(areas, places, assessment.rulebook.schema.partition)
    for done, ((level, partitions), own) in enumerate(groups.items()):
        if progress:
            progress("figures", done, len(groups))
        only = {places[id].code for id in own}
        values = _compute(assessment, level, [one for one in figures if one.id in own], partitions, only)
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
    return _compute(assessment, level, known_figures(assessment, ids), None, None, progress)


def _compute(
    assessment: Assessment, level: str, found: list[Figure], partitions: tuple[str, ...] | None, only: set[str] | None,
    progress: Progress | None = None,
) -> list[FigureValue]:  # fmt: skip
    """The figures of the level's areas (those of ``only``, measures at least), by area and then in the order declared."""
    areas = read_areas(assessment)
    absent = [one for one in found if not in_force(assessment, one)]
    measures = [one for one in found if isinstance(one.node, n.Measure) and one not in absent]
    exact = [one for one in found if one not in measures and one not in absent]
    wanted = only or {code for code, area in areas.items() if area.level == level}
    values = _exact(assessment, level, exact, partitions, areas, progress) if exact else []
    values += [_figure(assessment, one, areas[code], None) for one in absent for code in wanted]
    if measures:
        measured = measure_areas(assessment, level, measures, areas, wanted)
        values += [_measured(assessment, one, areas[code], found) for one, code, found in measured]
    place = {one.id: index for index, one in enumerate(found)}
    return sorted(values, key=lambda one: (one.area, place[one.id]))


def _exact(
    assessment: Assessment, level: str, found: list[Figure], partitions: tuple[str, ...] | None, areas: dict[str, Area],
    progress: Progress | None,
) -> list[FigureValue]:  # fmt: skip
    planner = figure_planner(assessment, level, partitions)
    plan = planner.figures([one.id for one in found])

    def rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
        run_plan(con, plan, progress=progress)
        found: list[tuple[Any, ...]] = execute(con, next(iter(plan.outputs.values())).query).fetchall()
        return found

    return [
        _value(assessment, one, areas[row[0]], row[1 + 2 * index], row[2 + 2 * index])
        for row in sorted(running(rows)) for index, one in enumerate(found)
    ]  # fmt: skip


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
    return _figure(assessment, one, area, value)


def _measured(assessment: Assessment, one: Figure, area: Area, found: Estimated) -> FigureValue:
    value, se, low, high = (
        None if number is None else rounded(Fraction(number), one.digits)
        for number in (found.value, found.se, found.low, found.high)
    )
    return _figure(
        assessment, one, area, value, Sureness(se, low, high, found.n, found.unknown, found.left_out)
    )


def _figure(
    assessment: Assessment, one: Figure, area: Area, value: Decimal | date | None, sureness: Sureness | None = None
) -> FigureValue:  # fmt: skip
    return FigureValue(
        one.id, area.code, area.name, value, one.unit, one.bound, one.scope, one.overlap, assessment.day, one.label,
        assessment.manifest.snapshot_id, assessment.manifest.rulebook_version, sureness,
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
