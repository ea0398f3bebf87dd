"""Files of outlines for tests."""

from __future__ import annotations

import json
from math import cos, pi, sin
from typing import Any

__all__ = ["collection", "feature", "grid", "square"]

Geometry = dict[str, Any]


def square(west: float, south: float = 29.0, side: float = 0.1) -> Geometry:
    """A square, in degrees."""
    east, north = round(west + side, 5), round(south + side, 5)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: Any, geometry: Any, name: str = "code") -> dict[str, Any]:
    """A feature that names an area."""
    return {"type": "Feature", "properties": {name: code, "note": "x"}, "geometry": geometry}


def collection(*features: Any, **more: Any) -> bytes:
    """A file of these features."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


def grid(wide: int, corners: int) -> dict[str, Geometry]:
    """Squares beside each other, whose sides are waves of so many corners: each side is shared by two of them to the corner."""
    return {f"{x}-{y}": {"type": "Polygon", "coordinates": [_wavy(x, y, corners)]} for x in range(wide) for y in range(wide)}  # fmt: skip


def _wavy(x: int, y: int, corners: int) -> list[list[float]]:
    south = [_at(x + one / corners, y, 0) for one in range(corners)]
    east = [_at(x + 1, y + one / corners, 1) for one in range(corners)]
    north = [_at(x + one / corners, y + 1, 0) for one in range(corners, 0, -1)]
    west = [_at(x, y + one / corners, 1) for one in range(corners, 0, -1)]
    ring = south + east + north + west
    return [*ring, ring[0]]


def _at(x: float, y: float, axis: int) -> list[float]:
    along, line = (x, y)[axis], int((y, x)[axis])
    # No line is like the next; where lines meet none swings, nor crosses another.
    wide = 1 + (3 * line + 2 * int(along)) % 5
    swing = 0.01 * wide * sin(2 * pi * along) + 0.0008 * wide * (cos((20 + 6 * wide) * pi * along) - 1)
    moved = (x, y + swing) if axis == 0 else (x + swing, y)
    return [round(88 + moved[0] * 0.1, 5), round(29 + moved[1] * 0.1, 5)]
