"""Finds the area a figure is asked for: its code, name and level."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.snapshot.sql import connect

__all__ = ["Area", "find_area", "read_areas"]


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


def find_area(assessment: Assessment, code: str | None) -> Area:
    """The area of this code, or the topmost one where none is named.

    Raises TsampaError ``area-unknown``, or ``area-needed`` where there are several topmost areas.
    """
    areas = read_areas(assessment)
    if code is not None:
        if code not in areas:
            near = get_close_matches(code, areas, 3)
            said = (
                f"Did you mean {', '.join(near)}?"
                if near
                else f"The topmost areas are {', '.join(_top(areas))}."
            )
            raise TsampaError(
                "area-unknown", f"no area '{code}'", where=str(assessment.path), remedy=said, usage=True
            )
        return areas[code]
    top = _top(areas)
    if len(top) != 1:
        raise TsampaError(
            "area-needed", f"there are {len(top)} topmost areas", where=str(assessment.path),
            remedy=f"Name one with --area: {', '.join(top[:8])}.", usage=True,
        )  # fmt: skip
    return areas[top[0]]


def _top(areas: dict[str, Area]) -> list[str]:
    return [code for code, area in areas.items() if area.parent is None]
