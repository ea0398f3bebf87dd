"""Made-up outlines for areas: a diagram in which every lowest area is one hexagon, and every other the hexagons of those in it.

The real outlines of these areas are not ours to give. What is drawn lies in the ocean, where 0° N meets 0° E, so that nobody
takes it for a place; its neighbours are not real neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

__all__ = ["outlines_of"]

CORNERS = ((0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1))
"""From the middle of a hexagon, against the clock, in halves of its width and quarters of its height."""
ACROSS, UP = 0.0433, 0.025
"""Those halves and quarters in degrees: a side of 0.05°, in the proportions of a regular hexagon."""
DIRECTIONS = (
    (1, 0),
    (0, 1),
    (1, 1),
    (1, -1),
    (2, 1),
    (1, 2),
    (2, -1),
    (1, -2),
    (1, 3),
    (3, -1),
    (1, -3),
    (3, 1),
)
"""Along which a region may be cut in two."""


class Cell(NamedTuple):
    """A hexagon, by its place along two rows that cross."""

    q: int
    r: int

    @property
    def around(self) -> tuple[Cell, ...]:
        """The six beside it."""
        steps = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
        return tuple(Cell(self.q + right, self.r + up) for right, up in steps)

    @property
    def corners(self) -> tuple[tuple[int, int], ...]:
        """Its corners, against the clock."""
        return tuple((2 * self.q + self.r + x, 3 * self.r + y) for x, y in CORNERS)


def outlines_of(parents: Mapping[str, str | None]) -> dict[str, dict[str, Any]]:
    """A GeoJSON polygon for each area, given by the area it lies in; without gaps, without overlaps, the same every time."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for code in sorted(parents):
        below[parents[code] if parents[code] in parents else None].append(code)
    found: dict[str, list[Cell]] = {}
    _settle(below[None], _disc(_homes(below, None)), below, found)
    return {code: {"type": "Polygon", "coordinates": [_ring(cells)]} for code, cells in sorted(found.items())}


def _homes(below: Mapping[str | None, list[str]], code: str | None) -> int:
    """How many hexagons an area takes."""
    return sum(_homes(below, one) for one in below[code]) if below.get(code) else int(code is not None)


def _disc(many: int) -> list[Cell]:
    """So many hexagons, those nearest to the middle."""
    reach = range(-many, many + 1) if many < 8 else range(-int(many**0.5) - 2, int(many**0.5) + 3)
    cells = (Cell(q, r) for q in reach for r in reach)
    return sorted(cells, key=lambda one: (one.q * one.q + one.q * one.r + one.r * one.r, one))[:many]


def _settle(
    codes: list[str], cells: list[Cell], below: Mapping[str | None, list[str]], found: dict[str, list[Cell]]
) -> None:
    """Shares the cells among areas beside each other: cut in two, and again, until each part is one area's."""
    if len(codes) > 1:
        sizes = [_homes(below, one) for one in codes]
        at = min(range(1, len(codes)), key=lambda cut: abs(2 * sum(sizes[:cut]) - len(cells)))
        first, second = _cut(cells, sum(sizes[:at]))
        _settle(codes[:at], first, below, found)
        _settle(codes[at:], second, below, found)
    elif codes:
        found[codes[0]] = cells
        _settle(below.get(codes[0], []), cells, below, found)


def _cut(cells: list[Cell], many: int) -> tuple[list[Cell], list[Cell]]:
    """So many of the cells and the rest, each in one piece where that is possible, with as short a border as may be."""
    cuts = []
    for right, up in DIRECTIONS:
        row = sorted(cells, key=lambda one: (right * one.q + up * one.r, one))
        cuts.append((row[:many], row[many:]))
    return min(cuts, key=lambda cut: (_pieces(cut[0]) + _pieces(cut[1]), _border(*cut)))


def _pieces(cells: Iterable[Cell]) -> int:
    left, pieces = set(cells), 0
    while left:
        pieces += 1
        waiting = [left.pop()]
        while waiting:
            near = left.intersection(waiting.pop().around)
            left -= near
            waiting += near
    return pieces


def _border(first: Iterable[Cell], second: Iterable[Cell]) -> int:
    there = set(second)
    return sum(near in there for one in first for near in one.around)


def _ring(cells: Iterable[Cell]) -> list[list[float]]:
    """The line around the cells: the sides that no two of them share, each beginning where another ends."""
    sides = {
        side for one in cells for side in zip(one.corners, one.corners[1:] + one.corners[:1], strict=True)
    }
    onward = {start: end for start, end in sides if (end, start) not in sides}
    ring = [min(onward)]
    while len(ring) == 1 or ring[-1] != ring[0]:
        ring.append(onward[ring[-1]])
    return [[round(x * ACROSS, 4), round(y * UP, 4)] for x, y in ring]
