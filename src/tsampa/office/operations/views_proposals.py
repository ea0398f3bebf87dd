"""The pages of proposals: pools and parameters prepared, approved, refused."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import WHOLE, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.operations.forms_proposals import DecisionForm, ParameterForm, PoolForm
from tsampa.office.operations.models import Proposal
from tsampa.office.operations.proposals import (
    Setting,
    approve,
    may_decide,
    proposals_of,
    propose_parameter,
    propose_pool,
    refuse,
    settings_on,
)
from tsampa.office.operations.words import said
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["decide", "new_parameter", "new_pool", "proposal", "proposals"]

SHOWN = 50
SEE = (May.PREPARE, May.APPROVE, May.AUDIT)
WRITES = ("GET", "HEAD", "POST")


@page(*SEE)
def proposals(request: Request) -> HttpResponse:
    """The proposals of the user's areas, the newest first."""
    rows = proposals_of(request.scope).select_related("area")
    if request.GET.get("state") in Proposal.State.values:
        rows = rows.filter(state=request.GET["state"])
    shown = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    whole = WHOLE in request.scope.roots(May.PREPARE)
    return render(request, "operations/proposals.html", {"shown": shown, "whole": whole})


@page(*SEE)
def proposal(request: Request, number: int) -> HttpResponse:
    """One proposal, and the decision where it is the user's."""
    return _proposal(request, _found(request, number), DecisionForm())


@page(May.APPROVE, methods=("POST",))
def decide(request: Request, number: int) -> HttpResponse:
    """Approves or refuses."""
    found, form = _found(request, number), DecisionForm(request.POST)
    if not form.is_valid():
        return _proposal(request, found, form, status=400)
    told: dict[str, Any] = {
        "proposal": number, "by": request.user.get_username(), "at": timezone.now(), "decision": form.cleaned_data["decision"],
    }  # fmt: skip
    try:
        _require_theirs(request, found)
        (approve if form.cleaned_data["decide"] == "approve" else refuse)(**told)
    except TsampaError as error:
        return _proposal(request, _found(request, number), form, error, 409)
    return redirect("operations:proposal", number)


def _require_theirs(request: Request, found: Proposal) -> None:
    """Where it is not the user's own proposal, which has its own words, it is one of their areas."""
    if not may_decide(request.scope, found) and found.prepared_by != request.user.get_username():
        raise Http404


@page(May.PREPARE, methods=WRITES)
def new_pool(request: Request) -> HttpResponse:
    """Proposes a pool."""
    areas = visible_to(request.scope, Area.objects.all(), May.PREPARE)
    form = PoolForm(request.POST if request.method == "POST" else None, areas=areas)
    return _new(request, form, propose_pool, {"act": "pool"})


@page(May.PREPARE, methods=WRITES)
def new_parameter(request: Request) -> HttpResponse:
    """Proposes a parameter, which is the whole register's."""
    if WHOLE not in request.scope.roots(May.PREPARE):
        raise Http404
    there = settings_on(today())
    places = [(one.place, _named(one)) for one in there]
    form = ParameterForm(request.POST if request.method == "POST" else None, places=places)
    return _new(request, form, propose_parameter, {"act": "parameter"})


def _named(one: Setting) -> str:
    return f"{one.zh if language() == 'zh' else one.en} {one.place} = {one.value} {one.unit}"


def _new(request: Request, form: Form, propose: Any, told: dict[str, Any]) -> HttpResponse:
    status, error = (400 if form.is_bound else 200), None
    if form.is_bound and form.is_valid():
        try:
            made = propose(**form.cleaned_data, by=request.user.get_username(), at=timezone.now())
            return redirect("operations:proposal", made.pk)
        except TsampaError as refused:
            status, error = 409, said(refused)
    return render(
        request, "operations/proposal_form.html", told | {"form": form, "error": error}, status=status
    )


def _found(request: Request, number: int) -> Proposal:
    found = proposals_of(request.scope).select_related("area").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _proposal(
    request: Request, found: Proposal, form: DecisionForm, error: TsampaError | None = None, status: int = 200
) -> HttpResponse:
    told = {
        "one": found, "form": form, "error": error and said(error),
        "decides": found.state == Proposal.State.OPEN and may_decide(request.scope, found),
    }  # fmt: skip
    return render(request, "operations/proposal.html", told, status=status)
