"""Figures that are known: worked out once for all areas of a level, and looked up from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tsampa.assessment import Assessment
from tsampa.figures import FigureValue, Sureness, compute_level
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.publish.models import AreaFigures
from tsampa.office.publish.opened import is_large, opened
from tsampa.office.publish.waiting import ask_once

__all__ = ["figures_by_area", "figures_by_judgement", "know_all", "know_level"]

Progress = Callable[[str, int, int], None]
Values = dict[str, FigureValue]
BATCH = 500


def figures_by_area(scope: Scope, judgement: Judgement, areas: Iterable[Area]) -> dict[str, Values]:
    """The figures of areas of one level by the judgement, as far as the user may see them; by the areas' codes.

    What is not known yet is worked out. Raises ``NotKnownYetError`` where that takes long.
    """
    wanted = {one.code: one for one in areas}
    rows = visible_to(scope, AreaFigures.objects.filter(judgement=judgement), May.SEE_FIGURES)
    found = {row.area_id: row.values for row in rows.filter(area__in=wanted)}
    missing = {one.level for code, one in wanted.items() if code not in found}
    if missing and _require(judgement, missing):
        found = {row.area_id: row.values for row in rows.filter(area__in=wanted)}
    assessment = opened(judgement)
    return {code: _read(assessment, wanted[code], told) for code, told in found.items()}


def figures_by_judgement(
    scope: Scope, judgements: Iterable[Judgement], area: Area, *, wait: bool = True
) -> dict[str, Values]:
    """The area's figures by each judgement, by the judgements' ids; without ``wait`` by those that know them by now.

    A job is asked for the others. Raises ``NotKnownYetError`` as ``figures_by_area``.
    """
    wanted = {one.pk: one for one in judgements}
    rows = visible_to(scope, AreaFigures.objects.filter(judgement__in=wanted, area=area), May.SEE_FIGURES)
    found = {row.judgement_id: row.values for row in rows}
    fresh = [_require(one, {area.level}, wait=wait) for id, one in wanted.items() if id not in found]
    if any(fresh):
        found = {row.judgement_id: row.values for row in rows.all()}
    return {id: _read(opened(wanted[id]), area, told) for id, told in found.items()}


def _require(judgement: Judgement, levels: set[str], *, wait: bool = True) -> bool:
    """Works out the levels now; whether there is anything new. A level that was worked out is not again."""
    fresh = {one for one in levels if not _is_known(judgement, one)}
    if fresh and not wait:
        ask_once("figures", judgement=judgement.pk)
        return False
    if fresh and is_large(judgement):
        raise ask_once("figures", judgement=judgement.pk)
    for level in sorted(fresh):
        know_level(judgement, level)
    return bool(fresh)


def _is_known(judgement: Judgement, level: str) -> bool:
    return AreaFigures.objects.filter(judgement=judgement, area__level=level).exists()


def know_level(judgement: Judgement, level: str, progress: Progress | None = None) -> int:
    """Works out the figures of every area of the level and keeps them; how many areas that were."""
    values: dict[str, dict[str, Any]] = {}
    for one in compute_level(opened(judgement), level, progress=progress):
        values.setdefault(one.area, {})[one.id] = _told(one)
    ours = set(Area.objects.filter(code__in=values).values_list("code", flat=True))
    rows = [AreaFigures(judgement=judgement, area_id=code, values=values[code]) for code in sorted(ours)]
    AreaFigures.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def know_all(judgement: Judgement, progress: Progress | None = None) -> int:
    """Works out the figures of all areas of all levels; how many areas that were."""
    levels = [one for one in opened(judgement).rulebook.schema.levels if not _is_known(judgement, one)]
    return sum(know_level(judgement, one, progress) for one in levels)


def _told(one: FigureValue) -> Any:
    value = one.value.isoformat() if isinstance(one.value, date) else one.text
    found = one.sureness
    if found is None:
        return value
    sides = [None if side is None else f"{side:f}" for side in (found.se, found.low, found.high)]
    return [value, *sides, found.n, found.unknown, found.left_out]


def _read(assessment: Assessment, area: Area, told: dict[str, Any]) -> Values:
    made, figures = assessment.manifest, assessment.rulebook.figures
    return {
        id: FigureValue(
            id, area.code, area.name, _value(assessment, id, one), figure.unit, figure.bound, figure.scope, figure.overlap,
            assessment.day, figure.label, made.snapshot_id, made.rulebook_version, _sureness(one),
        )
        for id, figure in figures.items() if (one := told.get(id, "")) != ""
    }  # fmt: skip


def _value(assessment: Assessment, id: str, told: Any) -> Decimal | date | None:
    text = told[0] if isinstance(told, list) else told
    if text is None:
        return None
    number = assessment.shapes.of(assessment.rulebook.figures[id].node).is_number
    return Decimal(text) if number else date.fromisoformat(text)


def _sureness(told: Any) -> Sureness | None:
    if not isinstance(told, list):
        return None
    se, low, high = (None if one is None else Decimal(one) for one in told[1:4])
    return Sureness(se, low, high, *told[4:])
