"""The tree of areas and what an area holds, whoever writes."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tsampa.office.areas.models import Area
from tsampa.office.history import Refused, change

CHAIN = [
    ("p", None, "province"), ("c", "p", "county"), ("t", "c", "township"), ("u", "c", "township"), ("v", "t", "village"),
]  # fmt: skip


@pytest.fixture
def tree(office) -> None:
    with change(by="test"):
        for code, above, level in CHAIN:
            Area.objects.create(code=code, name=code, level=level, parent_id=above)


def refused(column: str, value: object, code: str) -> str:
    """The code with which the database refuses a plain UPDATE; empty where it does not."""
    with pytest.raises(Refused) as found, change(by="test"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE areas_area SET {column} = %s WHERE code = %s", [value, code])
    return found.value.code


@pytest.mark.parametrize(
    ("code", "above"), [("p", "v"), ("c", "t"), ("c", "v"), ("t", "t"), ("t", "u"), ("p", "p")]
)
def test_an_area_lies_in_a_wider_one_and_never_in_itself(tree, code, above):
    assert refused("parent_id", above, code) == "area-level-order"


@pytest.mark.parametrize(
    ("code", "level", "why"), [("t", "village", "area-level-order"), ("v", "hamlet", "register-value-refused"), ("v", "county", "area-level-order")],
)  # fmt: skip
def test_a_level_is_one_of_the_programmes_in_its_order(tree, code, level, why):
    assert refused("level", level, code) == why


def test_areas_may_move(tree):
    with change(by="test"):
        Area.objects.filter(pk="v").update(parent_id="u")
    assert Area.objects.get(pk="v").parent_id == "u"


SHAPES = [
    {"type": "Point", "coordinates": [89.1, 29.1]},
    {"type": "Polygon", "coordinates": [[[89, 29], [89.5, -1.5e1], [90, 29], [89, 29]]]},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_geometry_is_a_shape(tree, shape):
    with change(by="test"):
        Area.objects.filter(pk="v").update(geometry=shape)
    assert Area.objects.get(pk="v").geometry == shape


@pytest.mark.parametrize(
    "shape",
    [
        SHAPES[0] | {"properties": {"民族": "x"}}, SHAPES[0] | {"religion": "x"}, {"type": "民族", "coordinates": []},
        {"type": "Point", "coordinates": ["religion"]}, {"type": "Point", "coordinates": [{"religion": 1}]}, {"宗教": [1, 2]},
        ["religion"], "religion",
    ], ids=str,
)  # fmt: skip
def test_geometry_is_nothing_else(tree, shape):
    assert refused("geometry", json.dumps(shape, ensure_ascii=False), "v") == "area-geometry"


def test_what_succeeds_an_area_lasts_longer(tree):
    with change(by="test"):
        Area.objects.create(code="w", name="w", level="village", parent_id="t", until="2020-01-01")
    for values in ({"succeeded_by_id": "v"}, {"until": "2020-01-01", "succeeded_by_id": "v"}, {"until": "2020-01-01", "succeeded_by_id": "w"}, {"until": "2020-01-01", "succeeded_by_id": "t"}):  # fmt: skip
        with pytest.raises(Refused) as found, change(by="test"):
            Area.objects.filter(pk="v").update(**values)
        assert found.value.code == "area-successor"
