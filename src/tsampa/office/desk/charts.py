"""The start page's pictures, each with its numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from tsampa.office.areas.tree import Place
from tsampa.office.desk.links import Links
from tsampa.office.desk.sums import Sum
from tsampa.office.web.choropleth import unique_names
from tsampa.office.web.templatetags.web import money

__all__ = ["COLOURS", "gaps", "incomes", "standings"]

COLOURS = ("#3f8f5f", "#b8483f", "#c99a2e", "#5b7aa6", "#7d6aa0")
"""Of standings, in the programme's order; each also has a pattern of its own."""
BARS = 30
"""So many areas a picture shows; its table shows all."""

Chart = dict[str, Any]
SHARED: Chart = {"aria": {"enabled": True, "decal": {"show": True}}, "tooltip": {"trigger": "axis"}}


def standings(places: Sequence[Place], sums: dict[str, Sum], words: dict[str, str], links: Links) -> Chart:
    """Households of each area by standing."""
    shown = sorted(places, key=lambda one: -sums[one.code].households)[:BARS]
    names = unique_names(shown)
    series = [
        {
            "name": word, "type": "bar", "stack": "all", "itemStyle": {"color": COLOURS[at % len(COLOURS)]},
            "data": [sums[one.code].standings.get(key, 0) for one in shown],
        }
        for at, (key, word) in enumerate(words.items())
    ]  # fmt: skip
    option = SHARED | {
        "legend": {"top": 0}, "grid": {"left": 8, "right": 16, "top": 32, "bottom": 8, "containLabel": True}, "series": series,
        "xAxis": {"type": "value", "splitNumber": 3}, "yAxis": {"type": "category", "inverse": True, "data": [names[one.code] for one in shown]},
    }  # fmt: skip
    return {
        "id": "chart-standings", "title": _("Households by standing"), "unit": _("households"),
        "option": {"chart": option, "links": {names[one.code]: links.area(one.code) for one in shown}},
        "heads": [_("area"), *words.values(), _("all")],
        "rows": [
            [
                format_html('<a href="{}">{}</a>', links.area(one.code), one.name),
                *(
                    links.number(sums[one.code].standings.get(key, 0), links.households(one.code, standing=key))
                    for key in words
                ),
                links.number(sums[one.code].households, links.households(one.code)),
            ]
            for one in places
        ],
    }  # fmt: skip


def gaps(area: str, total: Sum, words: dict[str, str], links: Links) -> Chart:
    """Households that miss each light, and those of which nobody knows."""
    told = [(_("missing"), "gap", COLOURS[1], 1), (_("not known"), "unknown", COLOURS[2], 2)]
    series = [
        {
            "name": word, "type": "bar", "stack": "all", "itemStyle": {"color": colour},
            "data": [total.lights.get(light, [0, 0, 0])[at] for light in words],
        }
        for word, _key, colour, at in told
    ]  # fmt: skip
    option = SHARED | {
        "legend": {"top": 0}, "grid": {"left": 8, "right": 16, "top": 32, "bottom": 8, "containLabel": True}, "series": series,
        "xAxis": {"type": "value", "minInterval": 1}, "yAxis": {"type": "category", "inverse": True, "data": list(words.values())},
    }  # fmt: skip
    to = {word: links.households(area, light=light, gap="gap") for light, word in words.items()}
    return {
        "id": "chart-gaps", "title": _("What households lack, by guarantee"), "unit": _("households"),
        "option": {"chart": option, "links": {word: url for word, url in to.items() if url}},
        "heads": [_("guarantee"), _("missing"), _("not known"), _("met")],
        "rows": [
            [
                word,
                *(
                    links.number(total.lights.get(light, [0, 0, 0])[at], links.households(area, light=light, gap=key))
                    for _word, key, _colour, at in told
                ),
                links.number(total.lights.get(light, [0, 0, 0])[0], ""),
            ]
            for light, word in words.items()
        ],
    }  # fmt: skip


def incomes(found: list[tuple[date, int | None]], currency: str, exponent: int) -> Chart:
    """Income per head at each judgement."""
    parts = Decimal(10) ** exponent
    data = [None if one is None else float(Decimal(one) / parts) for _day, one in found]
    option = {
        "tooltip": {"trigger": "axis"}, "grid": {"left": 8, "right": 24, "top": 16, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [day.isoformat() for day, _one in found]}, "yAxis": {"type": "value"},
        "series": [
            {
                "type": "line", "name": _("income per head"), "data": data, "symbolSize": 8, "lineStyle": {"color": "#1f5f5b", "width": 2},
                "itemStyle": {"color": "#1f5f5b"}, "label": {"show": len(found) <= 8, "position": "top"},
            }
        ],
    }  # fmt: skip
    return {
        "id": "chart-incomes", "title": _("Income per head at each count"), "unit": currency, "option": {"chart": option},
        "heads": [_("day of the count"), _("income per head")],
        "rows": [[day.isoformat(), money(one)] for day, one in found],
    }  # fmt: skip
