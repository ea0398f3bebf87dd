"""Outlines as a GeoJSON file gives them: read by the standard (RFC 7946), each feature by itself, and none believed.

A file is refused whole for what it is (``outline-too-large``, ``-encoding``, ``-format``, ``-collection``, ``-crs``, ``-property``,
``-too-many``, ``-too-detailed``); a feature alone for what it draws (``outline-type``, ``-coordinates``, ``-range``, ``-open``,
``-short``, ``-crossing``, ``-no-code``, ``-twice``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from tsampa.errors import TsampaError

__all__ = ["MOST_BYTES", "UNIT", "Feature", "Ring", "Shape", "read_outlines", "require_size"]

MOST_BYTES = 20 * 2**20
MOST_FEATURES = 20_000
MOST_POINTS = 500_000
"""More cannot be simplified while somebody waits for the page."""
UNIT = 100_000
"""So many steps to a degree: a step is about a metre."""
CODE = re.compile(r"[0-9A-Za-z_-]{1,32}")
KNOWN_CRS = re.compile(r"(CRS84|EPSG:{1,2}(4326|4490))$", re.IGNORECASE)
"""WGS 84, and CGCS2000, which differs from it by centimetres."""
_BRACES = 20
_PROPERTIES = 64 * 1024
_NAMED = 30

Ring = npt.NDArray[np.int64]
"""Longitudes and latitudes in steps, one row a corner; the first is not repeated at the end."""


@dataclass(frozen=True)
class Shape:
    """A geometry in steps: a list of rings for each part. A point is one part of one ring of one corner."""

    kind: str
    parts: list[list[Ring]]

    @property
    def points(self) -> int:
        """How many corners it has."""
        return sum(len(ring) for part in self.parts for ring in part)

    def drawn(self) -> Any:
        """As shapely's polygon, or polygons; in steps. A point has none."""
        parts = [shapely.Polygon(part[0], part[1:]) for part in self.parts]
        return shapely.MultiPolygon(parts) if self.kind == "MultiPolygon" else parts[0]

    def geometry(self) -> dict[str, Any]:
        """As GeoJSON, in degrees with five decimals."""
        if self.kind == "Point":
            return {"type": "Point", "coordinates": _degrees(self.parts[0][0])[0]}
        parts = [[_closed(_degrees(ring)) for ring in part] for part in self.parts]
        return {"type": self.kind, "coordinates": parts[0] if self.kind == "Polygon" else parts}


@dataclass(frozen=True)
class Feature:
    """A feature of the file, by its number from 1: the code it names, and its shape or why it is refused."""

    number: int
    code: str
    shape: Shape | None = None
    error: TsampaError | None = None


class _Read(msgspec.Struct):
    """What is read of a feature; what is not asked for is passed over without being kept."""

    type: str = ""
    properties: msgspec.Raw = msgspec.Raw(b"null")
    geometry: msgspec.Raw = msgspec.Raw(b"null")


class _Collection(msgspec.Struct):
    type: str = ""
    features: list[_Read] = []
    crs: msgspec.Raw = msgspec.Raw(b"null")


class _Name(msgspec.Struct):
    name: str


class _Crs(msgspec.Struct):
    properties: _Name


class _Geometry(msgspec.Struct):
    type: str = ""
    coordinates: msgspec.Raw = msgspec.Raw(b"null")


def read_outlines(content: bytes, name: str) -> list[Feature]:
    """The features of the file; ``name`` is the property that holds an area's code."""
    require_size(len(content))
    found = _collection(content)
    told = [_properties(one.properties) for one in found.features]
    if not any(name in one for one in told):
        raise _no_property(name, told)
    features = [
        _feature(at, one, said.get(name))
        for at, (one, said) in enumerate(zip(found.features, told, strict=True), 1)
    ]
    return list(_once(features))


def require_size(size: int) -> None:
    """Raises TsampaError ``outline-too-large``."""
    if size > MOST_BYTES:
        raise TsampaError(
            "outline-too-large", f"the file has more than {MOST_BYTES // 2**20} MB",
            remedy="Simplify the outlines in a map program, or send the file in parts, one after the other.",
        )  # fmt: skip


