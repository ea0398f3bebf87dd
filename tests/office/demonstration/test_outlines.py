"""The demonstration's made-up outlines tile: nothing between two areas, nothing of one in another, each in one piece."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest

from tsampa.office.areas.models import Area
from tsampa.office.demonstration.outlines import outlines_of
from tsampa.office.demonstration.people import KEEPER
from tsampa.office.history import versions_of
from tsampa.schema import find_programme

Ring = list[list[float]]


@pytest.fixture(scope="module")
def parents() -> dict[str, str | None]:
    text = (find_programme("bailang") / "areas.csv").read_text(encoding="utf-8")
    return {row["code"]: row["parent"] or None for row in csv.DictReader(text.splitlines())}


@pytest.fixture(scope="module")
def rings(parents: dict[str, str | None]) -> dict[str, Ring]:
    found = outlines_of(parents)
    assert {one["type"] for one in found.values()} == {"Polygon"}
    return {code: ring for code, one in found.items() for ring in one["coordinates"]}


def size(ring: Ring) -> float:
    """Its area; less than nothing where it goes with the clock."""
    return sum(x * v - u * y for (x, y), (u, v) in pairwise(ring)) / 2


def sides(ring: Ring) -> set[Any]:
    return {frozenset((tuple(one), tuple(other))) for one, other in pairwise(ring)}


def test_every_area_has_one_line_that_does_not_cross_itself(
    parents: dict[str, str | None], rings: dict[str, Ring]
) -> None:
    assert set(rings) == set(parents)
    for ring in rings.values():
        assert ring[0] == ring[-1]
        assert len({tuple(one) for one in ring}) == len(ring) - 1
        assert size(ring) > 0


def test_what_lies_in_an_area_fills_it(parents: dict[str, str | None], rings: dict[str, Ring]) -> None:
    """As large together, and the outer sides of the parts, those no two of them share, are the sides of the whole."""
    below = defaultdict(list)
    for code, parent in parents.items():
        below[parent].append(code)
    for parent, parts in below.items():
        if parent is not None:
            assert sum(size(rings[one]) for one in parts) == pytest.approx(size(rings[parent]), abs=1e-9)
            shared = Counter(side for one in parts for side in sides(rings[one]))
            assert max(shared.values()) <= 2
            assert {side for side, many in shared.items() if many == 1} == sides(rings[parent])


def test_a_village_is_a_hexagon_and_all_are_alike(
    parents: dict[str, str | None], rings: dict[str, Ring]
) -> None:
    villages = set(parents) - set(parents.values())
    assert len(villages) == 336
    assert {len(rings[one]) for one in villages} == {7}
    assert len({round(size(rings[one]), 7) for one in villages}) == 1


def test_they_are_the_same_every_time(parents: dict[str, str | None]) -> None:
    assert outlines_of(dict(reversed(parents.items()))) == outlines_of(parents)


@pytest.mark.parametrize("many", [0, 1, 2, 9, 40])
def test_a_few_areas_tile_too(many: int) -> None:
    found = outlines_of({f"v{one:02}": None for one in range(many)})
    assert len({str(one) for one in found.values()}) == many


def test_the_office_has_them_from_its_first_day_and_says_that_they_are_made_up(county_office: Any) -> None:
    shapes = dict(Area.objects.values_list("pk", "geometry"))
    assert shapes == outlines_of(dict(Area.objects.values_list("code", "parent_id")))
    entered, drawn = versions_of(Area.objects.get(pk="540228"))
    assert (entered.values or {})["geometry"] is None
    assert drawn.change.actor == KEEPER
    assert "made-up" in drawn.change.reason
    assert drawn.change.at.date().isoformat() == "2015-06-30"
