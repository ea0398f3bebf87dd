"""Pictures of a household's income: by source and year, and per head against the line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tsampa.office.bridge.glance import glance_of
from tsampa.office.register.columns import schema
from tsampa.office.register.household_file import Judged, incomes_by_year, programme
from tsampa.office.register.models import Income
from tsampa.office.register.said import NOTHING, say_choice, say_number
from tsampa.office.web.language import language
from tsampa.schema import from_minor

__all__ = ["currency", "income_chart", "line_chart"]

COSTS = "production_cost"
COLOURS = ("#1f5f5b", "#c47f17", "#5b7db1", "#8a6fae", "#b5534c", "#6b7280")


def currency() -> str:
    """The programme's currency as a unit."""
    found = programme().currency
    return "元" if found == "CNY" and language() == "zh" else found


def income_chart(rows: list[Income], upto: int) -> dict[str, Any] | None:
    """Incomes by source, year beside year, with costs below zero; None where there are none."""
    years, found = incomes_by_year(rows, upto)
    if not years:
        return None
    digits = schema().exponent
    sources = [one for one in schema().by_name["incomes"].by_name["source"].type.choices if one in found]
    series = [
        {
            "name": say_choice("incomes", "source", one), "type": "bar", "stack": "all", "color": COLOURS[at % len(COLOURS)],
            "data": [_signed(found[one].get(year), one, digits) for year in years],
        }
        for at, one in enumerate(sources)
    ]  # fmt: skip
    return {
        "id": "chart-incomes", "title": _("Income by source"), "unit": _("%(currency)s a year, as entered; costs below zero") % {"currency": currency()},
        "option": {"chart": _chart([str(one) for one in years], series)}, "heads": [_("source of income"), *map(str, years)],
        "rows": [[say_choice("incomes", "source", one), *(_cell(found[one], year, digits) for year in years)] for one in sources],
    }  # fmt: skip


def line_chart(found: Judged | None) -> dict[str, Any] | None:
    """Income per head as each judgement found it, against the line of its day."""
    glance = glance_of()
    if found is None or glance is None or not found.earlier:
        return None
    told = list(reversed(found.earlier))
    days = [one.day.isoformat() for one, _values in told]
    names = [glance.per_head, glance.line]
    labels = [str(found.judgement.variables.get(one, {}).get(language(), one)) for one in names]
    digits = found.digits(glance.per_head)
    series = [
        {"name": labels[0], "type": "bar", "color": COLOURS[0], "data": [_plain(one.get(names[0]), digits) for _j, one in told]},
        {"name": labels[1], "type": "line", "step": "middle", "color": COLOURS[4], "data": [_plain(one.get(names[1]), digits) for _j, one in told]},
    ]  # fmt: skip
    rows = [
        [label, *(NOTHING if one.get(name) is None else say_number(one[name], digits) for _j, one in told)]
        for label, name in zip(labels, names, strict=True)
    ]
    return {
        "id": "chart-line", "title": _("Income per head against the line"), "unit": _("%(currency)s per person and year, as counted on each day") % {"currency": currency()},
        "option": {"chart": _chart(days, series)}, "heads": [_("counted on"), *days], "rows": rows,
    }  # fmt: skip


def _chart(names: list[str], series: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0, "type": "scroll"}, "grid": {"left": 8, "right": 12, "top": 34, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": names}, "yAxis": {"type": "value"}, "series": series,
    }  # fmt: skip


def _plain(value: int | None, digits: int) -> str | None:
    """As a text, since a picture's numbers are read from JSON."""
    return None if value is None else str(from_minor(value, digits))


def _signed(value: int | None, source: str, digits: int) -> str | None:
    if value is None:
        return None
    found: Decimal = from_minor(value, digits)
    return str(-found if source == COSTS else found)


def _cell(years: dict[int, int | None], year: int, digits: int) -> str:
    if year not in years:
        return NOTHING
    value = years[year]
    return _("unknown") if value is None else say_number(value, digits)