def _collection(content: bytes) -> _Collection:
    # Each feature is in braces, and so are its properties and its geometry: counted before anything is made of them.
    if content.count(b"{") > _BRACES * MOST_FEATURES:
        raise _too_many()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TsampaError(
            "outline-encoding", "the file is not in UTF-8", remedy="Export it as GeoJSON in UTF-8."
        ) from None
    try:
        found = msgspec.json.decode(text, type=_Collection)
    except msgspec.ValidationError:
        raise _no_collection() from None
    except (ValueError, RecursionError):
        raise TsampaError(
            "outline-format", "the file is no JSON",
            remedy="Export it as GeoJSON; NaN, Infinity and brackets in brackets without end have no place in it.",
        ) from None  # fmt: skip
    if found.type != "FeatureCollection" or not found.features:
        raise _no_collection()
    _require_degrees(found.crs)
    _require_bearable(found.features)
    return found


def _no_collection() -> TsampaError:
    return TsampaError(
        "outline-collection", "the file is no FeatureCollection with features",
        remedy="Export a layer of areas as GeoJSON, each area a feature.",
    )  # fmt: skip


def _require_degrees(crs: msgspec.Raw) -> None:
    """An older kind of file names its coordinates; where it names none they are WGS 84."""
    try:
        said = msgspec.json.decode(crs, type=_Crs | None)
        known = said is None or bool(KNOWN_CRS.search(said.properties.name))
    except (ValueError, RecursionError):
        known = False
    if not known:
        raise TsampaError(
            "outline-crs", "the file says that its coordinates are not of WGS 84",
            remedy="Export it in WGS 84 (EPSG:4326) or CGCS2000 (EPSG:4490), in degrees.",
        )  # fmt: skip


def _require_bearable(features: list[_Read]) -> None:
    if len(features) > MOST_FEATURES:
        raise _too_many()
    # Each pair of coordinates stands in brackets.
    if sum(bytes(one.geometry).count(b"[") for one in features) > MOST_POINTS:
        raise too_detailed()


def _too_many() -> TsampaError:
    return TsampaError(
        "outline-too-many", f"the file has more than {MOST_FEATURES} features", remedy="Send it in parts, one after the other.",
    )  # fmt: skip


def too_detailed() -> TsampaError:
    """For outlines with more points than can be taken."""
    return TsampaError(
        "outline-too-detailed", "the outlines have too many points",
        remedy="Simplify them in a map program, to some ten metres, or send fewer areas at once.",
    )  # fmt: skip


def _properties(raw: msgspec.Raw) -> dict[str, Any]:
    if len(bytes(raw)) > _PROPERTIES:
        return {}
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (ValueError, RecursionError):
        return {}


def _no_property(name: str, told: Iterable[dict[str, Any]]) -> TsampaError:
    names = sorted({key[:60] for one in told for key in one})
    listed = ", ".join(names[:_NAMED]) or "–"
    return TsampaError(
        "outline-property", f"no feature has a property '{name}'", remedy=f"Name the one that holds the area's code. The file has: {listed}."
    )  # fmt: skip


def _feature(number: int, read: _Read, said: Any) -> Feature:
    code = _code(said)
    if not code:
        return Feature(number, "", error=_refusal("no-code"))
    try:
        return Feature(number, code, _shape(read.geometry))
    except TsampaError as error:
        return Feature(number, code, error=error)


def _code(said: Any) -> str:
    """A code as text; map programs make numbers of codes that have digits only."""
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, str | int):
        return ""
    text = str(said).strip()
    return text if CODE.fullmatch(text) else ""


def _once(features: list[Feature]) -> Iterator[Feature]:
    """Of two features that name one area nobody knows which is right."""
    times = Counter(one.code for one in features if one.code)
    for one in features:
        yield replace(one, shape=None, error=_refusal("twice")) if times[one.code] > 1 else one


