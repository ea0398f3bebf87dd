"""Detailed outlines become light, and what two areas share stays shared to the corner."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely

from office.areas.geojsons import collection, feature, grid, square
from tsampa.errors import TsampaError
from tsampa.office.areas import simpler
from tsampa.office.areas.geojson import Shape, read_outlines
from tsampa.office.areas.simpler import EACH, LEAST, simplify


def shapes(told: dict[str, Any]) -> dict[str, Shape]:
    read = read_outlines(collection(*(feature(code, one) for code, one in told.items())), "code")
    return {one.code: one.shape for one in read if one.shape}


def sides(some: dict[str, Shape]) -> Counter[frozenset[tuple[int, int]]]:
    """How many rings each side stands in."""
    found: Counter[frozenset[tuple[int, int]]] = Counter()
    for one in some.values():
        for part in one.parts:
            for ring in part:
                corners = [(int(x), int(y)) for x, y in ring]
                found.update(frozenset(side) for side in zip(corners, corners[1:] + corners[:1], strict=True))
    return found


def outermost(some: dict[str, Shape]) -> set[tuple[int, int]]:
    """The corners of sides that stand in one ring only."""
    return {corner for side, times in sides(some).items() if times == 1 for corner in side}


def area_of(shape: Shape) -> float:
    x, y = shape.parts[0][0].T
    return float(sum(x[at - 1] * y[at] - x[at] * y[at - 1] for at in range(len(x)))) / 2


def test_what_is_light_stays_as_it_is() -> None:
    told = shapes(grid(3, 20))
    assert simplify(told) == (told, 0)


def test_borders_stay_shared_without_gaps_or_overlaps() -> None:
    told = shapes(grid(4, 300))
    made, details = simplify(told)
    assert (details > 0, sum(one.points for one in made.values()) <= max(EACH * 16, LEAST)) == (True, True)
    assert sum(one.points for one in told.values()) == 16 * 1200
    # Every side within the grid is in two rings, as before, and only the outermost in one.
    assert set(sides(made).values()) == {1, 2}
    assert outermost(made) <= outermost(told)
    # Whether gaps or overlaps came in would show in the sum of all against what the outermost line goes around.
    whole = sum(area_of(one) for one in made.values())
    assert abs(whole - sum(area_of(one) for one in told.values())) < 0.002 * whole
    for code, one in made.items():
        corners = {tuple(corner) for corner in told[code].parts[0][0].tolist()}
        assert all(tuple(corner) in corners for corner in one.parts[0][0].tolist())


def test_an_area_and_those_in_it_keep_one_border() -> None:
    told = shapes(grid(4, 300))
    within = ("0-0", "0-1", "1-0", "1-1")
    whole = shapely.unary_union([told[code].drawn() for code in within])
    ring = np.rint(shapely.get_coordinates(whole)[:-1]).astype(np.int64)
    made, details = simplify(told | {"above": Shape("Polygon", [[ring]])})
    assert details
    assert made["above"].drawn().equals(shapely.unary_union([made[code].drawn() for code in within]))


def test_an_island_becomes_light_and_goes_around_what_it_did() -> None:
    told = shapes(grid(1, 2_000))
    made, details = simplify(told)
    before, after = (some["0-0"].drawn() for some in (told, made))
    assert details
    assert sum(one.points for one in made.values()) <= LEAST < sum(one.points for one in told.values())
    assert abs(after.area - before.area) < 0.001 * before.area


def test_what_is_small_does_not_vanish() -> None:
    tiny = square(95.0, 29.0, 0.0001)
    made, details = simplify(shapes(grid(4, 300) | {"tiny": tiny, "point": {"type": "Point", "coordinates": [90, 29]}}))  # fmt: skip
    assert details
    assert made["tiny"].drawn().area > 0
    assert made["point"].points == 1


def test_what_nothing_makes_light_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shapes(grid(4, 300))
    monkeypatch.setattr(simpler, "EACH", 3)
    monkeypatch.setattr(simpler, "LEAST", 3)
    with pytest.raises(TsampaError) as error:
        simplify(told)
    assert error.value.code == "outline-too-detailed"
