"""Outlines with fewer corners, so that maps stay light: what two areas share stays shared, without gaps or overlaps.

A border between two corners at which areas meet is one line for both. Each such line is simplified once and in one direction (Douglas
and Peucker 1973), whichever area it is read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    meeting = _meeting(shapes)
    found: tuple[dict[str, Shape], int] | None = None
    for tolerance in TOLERANCES:
        made = {code: _simpler(one, meeting, tolerance) for code, one in shapes.items()}
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
        for part in one.parts:
            yield from part


def _simpler(shape: Shape, meeting: npt.NDArray[np.int64], tolerance: int) -> Shape:
    if shape.kind == "Point":
        return shape
    return Shape(shape.kind, [[_thinned(ring, meeting, tolerance) for ring in part] for part in shape.parts])


def _thinned(ring: Ring, meeting: npt.NDArray[np.int64], tolerance: int) -> Ring:
    keys = _keys(ring)
    ends = np.flatnonzero(np.isin(keys, meeting))
    # A ring that meets no other begins at its lowest corner, whoever wrote it down.
    first = int(ends[0]) if len(ends) else int(np.argmin(keys))
    turned = np.concatenate((np.roll(ring, -first, axis=0), ring[first : first + 1]))
    cuts = [*(ends - first).tolist(), len(ring)] if len(ends) else [0, len(ring)]
    kept = np.zeros(len(turned), dtype=np.bool_)
    for start, end in pairwise(cuts):
        kept[start : end + 1] |= _line(turned[start : end + 1], tolerance)
    found: Ring = turned[:-1][kept[:-1]]
    # What is smaller than the tolerance stays as it is, as it would vanish.
    return found if len(found) >= 3 else ring


def _line(line: Ring, tolerance: int) -> Mask:
    """Which corners of a line stay, whichever way it is read."""
    keys = _keys(line)
    if keys.tolist() > keys[::-1].tolist():
        return _kept(line[::-1].astype(np.float64), tolerance)[::-1]
    return _kept(line.astype(np.float64), tolerance)


def _kept(line: npt.NDArray[np.float64], tolerance: int) -> Mask:
    kept = np.zeros(len(line), dtype=np.bool_)
    kept[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = _away(line[first + 1 : last], line[first], line[last])
        at = int(np.argmax(away))
        if away[at] > tolerance**2:
            middle = first + 1 + at
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return kept


def _away(
    corners: npt.NDArray[np.float64], start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How far each corner is from the straight line between two, squared."""
    along, from_start = end - start, corners - start
    length = float(along @ along)
    share = np.clip(from_start @ along / length, 0, 1) if length else np.zeros(len(corners))
    left = from_start - share[:, None] * along
    found: npt.NDArray[np.float64] = np.einsum("ij,ij->i", left, left)
    return found