def _shape(raw: msgspec.Raw) -> Shape:
    try:
        found = msgspec.json.decode(raw, type=_Geometry)
    except (ValueError, RecursionError):
        raise _refusal("type") from None
    if found.type == "Point":
        return Shape("Point", [[_steps([_read(found, list[float])])]])
    if found.type == "Polygon":
        return _sound(Shape("Polygon", [_rings(_read(found, list[list[list[float]]]))]))
    if found.type == "MultiPolygon":
        parts = _read(found, list[list[list[list[float]]]])
        if not parts:
            raise _refusal("coordinates")
        return _sound(Shape("MultiPolygon", [_rings(one) for one in parts]))
    raise _refusal("type")


def _sound(shape: Shape) -> Shape:
    if not shapely.is_valid(shape.drawn()):
        raise _refusal("crossing")
    return shape


def _read(found: _Geometry, kind: Any) -> Any:
    try:
        return msgspec.json.decode(found.coordinates, type=kind)
    except (ValueError, RecursionError):
        raise _refusal("coordinates") from None


def _rings(part: list[list[list[float]]]) -> list[Ring]:
    if not part:
        raise _refusal("coordinates")
    return [_ring(one) for one in part]


def _ring(corners: list[list[float]]) -> Ring:
    if len(corners) < 4:
        raise _refusal("short")
    if corners[0][:2] != corners[-1][:2]:
        raise _refusal("open")
    steps = _steps(corners)
    ring: Ring = steps[:-1][(steps[:-1] != steps[1:]).any(axis=1)]
    if len(ring) < 3 or _area(ring) == 0:
        raise _refusal("short")
    return ring


def _steps(corners: list[list[float]]) -> Ring:
    """Rounded to steps; a height, where there is one, is left out."""
    if any(len(one) < 2 for one in corners):
        raise _refusal("coordinates")
    degrees = np.array([one[:2] for one in corners], dtype=np.float64)
    if not (np.abs(degrees) <= (180.0, 90.0)).all():
        raise _refusal("range")
    return np.rint(degrees * UNIT).astype(np.int64)


def _area(ring: Ring) -> int:
    """Twice what the ring goes around, in square steps."""
    x, y = (ring - ring[0]).T
    return abs(int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))


def _degrees(ring: Ring) -> list[list[float]]:
    # Rounded anew, as a division leaves other digits far behind the fifth.
    return np.round(ring / UNIT, 5).tolist()  # type: ignore[no-any-return]


def _closed(corners: list[list[float]]) -> list[list[float]]:
    return [*corners, corners[0]]


def _refusal(kind: str) -> TsampaError:
    """Why a feature is not drawn. Written out whole, as the words of errors are gathered from the source to be said in Chinese."""
    return {
        "no-code": TsampaError(
            "outline-no-code", "the feature has no code of an area in that property", remedy="Fill the property in: letters, digits, - and _.",
        ),
        "twice": TsampaError(
            "outline-twice", "several features name this area", remedy="Join them to one feature, a MultiPolygon.",
        ),
        "type": TsampaError(
            "outline-type", "the feature is no Point, Polygon or MultiPolygon", remedy="Draw the area as a polygon.",
        ),
        "coordinates": TsampaError(
            "outline-coordinates", "the coordinates are not numbers in the order that its type needs", remedy="Export the layer anew.",
        ),
        "range": TsampaError(
            "outline-range", "the coordinates are no degrees of longitude and latitude",
            remedy="Export it in degrees (WGS 84), longitude first; metres or another projection cannot be read.",
        ),
        "open": TsampaError(
            "outline-open", "a ring does not end where it begins", remedy="Close it: its last corner is its first.",
        ),
        "crossing": TsampaError(
            "outline-crossing", "rings cross themselves or one another", remedy="Repair the area in a map program (Check or Fix geometries).",
        ),
        "short": TsampaError(
            "outline-short", "a ring goes around nothing: it has fewer than three corners a metre apart", remedy="Draw it anew, or leave it out.",
        ),
    }[kind]  # fmt: skip
