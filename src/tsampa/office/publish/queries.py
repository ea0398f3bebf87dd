"""What pages of figures show; every query goes through the door. See ``known.py`` for where figures come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tsampa.figures import FigureValue
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.publish.asked import Asked
from tsampa.office.publish.charts import bars, lines
from tsampa.office.publish.known import Values, figures_by_area, figures_by_judgement
from tsampa.office.publish.models import Publication, State
from tsampa.office.publish.opened import figures_in_force
from tsampa.office.publish.rulebook import variable_link
from tsampa.office.publish.traced import LaidPart
from tsampa.office.publish.words import amount, number_of, page_of, unit_of
from tsampa.office.register.models import Household
from tsampa.rules import Figure

HOW: dict[str, Any] = {
    "count": _("counted"), "sum": _("added up"), "distinct": _("counted once each"), "min": _("the least"), "max": _("the greatest"),
    "any": _("any of them"), "all": _("all of them"), "gini": _("Gini coefficient"), "qsr": _("quintile share ratio"), "fgt": _("poverty measure"),
    "theil": _("Theil index"), "watts": _("Watts index"), "at_risk_of_poverty": _("at-risk-of-poverty rate"), "alkire_foster": _("Alkire–Foster measure"),
}  # fmt: skip
"""How the rows of a part make its number."""

__all__ = [
    "Group", "Line", "Rows", "areas_with_files", "below", "catalogue", "compared", "entity_name", "figures_here", "history", "line_of", "rows_of", "waiting_of",
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One figure as a line of a table. ``known`` is False where no rule was in force on the day."""

    id: str
    label: str
    amount: str
    unit: str
    scope: str
    overlap: str
    interval: str
    known: bool


@dataclass(frozen=True)
class Group:
    """Figures that the programme declares together."""

    name: str
    source: str
    lines: list[Any]


def waiting_of(scope: Scope) -> dict[str, int]:
    """How many bulletins wait for the user to approve them."""
    if May.APPROVE not in scope.may:
        return {"to_approve": 0}
    rows = visible_to(scope, Publication.objects.filter(state=State.PROPOSED), May.APPROVE)
    return {"to_approve": rows.exclude(prepared_by=scope.user.get_username()).count()}


def figures_here(asked: Asked) -> Values:
    """The figures of the area asked for; none where the assessment does not know the area."""
    return figures_by_area(asked.scope, asked.judgement, [asked.area]).get(asked.area.code, {})


def catalogue(asked: Asked, lang: str, words: str = "") -> list[Group]:
    """Every figure with its value, by group; with ``words`` those that speak of all of them."""
    values = figures_here(asked)
    return _grouped(asked, words, lambda figure: line_of(asked, figure, values.get(figure.id), lang))


def _grouped(asked: Asked, words: str, line: Any) -> list[Group]:
    groups: dict[tuple[str, str], list[Any]] = {}
    wanted = words.casefold().split()
    for figure in sorted(asked.assessment.rulebook.figures.values(), key=_declared):
        told = _told(figure)
        if all(one in told for one in wanted):
            groups.setdefault(_group(figure), []).append(line(figure))
    # What is of any area comes first, then the lines of the source in their order.
    return [Group(name, source, groups[name, source]) for name, source in sorted(groups, key=lambda one: (one[0] != "", one))]  # fmt: skip


def _group(figure: Figure) -> tuple[str, str]:
    """The source's line (``A1`` of ``A1.population``), and the source."""
    line, dot, _ = figure.id.partition(".")
    return (line if dot else "", figure.source)


def _declared(figure: Figure) -> tuple[str, int]:
    """Where the programme declares it: file and line."""
    file, _, line = figure.at.rpartition(":")
    return file, int(line) if line.isdigit() else 0


def _told(figure: Figure) -> str:
    both = (figure.label, figure.meaning, figure.scope, figure.overlap)
    said = (figure.id, *(one.say(lang) for one in both for lang in ("en", "zh")))
    return " ".join(said).casefold()


def line_of(asked: Asked, figure: Figure, value: FigureValue | None, lang: str) -> Line:
    """The figure as it stands in a table."""
    single = value is not None and value.value == Decimal(1)
    dated = value is not None and value.value is not None and not isinstance(value.value, Decimal)
    unit = "" if dated else unit_of(asked.assessment.rulebook, figure.unit, lang, one=single)
    return Line(
        figure.id, figure.label.say(lang), amount(value), unit, figure.scope.say(lang), figure.overlap.say(lang),
        (value.interval if value else None) or "", figure.id in figures_in_force(asked.judgement),
    )  # fmt: skip


def compared(asked: Asked, other: Judgement, lang: str, words: str = "") -> list[Group]:
    """Each figure by two judgements, the earlier first, with the difference where both are numbers."""
    first, last = sorted((asked.judgement, other), key=lambda one: one.day)
    found = figures_by_judgement(asked.scope, (first, last), asked.area)
    before, after = found.get(first.pk, {}), found.get(last.pk, {})

    def line(figure: Figure) -> dict[str, Any]:
        old, new = before.get(figure.id), after.get(figure.id)
        change = _difference(old, new)
        return {
            "id": figure.id, "label": figure.label.say(lang), "before": amount(old), "after": amount(new),
            "change": "" if change is None else f"{change:+,}", "same": change is not None and not change,
            "unit": unit_of(asked.assessment.rulebook, figure.unit, lang),
        }  # fmt: skip

    return _grouped(asked, words, line)


