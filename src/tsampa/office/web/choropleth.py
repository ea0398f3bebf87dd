"""Areas drawn in the colours of their table, where they have an outline: a picture for ``web/chart.html``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.areas.tree import Place
from tsampa.office.web.maps import AreaMap, Cell, Scale, scale_for

__all__ = ["DRAWN", "MOST", "Outline", "draw_map", "draw_outlines", "unique_names"]

COLOURS = ("#f2f5f4", "#d3e3e0", "#a9cbc5", "#74aba3", "#2f736c", "#17564f")
"""From none to most, as ``step-0`` to ``step-5`` of the style sheet, with the colour of what is written there."""
UNKNOWN, DARK, WRITTEN = (
    "#ffffff",
    "#1d2733",
    ("#1d2733", "#1d2733", "#14201f", "#0d1716", "#ffffff", "#ffffff"),
)
MOST = 500
"""So many areas are drawn; where there are more, those above them."""
NAMED = 30
"""So many areas have their names on the map."""
DRAWN = ("Polygon", "MultiPolygon")
"""Of the geometries, those that a map draws."""

Chart = dict[str, Any]
Ring = Sequence[Sequence[float]]


def draw_map(scope: Scope, told: AreaMap, may: May) -> Chart | None:
    """The narrowest areas that have an outline, with the borders of those above them; None where fewer than two have one."""
    heads, lowest = [row.head for row in told.rows], told.lowest
    known = [one.place for one in heads + lowest] + told.blank
    shapes = _outlines(scope, [one.code for one in known], may)
    for some in (lowest, heads):
        drawn = [one for one in some if one.place.code in shapes]
        if 1 < len(drawn) <= MOST:
            above = [one for one in heads if one.place.code in shapes and one not in some]
            level = {one.place.level for one in drawn}
            blank = [one for one in told.blank if one.code in shapes and one.level in level]
            return _chart(told, drawn, above, blank, shapes)
    return None


def _outlines(scope: Scope, codes: list[str], may: May) -> dict[str, Any]:
    rows = visible_to(scope, Area.objects.filter(pk__in=codes, geometry__isnull=False), may)
    found: dict[str, Any] = dict(rows.values_list("pk", "geometry")) if codes else {}
    return {code: shape for code, shape in found.items() if shape["type"] in DRAWN}


def _chart(
    told: AreaMap, drawn: list[Cell], above: list[Cell], blank: list[Place], shapes: dict[str, Any]
) -> Chart:
    names = unique_names([one.place for one in drawn] + blank)
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shapes[code]} for code, name in names.items()
    ]  # fmt: skip
    series = [_borders(above, shapes)]
    if len(drawn) > NAMED >= len(above):
        series.append(_titles(above, shapes))
    scale = told.scale if told.shares else scale_for(max(one.count for one in drawn))
    geo = _geo(told, scale, drawn, names) | {"aspectScale": _aspect(shapes[one] for one in names)}
    return {
        "id": "chart-map", "title": told.title, "unit": told.unit, "tall": True, "legend": scale.legend,
        "option": {
            "chart": {"tooltip": {"trigger": "item"}, "geo": geo, "series": series},
            "map": {"name": "areas", "geo": {"type": "FeatureCollection", "features": features}},
            "links": {names[one.place.code]: one.url for one in drawn},
        },
        "heads": [_("area"), told.unit],
        "rows": [[format_html('<a href="{}">{}</a>', one.url, one.place.name), told.words(one)] for one in drawn],
    }  # fmt: skip


def _geo(told: AreaMap, scale: Scale, drawn: list[Cell], names: dict[str, str]) -> Chart:
    """Areas, each in its colour, with name and number where there is room."""
    named = len(drawn) <= NAMED
    regions = [_region(names[one.place.code], told.words(one), scale.step(told.value(one)), named) for one in drawn]  # fmt: skip
    return _plain(named) | {"regions": regions}


def _plain(named: bool) -> Chart:
    return {
        "map": "areas", "layoutCenter": ["50%", "50%"], "layoutSize": "98%", "tooltip": {"show": True},
        "itemStyle": {"areaColor": UNKNOWN, "borderColor": "#b8c2cb", "borderWidth": 0.75},
        "label": {"show": named, "fontSize": 11, "color": DARK},
        "emphasis": {"itemStyle": {"areaColor": "#f4d58d"}, "label": {"show": named, "color": DARK}},
    }  # fmt: skip


def _region(name: str, said: str, step: str, named: bool) -> Chart:
    back, word = (UNKNOWN, DARK) if step == "none" else (COLOURS[int(step)], WRITTEN[int(step)])
    found: Chart = {
        "name": name,
        "itemStyle": {"areaColor": back},
        "tooltip": {"formatter": f"{name}: {said}"},
    }
    if named:
        found["label"] = {"color": word, "formatter": f"{name}\n{said}"}
    return found


@dataclass(frozen=True)
class Outline:
    """An area's outline to look at, in a step of colour, with what is said of it."""

    place: Place
    geometry: dict[str, Any]
    said: str
    step: int
    url: str


