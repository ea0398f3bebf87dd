"""The pages of the room ``desk``."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.bridge.models import Judgement
from tsampa.office.desk.actions import ask_count
from tsampa.office.desk.figures import Asked, NoSuchAreaError, Standing, standing_of
from tsampa.office.desk.forms import AskedForm, CountForm
from tsampa.office.desk.queries import last_count
from tsampa.office.desk.waiting import waiting_of
from tsampa.office.history.clock import is_demonstration
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["count", "counting", "start"]


@page()
def start(request: Request) -> HttpResponse:
    """What waits for the user, and how their area stands."""
    return _start(request)


@page(May.COUNT, methods=("POST",))
def count(request: Request) -> HttpResponse:
    """Asks for the register to be counted again."""
    form = CountForm(request.POST)
    if not form.is_valid():
        return _start(request, form, 400)
    try:
        ask_count(as_of=form.cleaned_data["as_of"], today=today(), by=request.user.get_username())
    except TsampaError as error:
        form.add_error(
            "as_of", f"{say_message(error.message, language())}. {say_message(error.remedy, language())}"
        )
        return _start(request, form, 409)
    return redirect("desk:start")


@page(May.COUNT)
def counting(request: Request) -> HttpResponse:
    """How far the count is, as a part of the start page."""
    return render(request, "desk/counting.html", {"counting": last_count(language())})


def _start(request: Request, form: CountForm | None = None, status: int = 200) -> HttpResponse:
    standing = _standing(request) if May.SEE_FIGURES in request.scope.may else None
    waiting = (standing.waiting if standing else []) + waiting_of(request.scope)
    told: dict[str, Any] = {
        "standing": standing, "waiting": waiting, "figures": May.SEE_FIGURES in request.scope.may,
    }  # fmt: skip
    if May.COUNT in request.scope.may:
        told |= {"counting": last_count(language()), "form": form or CountForm(initial={"as_of": _day()})}
    return render(request, "desk/start.html", told, status=status)


def _standing(request: Request) -> Standing | None:
    form = AskedForm(request.GET)
    if not form.is_valid():
        raise Http404
    try:
        return standing_of(request.scope, Asked(language(), **form.cleaned_data))
    except NoSuchAreaError:
        raise Http404 from None


def _day() -> Any:
    """The day that a count is proposed for: today, and in a demonstration, whose data end, that of the last count."""
    last = Judgement.objects.values_list("day", flat=True).first() if is_demonstration() else None
    return last or today()
