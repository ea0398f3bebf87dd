"""Outlines with fewer corners, so that maps stay light: what two areas share stays shared, without gaps or overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from tsampa.office.areas.geojson import Ring, Shape, too_detailed

__all__ = ["EACH", "simplify"]

EACH, LEAST = 200, 4_000
"""So many corners an area, of all areas together, and so many at least for a file."""
DETAILS = (2, 5, 10, 20, 50, 100, 200, 500, 1_000)
"""How wide a detail may be and still go, in steps of about a metre."""


def simplify(shapes: Mapping[str, Shape]) -> tuple[dict[str, Shape], int]:
    """The shapes with at most ``EACH`` corners an area on average, and how wide (in steps, about metres) details are that went.

    Raises TsampaError ``outline-too-detailed`` where a kilometre would not do.
    """
    most = max(EACH * len(shapes), LEAST)
    if _points(shapes) <= most:
        return dict(shapes), 0
    drawn = {code: one for code, one in shapes.items() if one.kind != "Point"}
    before = [one.drawn() for one in drawn.values()]
    for width in DETAILS:
        after = shapely.coverage_simplify(before, width)
        made = dict(shapes) | {code: _shape(one) for code, one in zip(drawn, after, strict=True)}
        if _points(made) <= most:
            return made, width
    raise too_detailed()


def _points(shapes: Mapping[str, Shape]) -> int:
    return sum(one.points for one in shapes.values())


def _shape(found: Any) -> Shape:
    parts: Sequence[Any] = shapely.get_parts(found)
    return Shape(found.geom_type, [[_ring(one.exterior), *map(_ring, one.interiors)] for one in parts])


def _ring(line: Any) -> Ring:
    found: Ring = np.rint(shapely.get_coordinates(line)[:-1]).astype(np.int64)
    return found
