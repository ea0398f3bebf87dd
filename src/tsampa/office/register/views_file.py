"""A household's file, the reasons for its standing, its changes, its evidence and its printed statement."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.actions import record_look
from tsampa.office.accounts.models import Look
from tsampa.office.accounts.queries import PAGES
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.glance import glance_of
from tsampa.office.history import Change
from tsampa.office.register.charts import currency, income_chart, line_chart
from tsampa.office.register.evidence import evidence_path
from tsampa.office.register.household_file import (
    Judged,
    area_path,
    cut_of_evening,
    default_day,
    evidence_of,
    home_of,
    judged,
    light_cards,
    members_of,
    programme,
    records_of,
    say_variable,
    table_rows,
)
from tsampa.office.register.models import Evidence, Household, Income
from tsampa.office.register.queries import Everything, as_of_day, everything
from tsampa.office.register.reasons import Why, why
from tsampa.office.register.said import say_status
from tsampa.office.register.timeline import timeline, versions_of_file
from tsampa.office.register.verbs import VERBS
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["asked_day", "changes", "evidence", "file", "open_home", "reasons", "standing_of", "why_context"]

FEW, MANY = 6, 25


def open_home(request: Request, code: str, page_name: str, may: May = May.SEE_HOUSEHOLDS) -> Household:
    """The household, and that it was looked at; 404 where it is not of the user's area or nowhere."""
    home = home_of(request.scope, code, may)
    if home is None:
        raise Http404
    record_look(household=home.code, by=request.user.username, page=page_name, at=timezone.now())
    return home


@page(May.SEE_HOUSEHOLDS)
def file(request: Request, household: str) -> HttpResponse:
    """The household's file as of ``on``, with ``known`` as it had been recorded by that evening."""
    home = open_home(request, household, "file")
    on, known = asked_day(request, "on") or default_day(today()), asked_day(request, "known")
    told: dict[str, Any] = {"home": home, "on": on, "known": known, "place": area_path(home.area)}
    told["edits"] = request.scope.holds(May.EDIT_HOUSEHOLDS, home.area_id) and known is None
    try:
        found = everything(home.code, cut_of_evening(known) if known else None)
    except TsampaError as error:
        return render(request, "register/file.html", told | {"not_then": error}, status=200)
    told["verbs"] = [(name, one.label) for name, one in VERBS.items() if one.listed]
    told |= file_context(found, on, judged(home.code, on), known)
    told |= _history(request, found, told["judged"], known)
    return render(request, "register/file.html", told)