def _difference(old: FigureValue | None, new: FigureValue | None) -> Decimal | None:
    if old is None or new is None or not isinstance(old.value, Decimal) or not isinstance(new.value, Decimal):
        return None
    return new.value - old.value


def below(asked: Asked, figure: Figure, lang: str) -> dict[str, Any] | None:
    """The figure of each area right below, as a picture whose bars lead there; None where there is none."""
    values = figures_by_area(asked.scope, asked.judgement, asked.below)
    found = [(one, values[one.code].get(figure.id)) for one in asked.below if one.code in values]
    if not found:
        return None
    points = [(area.name, number_of(value), amount(value)) for area, value in found]
    links = {area.name: _address(figure.id, area.code, asked.judgement) for area, _ in found}
    unit = unit_of(asked.assessment.rulebook, figure.unit, lang)
    chart = bars(
        id="by-area", title=figure.label.say(lang), unit=unit, head=gettext("area"), series=[(gettext("value"), points)], links=links
    )  # fmt: skip
    rows = [{"area": area, "amount": amount(value)} for area, value in found]
    return {"chart": chart if any(isinstance(one, float) for _, one, _ in points) else None, "rows": rows}


def history(asked: Asked, figure: Figure, lang: str) -> dict[str, Any] | None:
    """The figure by every judgement that knows it by now, as a line; None where there is one only."""
    found = figures_by_judgement(asked.scope, asked.judgements, asked.area, wait=False)
    latest = {one.day: one for one in reversed(asked.judgements)}
    points, links = [], {}
    for day, judgement in sorted(latest.items()):
        if judgement.pk not in found:  # a job works it out
            continue
        value = found.get(judgement.pk, {}).get(figure.id)
        points.append((day.isoformat(), number_of(value), amount(value)))
        links[day.isoformat()] = _address(figure.id, asked.area.code, judgement)
    if len(points) < 2:
        return None
    unit = unit_of(asked.assessment.rulebook, figure.unit, lang)
    return lines(id="history", title=figure.label.say(lang), unit=unit, head=gettext("day"), points=points, links=links)  # fmt: skip


def _address(figure: str, area: str, judgement: Judgement) -> str:
    return f"{reverse('publish:figure', args=[figure])}?area={area}&on={judgement.day.isoformat()}"


@dataclass(frozen=True)
class Rows:
    """A page of a part's rows, those only whose household the user may open. ``heads`` are the columns read."""

    heads: list[str]
    lines: list[dict[str, Any]]
    number: int
    pages: int

    @property
    def earlier(self) -> int:
        """The page before; 0 for none."""
        return self.number - 1

    @property
    def later(self) -> int:
        """The page after; 0 for none."""
        return self.number + 1 if self.number < self.pages else 0


def rows_of(asked: Asked, part: LaidPart, number: int, lang: str) -> Rows:
    """The page ``number`` of the part's rows, with the address of each household's file."""
    number = max(1, min(number, part.pages))
    found = part.page(number)
    homes = {one["household"] for one in found if one["household"]}
    seen = _visible_households(asked.scope, homes)
    shown = [one for one in found if not one["household"] or one["household"] in seen]
    heads = list(found[0]["row"])[1:] if found else []
    heads = [one for one in heads if one != "counted"]
    lines = [
        {"key": one["key"], "household": one["household"], "counted": one["row"].get("counted"), "cells": [one["row"].get(head) for head in heads]}
        for one in shown
    ]  # fmt: skip
    named = [_head(asked, part.entity, one, lang) for one in heads]
    return Rows(named, lines, number, part.pages)


def _head(asked: Asked, entity: str, name: str, lang: str) -> str:
    """What a column of a trace is called; ``term`` is what the row adds."""
    if name == "term":
        return gettext("adds")
    return str(variable_link(asked.assessment.rulebook, (entity, name), lang)["label"])


def _visible_households(scope: Scope, codes: Iterable[str]) -> set[str]:
    rows = visible_to(scope, Household.objects.filter(pk__in=list(codes)), May.SEE_HOUSEHOLDS)
    return set(rows.values_list("pk", flat=True))


def areas_with_files(asked: Asked) -> list[Area]:
    """The areas below the one asked for in which the user sees files: there the rows of the figure are opened."""
    roots = asked.scope.roots(May.SEE_HOUSEHOLDS)
    rows = visible_to(asked.scope, Area.objects.filter(code__in=roots), May.SEE_FIGURES).select_related(
        "parent__parent__parent__parent"
    )
    return [one for one in rows.order_by("code") if asked.area.code in _line_up(one)]


def _line_up(area: Area) -> list[str]:
    found, one = [], area.parent
    while one is not None:
        found.append(one.code)
        one = one.parent
    return found


def entity_name(asked: Asked, entity: str, lang: str) -> str:
    """What rows of the entity are called."""
    return page_of(asked.assessment.rulebook, lang).entity(entity)
