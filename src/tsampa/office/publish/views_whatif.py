"""What if: parameters set otherwise, and what that would do to households, areas, costs and figures."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.bridge.models import Judgement
from tsampa.office.jobs.models import Job
from tsampa.office.jobs.models import State as JobState
from tsampa.office.jobs.progress import read_progress
from tsampa.office.publish.asked import asked
from tsampa.office.publish.models import Trial
from tsampa.office.publish.opened import opened
from tsampa.office.publish.reforms import effects_told, reform_map
from tsampa.office.publish.trials import ask_trial, changed_households, settable
from tsampa.office.publish.views import number_of_query, say_errors, told_error
from tsampa.office.publish.words import page_of
from tsampa.office.register.models import Household
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["trial", "whatif"]

SHOWN = 20
SET = re.compile(r"set-(.+)")


def _trials(scope: Scope) -> QuerySet[Trial]:
    rows = Trial.objects.select_related("area", "judgement").defer("found", "judgement__variables")
    return visible_to(scope, rows, May.TRY_REFORMS)


@page(May.TRY_REFORMS, methods=("GET", "HEAD", "POST"))
@say_errors
def whatif(request: Request) -> HttpResponse:
    """Parameters to set otherwise, and the reforms that were tried."""
    query = request.POST if request.method == "POST" else request.GET
    found = asked(request.scope, query, May.TRY_REFORMS)
    if found is None:
        return render(request, "publish/nothing.html", {"tab": "whatif"})
    values = _values(query)
    error = None
    if request.method == "POST":
        try:
            made = ask_trial(
                judgement=found.judgement, area=found.area, values=values, by=request.user.get_username(), at=timezone.now()
            )  # fmt: skip
            return redirect("publish:trial", made.pk)
        except TsampaError as refused:
            error = refused
    told = {
        "asked": found, "area": found.area, "judgement": found.judgement, "tab": "whatif", "error": told_error(error) if error else None,
        "parameters": _parameters(found.judgement, values), "shown": Paginator(_trials(request.scope), SHOWN).get_page(request.GET.get("page")),
        "areas": [*found.above, found.area, *found.below],
    }  # fmt: skip
    return render(request, "publish/whatif.html", told, status=409 if error else 200)


def _values(query: QueryDict) -> dict[str, str]:
    """What is written in the boxes, those left empty not."""
    told = {match[1]: str(text).replace("\x00", "") for name, text in query.items() if (match := SET.fullmatch(name))}  # fmt: skip
    return {place: text for place, text in told.items() if text.strip()}


def _parameters(judgement: Judgement, values: dict[str, str]) -> list[dict[str, Any]]:
    """Each number that may be set otherwise, with what is written in its box."""
    assessment = opened(judgement)
    rulebook, page = assessment.rulebook, page_of(assessment.rulebook, language())
    return [
        {
            "place": place, "name": name, "keys": keys, "now": now, "label": rulebook.parameters[name].label.say(language()),
            "unit": page.unit(str(rulebook.parameters[name].unit)) if str(rulebook.parameters[name].unit) != "1" else "", "written": values.get(place, ""),
        }
        for place, name, keys, now in settable(rulebook, assessment.day)
    ]  # fmt: skip


@page(May.TRY_REFORMS)
@say_errors
def trial(request: Request, number: int) -> HttpResponse:
    """What a reform does: who gains and who loses, by area and kind, what it costs, and which figures change."""
    rows = Trial.objects.select_related("area", "judgement")
    found = visible_to(request.scope, rows, May.TRY_REFORMS).filter(pk=number).first()
    if found is None:
        raise Http404
    told: dict[str, Any] = {"found": found, "area": found.area, "judgement": found.judgement, "tab": "whatif"}
    if found.found is None:
        job = Job.objects.filter(pk=found.job or 0).first()
        failed = job is not None and job.state == JobState.FAILED
        told |= {"job": job, "failed": failed, "progress": read_progress(job.pk) if job else None}
        return render(request, "publish/trial_waiting.html", told, status=200 if failed else 202)
    told |= effects_told(found, language())
    told["map"] = reform_map(request.scope, found, told["moved"])
    if request.scope.holds(May.SEE_HOUSEHOLDS, found.area_id):
        told |= _households(request, found)
    return render(request, "publish/trial.html", told)


def _households(request: Request, found: Trial) -> dict[str, Any]:
    """A page of those that gain or lose, as far as the user may open their files."""
    parts = [one for one in changed_households(found) if one.counted]
    part = number_of_query(request, "part")
    if not parts:
        return {"parts": []}
    shown = parts[min(max(part, 1), len(parts)) - 1]
    number = max(1, min(number_of_query(request, "page"), shown.pages))
    lines = shown.page(number) if shown.place.exists() else []
    rows = Household.objects.filter(pk__in=[one["household"] for one in lines])
    seen = set(visible_to(request.scope, rows).values_list("pk", flat=True))
    rulebook = opened(found.judgement).rulebook
    told = [
        {
            "number": place,
            "part": one,
            "label": rulebook.formulas["household", one.entity][-1].label.say(language()),
        }
        for place, one in enumerate(parts, 1)
    ]
    return {
        "parts": told, "part": parts.index(shown) + 1, "lines": [one for one in lines if one["household"] in seen],
        "number": number, "pages": shown.pages, "earlier": number - 1, "later": number + 1 if number < shown.pages else 0,
    }  # fmt: skip
