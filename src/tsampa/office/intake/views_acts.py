"""What is done with a batch in the browser: checked again, decided, accepted, refused, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.actions import record_looks
from tsampa.office.accounts.roles import May
from tsampa.office.intake import actions, asking, queries
from tsampa.office.intake.blocking import blocking
from tsampa.office.intake.doubts import looked_at, shown_doubts
from tsampa.office.intake.forms import AcceptForm, ReasonForm
from tsampa.office.intake.models import Batch, State
from tsampa.office.intake.showing import table_label
from tsampa.office.intake.views import said, status_of
from tsampa.office.intake.views_batch import about, found
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["accept", "check", "doubts", "refuse", "undo"]

DOUBTS = 5
BOTH = (May.SEND_SHEETS, May.ACCEPT_SHEETS)
ASKED = ("GET", "HEAD", "POST")


@page(*BOTH, methods=("POST",))
def check(request: Request, batch: UUID) -> HttpResponseBase:
    """Has the batch checked against the register as it stands now."""
    one = found(request, batch)
    try:
        asking.ask_check(str(one.pk), by=request.user)
    except TsampaError as error:
        return _refused(request, one, error)
    return redirect("intake:batch", batch=one.pk)


@page(*BOTH, methods=ASKED)
def doubts(request: Request, batch: UUID) -> HttpResponseBase:
    """Rows of which it is not known who they are, beside those they may be; whoever decides is remembered."""
    one = found(request, batch)
    if not queries.sees_cells(request.scope, one):
        raise Http404
    if request.method == "POST":
        return _decide(request, one)
    shown = Paginator(one.doubts.order_by("row", "pk"), DOUBTS).get_page(request.GET.get("page"))
    beside = shown_doubts(request.scope, one, shown, language())
    record_looks(households=looked_at(beside), by=request.user.username, page="doubts", at=timezone.now())
    told = about(request, one) | {"shown": shown, "doubts": beside}
    return render(request, "intake/doubts.html", told)


def _decide(request: Request, one: Batch) -> HttpResponseBase:
    row = request.POST.get("row", "")
    if not (row.isascii() and row.isdigit() and len(row) < 9):
        raise Http404
    try:
        actions.decide(str(one.pk), row=int(row), person=request.POST.get("person") or None, by=request.user)
    except TsampaError as error:
        return _refused(request, one, error)
    number = request.GET.get("page", "")
    asked = f"?page={number}" if number.isascii() and number.isdigit() else ""
    return redirect(f"{reverse('intake:doubts', args=[one.pk])}{asked}#row-{row}")


@page(*BOTH, methods=ASKED)
def accept(request: Request, batch: UUID) -> HttpResponseBase:
    """What would be written, to be confirmed by another person than the one who prepared it."""
    one = found(request, batch)
    error: TsampaError | None = None
    if request.method == "POST":
        form = AcceptForm(request.POST)
        try:
            seen = form.cleaned_data["seen"] if form.is_valid() else 0
            asking.ask_accept(str(one.pk), by=request.user, seen=seen)
            return redirect("intake:batch", batch=one.pk)
        except TsampaError as refused:
            error = refused
    else:
        try:
            actions.require_acceptor(request.scope, one)
        except TsampaError as refused:
            error = refused
    if one.state != State.CHECKED:
        return _refused(request, one, error) if error else redirect("intake:batch", batch=one.pk)
    counts = [
        (table_label(name, language()), counts) for name, counts in one.counts.items() if counts["new"] or counts["changed"]
    ]  # fmt: skip
    told = about(request, one) | {
        "tables": counts, "seen": actions.last_step(one), "error": said(error) if error else None,
    }  # fmt: skip
    return render(request, "intake/accept.html", told, status=status_of(error) if error else 200)


@page(*BOTH, methods=ASKED)
def refuse(request: Request, batch: UUID) -> HttpResponseBase:
    """The batch is withdrawn by who prepared it, or refused by who would accept it."""
    one = found(request, batch)
    if request.method != "POST" and one.state not in (State.CHECKED, State.UPLOADED):
        return redirect("intake:batch", batch=one.pk)
    return _with_reason(request, one, "intake/refuse.html", actions.refuse, {})


@page(May.ACCEPT_SHEETS, methods=ASKED)
def undo(request: Request, batch: UUID) -> HttpResponseBase:
    """The batch is taken back, with a reason; what came later and stands in the way is shown."""
    one = found(request, batch)
    if request.method != "POST" and one.state != State.APPLIED:
        return redirect("intake:batch", batch=one.pk)
    told = {"blocking": blocking(one, language())} if one.state == State.APPLIED else {}
    return _with_reason(request, one, "intake/undo.html", asking.ask_undo, told)


def _with_reason(
    request: Request, one: Batch, template: str, act: Callable[..., Any], more: dict[str, Any]
) -> HttpResponseBase:
    form, error, status = ReasonForm(request.POST or None), None, 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                act(str(one.pk), by=request.user, reason=form.cleaned_data["reason"])
                return redirect("intake:batch", batch=one.pk)
            except TsampaError as refused:
                error, status = said(refused), status_of(refused)
    told = about(request, one) | {"form": form, "error": error} | more
    return render(request, template, told, status=status)


def _refused(request: Request, one: Batch, error: TsampaError) -> HttpResponse:
    """What was refused, on a page of its own that leads back."""
    told = about(request, one) | {"error": said(error)}
    return render(request, "intake/refused.html", told, status=status_of(error))