def draw_outlines(title: str, outlines: Sequence[Outline], legend: list[tuple[int, str]]) -> Chart | None:
    """Outlines as such, at most ``MOST``: a picture of what stands or would stand. None where none is one that maps draw."""
    drawn = [one for one in outlines if one.geometry["type"] in DRAWN][:MOST]
    if not drawn:
        return None
    names = unique_names([one.place for one in drawn])
    named = len(drawn) <= NAMED
    features = [
        {"type": "Feature", "properties": {"name": names[one.place.code]}, "geometry": one.geometry} for one in drawn
    ]  # fmt: skip
    geo = _plain(named) | {
        "regions": [_outlined(names[one.place.code], one, named) for one in drawn],
        "aspectScale": _aspect(one.geometry for one in drawn),
    }
    return {
        "id": "chart-outlines", "title": title, "unit": "", "tall": len(drawn) > 1, "legend": legend,
        "option": {
            "chart": {"tooltip": {"trigger": "item"}, "geo": geo, "series": []},
            "map": {"name": "areas", "geo": {"type": "FeatureCollection", "features": features}},
            "links": {names[one.place.code]: one.url for one in drawn},
        },
        "heads": [_("area"), _("outline")],
        "rows": [[format_html('<a href="{}">{}</a>', one.url, names[one.place.code]), one.said] for one in drawn],
    }  # fmt: skip


def _outlined(name: str, one: Outline, named: bool) -> Chart:
    found = _region(name, one.said, str(one.step), named)
    if named:
        found["label"]["formatter"] = name
    return found


def _borders(above: list[Cell], shapes: dict[str, Any]) -> Chart:
    lines = [{"coords": ring} for one in above for ring in _rings(shapes[one.place.code])]
    return {
        "type": "lines", "coordinateSystem": "geo", "polyline": True, "silent": True, "data": lines,
        "lineStyle": {"color": "#37424f", "width": 1.25, "opacity": 1},
    }  # fmt: skip


def _titles(above: list[Cell], shapes: dict[str, Any]) -> Chart:
    """The names of the wider areas, in the middle of each."""
    data = [{"name": one.place.name, "value": _middle(shapes[one.place.code])} for one in above]
    label = {
        "show": True, "formatter": "{b}", "position": "inside", "fontSize": 12, "fontWeight": 600, "color": DARK,
        "textBorderColor": "#ffffff", "textBorderWidth": 3,
    }  # fmt: skip
    return {
        "type": "scatter", "coordinateSystem": "geo", "silent": True, "symbolSize": 1, "itemStyle": {"color": "transparent"}, "data": data, "label": label,
        "labelLayout": {"hideOverlap": True},
    }  # fmt: skip


def _rings(shape: dict[str, Any]) -> list[Ring]:
    """The outer line of each part of a shape."""
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [part[0] for part in parts]


def _middle(shape: dict[str, Any]) -> list[float]:
    ring = max(_rings(shape), key=len)
    return [round(sum(point[at] for point in ring) / len(ring), 4) for at in (0, 1)]


def _aspect(shapes: Iterable[dict[str, Any]]) -> float:
    """How much shorter a degree of longitude is than one of latitude there."""
    heights = [point[1] for shape in shapes for ring in _rings(shape) for point in ring]
    return round(max(cos(radians((min(heights) + max(heights)) / 2)), 0.1), 3)


def unique_names(places: Sequence[Place]) -> dict[str, str]:
    """A name for each, with its code where another is called the same."""
    seen: dict[str, int] = {}
    for one in places:
        seen[one.name] = seen.get(one.name, 0) + 1
    return {one.code: one.name if seen[one.name] == 1 else f"{one.name} {one.code}" for one in places}