def asked_day(request: Request, name: str) -> date | None:
    """A day of the address; None for what is no day."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def file_context(found: Everything, on: date, judgement: Judged | None, known: date | None) -> dict[str, Any]:
    """What the page shows of the facts of a day and of what was counted."""
    file_of_day, glance = as_of_day(found, on), glance_of()
    cards = light_cards(judgement, file_of_day, on)
    evidence_files = evidence_of(file_of_day.checks) if known is None else {}
    return {
        "members": members_of(found, file_of_day, on), "statuses": [(one, say_status(one.status, one.kind)) for one in file_of_day.statuses],
        "judged": judgement, "cards": cards, "checks_hold": glance.checks_hold if glance else None, "evidence": evidence_files, "checks": table_rows("checks", file_of_day.checks),
        "incomes": table_rows("incomes", sorted(_of_years(found, on), key=lambda one: (-one.accounting_year, one.code))),
        "land": table_rows("land_parcels", file_of_day.land_parcels), "drivers": table_rows("poverty_drivers", file_of_day.poverty_drivers),
        "records": records_of(file_of_day.records, on), "charts": _charts(found, on, judgement), "currency": currency(),
        **standing_of(judgement), "then_area": _other_area(found, file_of_day.area), "file": file_of_day,
    }  # fmt: skip


def _of_years(found: Everything, on: date) -> list[Any]:
    return [one for one in found.of(Income) if one.accounting_year <= on.year]


def _charts(found: Everything, on: date, judgement: Judged | None) -> list[dict[str, Any]]:
    return [one for one in (income_chart(_of_years(found, on), on.year), line_chart(judgement)) if one]


def standing_of(judgement: Judged | None) -> dict[str, Any]:
    """The standing at a glance, the measures proposed, and what else the programme shows of a household."""
    glance = glance_of()
    if judgement is None or judgement.values is None:
        return {"standing": None, "shows": [], "measures": []}
    values, one = judgement.values, judgement.judgement
    first = [glance.standing, glance.per_head] if glance else []
    shows = [name for name in programme().shows if name not in first and name in values]
    return {
        "standing": say_variable(one, glance.standing, values.get(glance.standing)) if glance else None,
        "per_head": say_variable(one, glance.per_head, values.get(glance.per_head)) if glance else None,
        "line": say_variable(one, glance.line, values.get(glance.line)) if glance else None,
        "shows": [say_variable(one, name, values[name]) for name in shows],
        "measures": [say_variable(one, name, True).label for name in (glance.measures if glance else ()) if values.get(name)],
    }  # fmt: skip


def _other_area(found: Everything, code: str) -> Area | None:
    """Where the household was on the day, if elsewhere."""
    return Area.objects.filter(pk=code).first() if code != found.household.area_id else None


def _history(
    request: Request, found: Everything, judgement: Judged | None, known: date | None
) -> dict[str, Any]:
    versions = versions_of_file(found)
    shown, events = timeline(versions, 1, FEW)
    told: dict[str, Any] = {"events": events, "more_changes": shown.paginator.num_pages > 1}
    looks = Look.objects.filter(household=found.household.code)
    told["look_count"] = looks.count()
    if May.AUDIT in request.scope.may and request.scope.holds(May.AUDIT, found.household.area_id):
        told |= {"looks": list(looks.order_by("-at")[:MANY]), "pages": PAGES}
    return told | {"counted_before": _changed_since(judgement, events) if known is None else None}


def _changed_since(judgement: Judged | None, events: list[Any]) -> Change | None:
    """The latest change of the household, where the latest judgement does not know it."""
    if judgement is None or not judgement.latest or not events:
        return None
    until = judgement.judgement.recorded_until or judgement.judgement.attached_at
    last: Change = events[0].change
    return last if last.at > until else None


@page(May.SEE_HOUSEHOLDS)
def reasons(request: Request, household: str) -> HttpResponse:
    """What the rules say and why, in words: a part of the file's page, or a page of its own."""
    home = open_home(request, household, "why")
    on = asked_day(request, "on") or default_day(today())
    told: dict[str, Any] = {"home": home, "on": on, "place": area_path(home.area)} | why_context(home, on)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "register/why_part.html" if part else "register/why.html", told)


def why_context(home: Household, on: date) -> dict[str, Any]:
    """The explanation of the latest judgement by the day, or why there is none."""
    found = judged(home.code, on)
    if found is None or found.values is None:
        return {"judged": found, "why": None, "trouble": None}
    told: Why | TsampaError = why(found.judgement, home.code, language())
    return {
        "judged": found,
        "why": None if isinstance(told, TsampaError) else told,
        "trouble": told if isinstance(told, TsampaError) else None,
    }


@page(May.SEE_HOUSEHOLDS)
def changes(request: Request, household: str) -> HttpResponse:
    """Every change of the household's rows, page by page."""
    home = open_home(request, household, "changes")
    found = everything(home.code)
    shown, events = timeline(versions_of_file(found, _evidence(found)), request.GET.get("page"), MANY)
    told = {"home": home, "shown": shown, "events": events, "place": area_path(home.area)}
    return render(request, "register/changes.html", told)


def _evidence(found: Everything) -> list[Evidence]:
    return list(Evidence.objects.filter(check_row__household=found.household.code).order_by("pk"))


@page(May.SEE_HOUSEHOLDS)
def evidence(request: Request, household: str, number: int) -> HttpResponseBase:
    """A file of evidence."""
    home = open_home(request, household, "evidence")
    rows = visible_to(request.scope, Evidence.objects.filter(check_row__household=home.code, pk=number))
    one = rows.first()
    if one is None or not evidence_path(one.sha256).is_file():
        raise Http404
    file = evidence_path(one.sha256).open("rb")
    return FileResponse(file, content_type=one.media_type, filename=one.name, as_attachment=one.media_type == "application/pdf")  # fmt: skip
