"""Writes to areas: one verb, one change. Villages merge, part and are renamed on a day; what was before stays true of days before.

An area that is no more keeps its row, and rows of earlier times (pools, teams) stay with it. All raise TsampaError
``area-unknown``, ``area-ended``, ``area-twice``, ``area-day``, ``area-merge`` or ``area-split``, and ``Refused`` with the code of the guard that refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import Source, change
from tsampa.office.register.models import Household
from tsampa.office.register.places import place_households

__all__ = ["add_area", "draw_area", "merge_areas", "rename_area", "split_area"]

OFFICE = Source("office")


def add_area(
    *, code: str, name: str, level: str, by: str, parent: str | None = None, since: date | None = None, reason: str = ""
) -> Area:  # fmt: skip
    """A new area; ``since`` is its first day, where it has not always been."""
    with change(by=by, reason=reason, source=OFFICE):
        _fresh(code)
        if parent is not None:
            _standing(parent, since)
        return Area.objects.create(code=code, name=name, level=level, parent_id=parent, since=since)


def draw_area(*, area: str, geometry: Mapping[str, Any] | None, by: str, reason: str = "") -> None:
    """The area's outline or place as a GeoJSON geometry; None takes it away. History keeps the earlier one."""
    draw_areas(shapes={area: geometry}, by=by, reason=reason)


def draw_areas(*, shapes: Mapping[str, Mapping[str, Any] | None], by: str, reason: str = "") -> None:
    """As ``draw_area``, of several areas by their codes, in one change: all of them or none."""
    with change(by=by, reason=reason, source=OFFICE):
        for code, geometry in sorted(shapes.items()):
            found = _standing(code, None)
            found.geometry = None if geometry is None else dict(geometry)
            found.save()


def rename_area(
    *, area: str, name: str, by: str, code: str = "", on: date | None = None, reason: str = ""
) -> Area:
    """The area under another name. With another ``code`` it is a new area from the day ``on``, which succeeds the former.

    A name alone has no day: it is shown of earlier days too, and history has the former one.
    """
    with change(by=by, reason=reason, source=OFFICE):
        former = _standing(area, on)
        if not code or code == area:
            former.name = name
            former.save()
            return former
        day = _day(on)
        _fresh(code)
        made = Area.objects.create(
            code=code, name=name, level=former.level, parent_id=former.parent_id, since=day,
            geometry=former.geometry, own=former.own,
        )  # fmt: skip
        _end([former], made, day)
        return made


def merge_areas(*, areas: Iterable[str], into: str, on: date, by: str, reason: str = "") -> Area:
    """These areas are part of another from this day on: their households and the areas in them go over to it."""
    with change(by=by, reason=reason, source=OFFICE):
        after = _standing(into, on)
        former = [_standing(one, on) for one in sorted(set(areas))]
        if not former or after in former:
            raise TsampaError(
                "area-merge", "an area cannot be merged into itself", remedy="Name the others, and the one that stays.",
            )  # fmt: skip
        _end(former, after, on)
        return after


def split_area(
    *, area: str, into: Mapping[str, str], households: Mapping[str, Iterable[str]], on: date, by: str, reason: str = ""
) -> list[Area]:  # fmt: skip
    """The area is several from this day on: names by their new codes, and which ``households`` go to which code.

    Every household of the area goes somewhere.
    """
    with change(by=by, reason=reason, source=OFFICE):
        former = _standing(area, on)
        told = {one: code for code, some in households.items() for one in some}
        there = set(Household.objects.filter(area=former).values_list("code", flat=True))
        if set(told) != there or not set(households) <= set(into) or former.children.exists():
            raise TsampaError(
                "area-split", f"the parts do not hold exactly what was in '{area}'",
                remedy="Say of every household to which part it goes; areas within it are moved first.",
            )  # fmt: skip
        for code in into:
            _fresh(code)
        made = [
            Area.objects.create(
                code=code, name=name, level=former.level, parent_id=former.parent_id, since=on
            )
            for code, name in into.items()
        ]
        for one in made:
            moved = [household for household, code in told.items() if code == one.code]
            place_households(moved, one.code, on)
        former.until = on
        former.save()
        return made


def _end(former: list[Area], after: Area, on: date) -> None:
    for one in former:
        homes = list(Household.objects.filter(area=one).values_list("code", flat=True))
        place_households(homes, after.code, on)
        Area.objects.filter(parent=one, until=None).update(parent=after)
        one.until, one.succeeded_by = on, after
        one.save()


def _fresh(code: str) -> None:
    if Area.objects.filter(code=code).exists():
        raise TsampaError("area-twice", f"there is an area '{code}' already", remedy="Choose another code.")


def _standing(code: str, on: date | None) -> Area:
    found = Area.objects.filter(code=code).first()
    if found is None:
        raise TsampaError("area-unknown", f"no area '{code}' in the register", remedy="Write its code.")
    if found.until is not None or (on is not None and found.since is not None and on <= found.since):
        raise TsampaError(
            "area-ended", f"the area '{code}' is not in force on that day", remedy="Name the area that succeeded it, or another day."
        )  # fmt: skip
    return found


def _day(on: date | None) -> date:
    if on is None:
        raise TsampaError(
            "area-day", "a new code begins on a day", remedy="Give on=, the first day of the new code."
        )
    return on
