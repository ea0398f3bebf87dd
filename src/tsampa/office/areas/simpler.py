"""Outlines with fewer corners, so that maps stay light: what two areas share stays shared, without gaps or overlaps.

A border between two corners at which areas meet is one line for both. Each such line is simplified once and in one direction (Douglas
and Peucker 1973), whichever area it is read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tsampa.office.areas.geojson import Ring, Shape, too_detailed

__all__ = ["EACH", "simplify"]

EACH, LEAST = 200, 4_000
"""So many corners an area, of all areas together, and so many at least for a file."""
TOLERANCES = (1_000, 500, 200, 100, 50, 20, 10, 5, 2)
"""How far a border may move, in steps of about a metre, the coarsest first: finding out what is finer takes longer."""
_WIDTH = 2**26

Mask = npt.NDArray[np.bool_]


def simplify(shapes: Mapping[str, Shape]) -> tuple[dict[str, Shape], int]:
    """The shapes with at most ``EACH`` corners an area on average, and by how many steps (about metres) borders moved.

    Raises TsampaError ``outline-too-detailed`` where a kilometre would not do.
    """
    most = max(EACH * len(shapes), LEAST)
    if sum(one.points for one in shapes.values()) <= most:
        return dict(shapes), 0
    rings, lines = _cut(shapes)
    found: tuple[dict[str, Shape], int] | None = None
    for tolerance in TOLERANCES:
        for line in lines:
            line.refine(tolerance)
        made = {code: _made(one, rings) for code, one in shapes.items()}
        if sum(one.points for one in made.values()) > most:
            break
        found = made, tolerance
    if found is None:
        raise too_detailed()
    return found


def _keys(ring: Ring) -> npt.NDArray[np.int64]:
    """A number for each corner, the same for the same place."""
    keys: npt.NDArray[np.int64] = (ring[:, 0] + _WIDTH // 2) * _WIDTH + ring[:, 1] + _WIDTH // 2
    return keys


def _meeting(shapes: Mapping[str, Shape]) -> npt.NDArray[np.int64]:
    """The corners at which areas meet: those that have other corners beside them in one ring than in another."""
    rows = []
    for ring in _rings(shapes):
        keys = _keys(ring)
        before, after = np.roll(keys, 1), np.roll(keys, -1)
        rows.append(np.column_stack((keys, np.minimum(before, after), np.maximum(before, after))))
    if not rows:
        return np.empty(0, dtype=np.int64)
    beside = np.unique(np.concatenate(rows), axis=0)
    keys, times = np.unique(beside[:, 0], return_counts=True)
    found: npt.NDArray[np.int64] = keys[times > 1]
    return found


def _rings(shapes: Mapping[str, Shape]) -> Iterator[Ring]:
    for one in shapes.values():
        if one.kind != "Point":
            for part in one.parts:
                yield from part


class _Line:
    """A border between two corners at which areas meet: which of its corners stay, more of them each time it is refined."""

    def __init__(self, corners: Ring) -> None:
        self._corners = corners.astype(np.float64)
        self.kept: Mask = np.zeros(len(corners), dtype=np.bool_)
        self.kept[[0, -1]] = True
        self._straight = [self._widest(0, len(corners) - 1)] if len(corners) > 2 else []

    def refine(self, tolerance: int) -> None:
        """Keeps the corners without which the line would move further than this."""
        wide = [one for one in self._straight if one[0] > tolerance**2]
        self._straight = [one for one in self._straight if one[0] <= tolerance**2]
        while wide:
            _away, first, middle, last = wide.pop()
            self.kept[middle] = True
            for start, end in ((first, middle), (middle, last)):
                if end - start > 1:
                    found = self._widest(start, end)
                    (wide if found[0] > tolerance**2 else self._straight).append(found)

    def _widest(self, first: int, last: int) -> tuple[float, int, int, int]:
        """How far the furthest corner between two is from the straight line, squared, and which it is."""
        start = self._corners[first]
        along, beside = self._corners[last] - start, self._corners[first + 1 : last] - start
        length = float(along @ along)
        # Where the line comes back to where it began, from there.
        share = (beside @ along / length).clip(0, 1) if length else np.zeros(len(beside))
        beside -= share[:, None] * along
        away = (beside * beside).sum(axis=1)
        at = int(away.argmax())
        return float(away[at]), first, first + 1 + at, last


@dataclass(frozen=True)
class _Cut:
    """A ring that begins at ``first``, cut into lines; each with its first corner, and whether the ring reads it backwards."""

    ring: Ring
    first: int
    lines: list[tuple[int, _Line, bool]]

    def thinned(self) -> Ring:
        """With the corners that its lines keep."""
        kept: Mask = np.zeros(len(self.ring) + 1, dtype=np.bool_)
        for start, line, backwards in self.lines:
            kept[start : start + len(line.kept)] |= line.kept[::-1] if backwards else line.kept
        found: Ring = np.roll(self.ring, -self.first, axis=0)[kept[:-1]]
        # What is smaller than the tolerance stays as it is, as it would vanish.
        return found if len(found) >= 3 else self.ring


def _cut(shapes: Mapping[str, Shape]) -> tuple[dict[int, _Cut], list[_Line]]:
    """Each ring, by its identity, in lines; a line that two rings share is one."""
    meeting, lines = _meeting(shapes), dict[bytes, _Line]()
    return {id(ring): _in_lines(ring, meeting, lines) for ring in _rings(shapes)}, list(lines.values())


def _in_lines(ring: Ring, meeting: npt.NDArray[np.int64], lines: dict[bytes, _Line]) -> _Cut:
    keys = _keys(ring)
    ends = np.flatnonzero(np.isin(keys, meeting))
    # A ring that meets no other begins at its lowest corner, whoever wrote it down.
    first = int(ends[0]) if len(ends) else int(np.argmin(keys))
    turned = np.concatenate((np.roll(ring, -first, axis=0), ring[first : first + 1]))
    cuts = [*(ends - first).tolist(), len(ring)] if len(ends) else [0, len(ring)]
    found = []
    for start, end in pairwise(cuts):
        line, backwards = _directed(turned[start : end + 1])
        found.append((start, _known(line, lines), backwards))
    return _Cut(ring, first, found)


def _known(line: Ring, lines: dict[bytes, _Line]) -> _Line:
    key = line.tobytes()
    if key not in lines:
        lines[key] = _Line(line)
    return lines[key]


def _directed(line: Ring) -> tuple[Ring, bool]:
    """The line in the one direction in which it is simplified, and whether that is backwards.

    By its ends, or where it comes back to where it began by the corners beside them.
    """
    start, second, other, end = _keys(line[[0, 1, -2, -1]]).tolist()
    backwards = (start, second) > (end, other)
    return np.ascontiguousarray(line[::-1] if backwards else line), backwards


def _made(shape: Shape, rings: Mapping[int, _Cut]) -> Shape:
    if shape.kind == "Point":
        return shape
    return Shape(shape.kind, [[rings[id(ring)].thinned() for ring in part] for part in shape.parts])
