"""What a tried reform did, as a page shows it: effects with their labels and pictures."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from tsampa.office.publish.charts import bars
from tsampa.office.publish.models import Trial
from tsampa.office.publish.opened import opened
from tsampa.office.publish.words import unit_of
from tsampa.rules import Rulebook
from tsampa.schema import read_programme

__all__ = ["effects_told"]

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
        "total": total, "areas": areas, "kinds": by_kind, "figures": figures, "chart": _chart(areas),
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


def _chart(areas: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Who gains and who loses by area, of the variable that moves most households."""
    if not areas:
        return None
    weight: dict[str, int] = {}
    for one in areas:
        weight[one["variable"]] = weight.get(one["variable"], 0) + one["gain"] + one["lose"]
    name = max(sorted(weight), key=lambda one: weight[one])
    own = [one for one in areas if one["variable"] == name]
    series = [
        (gettext("gain"), [(one["place"], one["gain"], f"{one['gain']:,}") for one in own]),
        (gettext("lose"), [(one["place"], one["lose"], f"{one['lose']:,}") for one in own]),
    ]
    return bars(
        id="gains", title=own[0]["label"], unit=gettext("households"), head=gettext("area"), series=series
    )
