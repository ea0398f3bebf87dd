"""The catalogue of figures, a figure opened, and two assessments side by side."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.jobs.models import Job
from tsampa.office.publish import queries
from tsampa.office.publish.asked import Asked, asked, read_day
from tsampa.office.publish.opened import figures_in_force
from tsampa.office.publish.rulebook import formulas_told, parameters_told
from tsampa.office.publish.traced import lay_open
from tsampa.office.publish.waiting import NotKnownYetError
from tsampa.office.publish.words import say_formula
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = [
    "compare",
    "figure",
    "figures",
    "number_of_query",
    "of_figures",
    "say_errors",
    "told_error",
]

View = Callable[..., HttpResponse]


def told_error(error: TsampaError) -> dict[str, str]:
    """An error in the page's language, as templates show it."""
    lang = language()
    return {"message": say_message(error.message, lang), "remedy": say_message(error.remedy, lang), "code": error.code}  # fmt: skip


def say_errors(view: View) -> View:
    """What the view cannot open is said on a page, and that figures are being worked out."""

    @wraps(view)
    def told(request: Request, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except NotKnownYetError as waiting:
            job = Job.objects.filter(pk=waiting.job).first()
            return render(request, "publish/waiting.html", {"job": job}, status=202)
        except TsampaError as error:
            return render(request, "publish/unopened.html", {"error": told_error(error)}, status=409)

    return told


def of_figures(view: View) -> View:
    """The view is given what ``?area=&on=`` asks for; the page says so where nothing was counted."""

    @say_errors
    @wraps(view)
    def given(request: Request, *arguments: Any, **named: Any) -> HttpResponse:
        found = asked(request.scope, request.GET)
        if found is None:
            return render(request, "publish/nothing.html")
        return view(request, found, *arguments, **named)

    return given


def _frame(found: Asked, tab: str, **told: Any) -> dict[str, Any]:
    """What every page of figures shows of what it was asked for."""
    return {"asked": found, "area": found.area, "judgement": found.judgement, "tab": tab, "level": found.level_name(found.area.level, language())} | told  # fmt: skip


@page(May.SEE_FIGURES)
@of_figures
def figures(request: Request, found: Asked) -> HttpResponse:
    """Every figure of the programme, with its value for the area."""
    words = request.GET.get("q", "").strip()[:100]
    groups = queries.catalogue(found, language(), words)
    told = {"groups": groups, "q": words, "count": sum(len(one.lines) for one in groups)}
    return render(request, "publish/figures.html", _frame(found, "figures", **told))


@page(May.SEE_FIGURES)
@of_figures
def figure(request: Request, found: Asked, figure: str) -> HttpResponse:
    """A figure opened: its rule, parameters, rows, the areas below and the assessments before."""
    assessment, lang = found.assessment, language()
    one = assessment.rulebook.figures.get(figure)
    if one is None:
        raise Http404
    value = queries.figures_here(found).get(figure)
    laid = lay_open(found.judgement, figure, found.area.code)
    may_open = request.scope.holds(May.SEE_HOUSEHOLDS, found.area.code)
    part, number = number_of_query(request, "part"), number_of_query(request, "page")
    parts = [
        {
            "number": place,
            "part": each,
            "how": queries.HOW.get(each.how, each.how),
            "entity": queries.entity_name(found, each.entity, lang),
        }
        for place, each in enumerate(laid.parts, 1)
    ]
    shown = laid.parts[part - 1] if 1 <= part <= len(laid.parts) else None
    told = {
        "figure": one, "value": value, "line": queries.line_of(found, one, value, lang), "parts": parts, "part": part,
        "meaning": one.meaning.say(lang), "words": say_formula(assessment.rulebook, lang, f"figure {figure}", one.node),
        "in_force": figure in figures_in_force(found.judgement),
        "formulas": formulas_told(assessment, laid.formulas, lang), "parameters": parameters_told(assessment, laid.parameters, lang),
        "snapshot": assessment.snapshot.manifest, "manifest": assessment.manifest, "files": laid.files,
        "rows": queries.rows_of(found, shown, number, lang) if may_open and shown else None,
        "may_open": may_open, "elsewhere": [] if may_open else queries.areas_with_files(found),
        "below": queries.below(found, one, lang), "history": queries.history(found, one, lang),
    }  # fmt: skip
    return render(request, "publish/figure.html", _frame(found, "figures", **told))


def number_of_query(request: Request, name: str) -> int:
    """A small whole number of the address; 1 for anything else."""
    told = request.GET.get(name, "1")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 8 else 1


@page(May.SEE_FIGURES)
@of_figures
def compare(request: Request, found: Asked) -> HttpResponse:
    """All figures by two assessments, side by side, with the difference."""
    day = read_day(request.GET.get("with", ""))
    others = [one for one in found.judgements if one.pk != found.judgement.pk]
    other = next((one for one in others if day is None or one.day <= day), None)
    words = request.GET.get("q", "").strip()[:100]
    told: dict[str, Any] = {"other": other, "others": others, "q": words}
    if other is not None:
        first, last = sorted((found.judgement, other), key=lambda one: one.day)
        told |= {"groups": queries.compared(found, other, language(), words), "first": first, "last": last}
    return render(request, "publish/compare.html", _frame(found, "compare", **told))
