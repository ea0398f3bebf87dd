"""Finds the area a figure is asked for: its code, name and level."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.snapshot.sql import connect

__all__ = ["Area", "find_area", "partition_of", "read_areas"]


@dataclass(frozen=True)
class Area:
    """One area of the snapshot."""

    code: str
    name: str
    level: str
    parent: str | None


def read_areas(assessment: Assessment) -> dict[str, Area]:
    """Every area of the snapshot by its code."""
    with connect() as con:
        source = assessment.sources().tables["areas"]
        rows = con.execute(f"SELECT code, name, level, parent FROM {source} ORDER BY code").fetchall()
    return {row[0]: Area(*row) for row in rows}


def find_area(areas: dict[str, Area], code: str | None, where: str) -> Area:
    """The area of this code, or the topmost one where none is named.

    Raises TsampaError ``area-unknown``, or ``area-needed`` where there are several topmost areas, naming ``where``.
    """
    if code is not None:
        if code not in areas:
            near = get_close_matches(code, areas, 3)
            said = (
                f"Did you mean {', '.join(near)}?"
                if near
                else f"The topmost areas are {', '.join(_top(areas))}."
            )
            raise TsampaError("area-unknown", f"no area '{code}'", where=where, remedy=said, usage=True)
        return areas[code]
    top = _top(areas)
    if len(top) != 1:
        raise TsampaError(
            "area-needed", f"there are {len(top)} topmost areas", where=where,
            remedy=f"Name one with --area: {', '.join(top[:8])}.", usage=True,
        )  # fmt: skip
    return areas[top[0]]


def _top(areas: dict[str, Area]) -> list[str]:
    return [code for code, area in areas.items() if area.parent is None]


def partition_of(areas: dict[str, Area], code: str, level: str) -> str | None:
    """The area of ``level`` that this one is or lies in; None for areas above that level."""
    one: Area | None = areas.get(code)
    while one is not None and one.level != level:
        one = areas.get(one.parent or "")
    return None if one is None else one.code
