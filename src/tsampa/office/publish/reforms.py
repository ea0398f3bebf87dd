"""What a tried reform did, as a page shows it: effects with their labels and pictures."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.areas.tree import Place
from tsampa.office.publish.charts import bars
from tsampa.office.publish.models import Trial
from tsampa.office.publish.opened import opened
from tsampa.office.publish.words import unit_of
from tsampa.office.web.choropleth import draw_map
from tsampa.office.web.maps import AreaMap, Cell, Row, scale_for
from tsampa.rules import Rulebook
from tsampa.schema import read_programme

__all__ = ["effects_told", "reform_map"]

DATED = ("day", "month")
"""Figures of these units may be dates, and are written as they are."""
PLACE = re.compile(r"(.*) \((\w+)\)")


def effects_told(trial: Trial, lang: str) -> dict[str, Any]:
    """The effects on everybody, by area and by kind of household, and the figures that change."""
    found = trial.found or {}
    rulebook = opened(trial.judgement).rulebook
    kinds = _kinds(lang)
    total = [_effect(rulebook, one, lang) for one in found.get("total", [])]
    areas = [_effect(rulebook, one, lang) | _area(one["area"]) for one in found.get("areas", [])]
    by_kind = [
        _effect(rulebook, one, lang) | {"place": kinds.get(one["kind"], gettext("unknown"))}
        for one in found.get("kinds", []) if one["gain"] or one["lose"]
    ]  # fmt: skip
    figures = [_figure(rulebook, one, lang) for one in found.get("figures", [])]
    return {
        "total": total, "areas": areas, "kinds": by_kind, "figures": figures, "chart": _chart(_moved(areas)), "moved": _moved(areas),
        "set": _set(rulebook, trial, lang),
    }  # fmt: skip


def _kinds(lang: str) -> dict[str, str]:
    glance = read_programme(settings.PROGRAMME).glance
    return {word: zh if lang == "zh" else en for word, (en, zh) in glance.standings.items()} if glance else {}


def _set(rulebook: Rulebook, trial: Trial, lang: str) -> list[dict[str, str]]:
    """The parameters as they were set."""
    told = []
    for place, text in trial.values.items():
        name, _, keys = place.partition("[")
        one = rulebook.parameters[name]
        told.append(
            {"name": name, "label": one.label.say(lang), "keys": keys.rstrip("]").replace("][", ", "), "text": text, "unit": unit_of(rulebook, str(one.unit), lang)}
        )  # fmt: skip
    return told


def _effect(rulebook: Rulebook, one: dict[str, Any], lang: str) -> dict[str, Any]:
    formula = rulebook.formulas["household", one["variable"]][-1]
    return {
        "variable": one["variable"], "label": formula.label.say(lang), "unit": unit_of(rulebook, one["unit"], lang) or gettext("households"),
        "households": one["households"], "gain": one["gain"], "lose": one["lose"], "unknown": one["unknown"],
        "before": f"{Decimal(one['before']):,f}", "after": f"{Decimal(one['after']):,f}", "change": f"{Decimal(one['change']):+,f}",
    }  # fmt: skip


def _area(told: str) -> dict[str, str]:
    match = PLACE.fullmatch(told)
    return {"place": match[1], "code": match[2]} if match else {"place": told, "code": ""}


def _said(unit: str, text: str | None) -> str:
    if text is None:
        return gettext("unknown")
    return text if unit in DATED else f"{Decimal(text):,f}"


def _figure(rulebook: Rulebook, one: dict[str, Any], lang: str) -> dict[str, Any]:
    figure = rulebook.figures[one["id"]]
    change = ""
    if one["before"] is not None and one["after"] is not None and figure.unit not in DATED:
        change = f"{Decimal(one['after']) - Decimal(one['before']):+,f}"
    said = [_said(figure.unit, text) for text in (one["before"], one["after"])]
    return {
        "id": one["id"], "label": figure.label.say(lang), "unit": unit_of(rulebook, figure.unit, lang), "before": said[0], "after": said[1],
        "change": change, "url": f"{reverse('publish:figure', args=[one['id']])}?area={one['area']}",
    }  # fmt: skip


def _moved(areas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The effects by area on the variable that moves most households."""
    weight: dict[str, int] = {}
    for one in areas:
        weight[one["variable"]] = weight.get(one["variable"], 0) + one["gain"] + one["lose"]
    name = max(sorted(weight), key=lambda one: weight[one], default="")
    return [one for one in areas if one["variable"] == name]


def _chart(moved: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Who gains and who loses by area."""
    if not moved:
        return None
    series = [
        (gettext("gain"), [(one["place"], one["gain"], f"{one['gain']:,}") for one in moved]),
        (gettext("lose"), [(one["place"], one["lose"], f"{one['lose']:,}") for one in moved]),
    ]
    return bars(
        id="gains", title=moved[0]["label"], unit=gettext("households"), head=gettext("area"), series=series
    )


def reform_map(scope: Scope, trial: Trial, moved: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The areas by how many of their households gain or lose, drawn where areas have outlines; each leads to the reform there."""
    touched = {one["code"]: one["gain"] + one["lose"] for one in moved}
    rows = visible_to(scope, Area.objects.filter(pk__in=touched).order_by("code"), May.TRY_REFORMS)
    scale = scale_for(max(touched.values(), default=0))
    asked = {f"set-{place}": text for place, text in trial.values.items()} | {"on": trial.judgement.day}
    cells = [
        Cell(Place(code, name, level, parent), touched[code], scale.step(touched[code]), f"{reverse('publish:whatif')}?{urlencode(asked | {'area': code})}")
        for code, name, level, parent in rows.values_list("code", "name", "level", "parent_id")
    ]  # fmt: skip
    told = AreaMap(gettext("Households that gain or lose"), gettext("households"), scale, [Row(one, []) for one in cells])  # fmt: skip
    return draw_map(scope, told, May.TRY_REFORMS)
