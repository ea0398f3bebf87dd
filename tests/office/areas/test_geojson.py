"""A file of outlines is believed in nothing: each fault has its code, and what is right beside it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from office.areas.geojsons import collection, feature, square
from tsampa.errors import TsampaError
from tsampa.office.areas import geojson
from tsampa.office.areas.geojson import read_outlines

GOOD = feature("1", square(88.0))


def refusal(content: bytes, name: str = "code") -> str:
    with pytest.raises(TsampaError) as error:
        read_outlines(content, name)
    return error.value.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "outline-format"),
        (b"a,b\n1,2\n", "outline-format"),
        (b"PK\x03\x04", "outline-format"),
        (collection(GOOD)[:-1], "outline-format"),
        (collection(GOOD).replace(b"88.1", b"NaN", 1), "outline-format"),
        (b'{"type":"FeatureCollection","features":[{"geometry":' + b"[" * 2_000_000, "outline-format"),
        (b'{"a":' * 300_000, "outline-format"),
        (collection(GOOD).decode().encode("utf-16"), "outline-encoding"),
        (collection(GOOD).replace(b'"x"', '"白朗"'.encode("gb18030")), "outline-encoding"),
        (b"[]", "outline-collection"),
        (b'"FeatureCollection"', "outline-collection"),
        (collection(), "outline-collection"),
        (json.dumps(GOOD).encode(), "outline-collection"),
        (json.dumps(square(88.0)).encode(), "outline-collection"),
        (collection(GOOD, type="Topology"), "outline-collection"),
        (collection(1), "outline-collection"),
        (collection(GOOD, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "outline-crs"),
        (collection(GOOD, crs="x"), "outline-crs"),
    ],
)  # fmt: skip
def test_a_file_is_refused_whole_for_what_it_is(content: bytes, code: str) -> None:
    assert refusal(content) == code


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_degrees_of_wgs_84_and_of_cgcs2000_are_read(name: str) -> None:
    content = collection(GOOD, crs={"type": "name", "properties": {"name": name}})
    assert read_outlines(content, "code")[0].shape


def test_a_file_begins_with_a_mark_or_not() -> None:
    assert read_outlines(b"\xef\xbb\xbf" + collection(GOOD), "code")[0].code == "1"


def test_a_property_that_is_not_there_is_answered_by_those_that_are() -> None:
    with pytest.raises(TsampaError) as error:
        read_outlines(collection(GOOD), "PAC")
    assert (error.value.code, "code, note" in error.value.remedy) == ("outline-property", True)


def test_what_is_too_much_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b" " * (geojson.MOST_BYTES + 1)) == "outline-too-large"
    assert (
        refusal(b'{"type":"FeatureCollection","features":[' + b"{}," * 500_000 + b"{}]}")
        == "outline-too-many"
    )
    monkeypatch.setattr(geojson, "MOST_POINTS", 7)
    assert read_outlines(collection(GOOD), "code")[0].shape
    assert refusal(collection(GOOD, feature("2", square(89.0)))) == "outline-too-detailed"
    monkeypatch.setattr(geojson, "MOST_FEATURES", 1)
    assert refusal(collection(GOOD, GOOD)) == "outline-too-many"


def ring(*corners: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(corners)]}


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "type"),
        ("Polygon", "type"),
        ({"type": "LineString", "coordinates": [[88, 29], [89, 29]]}, "type"),
        ({"type": "MultiPoint", "coordinates": [[88, 29]]}, "type"),
        ({"type": "GeometryCollection", "geometries": [square(88.0)]}, "type"),
        ({"type": "Polygon"}, "coordinates"),
        ({"type": "Polygon", "coordinates": []}, "coordinates"),
        ({"type": "MultiPolygon", "coordinates": []}, "coordinates"),
        ({"type": "MultiPolygon", "coordinates": square(88.0)["coordinates"]}, "coordinates"),
        ({"type": "Point", "coordinates": [88]}, "coordinates"),
        ({"type": "Point", "coordinates": ["88", "29"]}, "coordinates"),
        ({"type": "Point", "coordinates": [True, 29]}, "coordinates"),
        (ring([88, 29], [89, 29], [], [88, 29]), "coordinates"),
        ({"type": "Point", "coordinates": [29, 91]}, "range"),
        (square(88.0, 89.95), "range"),
        (ring([9900000, 3300000], [9910000, 3300000], [9910000, 3310000], [9900000, 3300000]), "range"),
        (ring([88, 29], [89, 29], [89, 30], [88, 30]), "open"),
        (ring([88, 29], [89, 29], [88, 29]), "short"),
        (ring([88, 29], [89, 29], [90, 29], [88, 29]), "short"),
        (ring([88, 29], [89, 30], [89, 29], [88, 30.5], [88, 29]), "crossing"),
        (ring([88, 29], [88.000001, 29], [88, 29.000001], [88, 29]), "short"),
        ({"type": "Polygon", "coordinates": [square(88.0)["coordinates"][0], []]}, "short"),
    ],
)  # fmt: skip
def test_a_feature_is_refused_alone(geometry: Any, code: str) -> None:
    bad, good = read_outlines(collection(feature("2", geometry), GOOD), "code")
    assert (bad.number, bad.code, bad.shape) == (1, "2", None)
    assert bad.error
    assert bad.error.code == f"outline-{code}"
    assert good.shape
    assert good.shape.geometry() == square(88.0)


def test_numbers_beyond_all_bounds_are_refused_alone() -> None:
    content = collection(feature("2", {"type": "Point", "coordinates": [77777, 29]}), GOOD)
    bad, good = read_outlines(content.replace(b"77777", b"1e999"), "code")
    assert (bad.error and bad.error.code, bool(good.shape)) == ("outline-coordinates", True)


@pytest.mark.parametrize(
    ("said", "code"), [("1", "1"), (540228101201, "540228101201"), (5402.0, "5402"), (" 7 ", "7")]
)
def test_a_code_may_be_a_number(said: Any, code: str) -> None:
    assert [one.code for one in read_outlines(collection(feature(said, square(88.0))), "code")] == [code]


@pytest.mark.parametrize("said", [None, True, 1.5, "", "a b", "<script>", "x" * 33, ["1"], "\0", {"a": 1}])
def test_what_is_no_code_is_none(said: Any) -> None:
    bad, _ = read_outlines(collection(feature(said, square(88.0)), GOOD), "code")
    assert (bad.code, bad.error and bad.error.code) == ("", "outline-no-code")


def test_two_features_of_one_area_are_both_refused() -> None:
    told = read_outlines(collection(GOOD, feature(1, square(89.0)), feature("2", square(90.0))), "code")
    assert [one.error and one.error.code for one in told] == ["outline-twice", "outline-twice", None]


def test_coordinates_are_rounded_and_heights_left_out() -> None:
    told = ring(
        [88.000001, 29, 4000], [88.1, 29, 4000], [88.1000001, 29.0000001, 1], [88.1, 29.1234567], [88.000001, 29, 4000]
    )  # fmt: skip
    (found,) = read_outlines(collection(feature("1", told)), "code")
    corners = [[88.0, 29.0], [88.1, 29.0], [88.1, 29.12346], [88.0, 29.0]]
    assert found.shape
    assert found.shape.geometry() == {"type": "Polygon", "coordinates": [corners]}


def test_holes_parts_and_points_stay() -> None:
    holed = {"type": "Polygon", "coordinates": [*square(88.0)["coordinates"], *square(88.02, 29.02, 0.01)["coordinates"]]}  # fmt: skip
    several = {"type": "MultiPolygon", "coordinates": [holed["coordinates"], square(89.0)["coordinates"]]}
    point = {"type": "Point", "coordinates": [88.5, 29.5]}
    told = read_outlines(collection(*(feature(at, one) for at, one in enumerate((holed, several, point)))), "code")  # fmt: skip
    assert [one.shape and one.shape.geometry() for one in told] == [holed, several, point]
