"""The forms by which a household's file is changed: with a reason, once, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.history import Recorded
from tsampa.office.register import actions
from tsampa.office.register.columns import EXTRA, model_of, read_rows, schema
from tsampa.office.register.forms import ReasonForm, plain_initial, row_form, stored
from tsampa.office.register.household_file import area_path, default_day
from tsampa.office.register.models import Household, Membership
from tsampa.office.register.sending import AlreadySent, Stale, once, result_of
from tsampa.office.register.timeline import (
    Difference,
    differences,
    stamp_of,
    timeline,
    values_of,
    versions_of_rows,
)
from tsampa.office.register.verbs import VERBS, Asking, Verb
from tsampa.office.register.views_file import open_home
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["correct", "edit", "form_again", "form_page", "is_expired", "shown"]

CORRECTED = ("households", "persons", "memberships", "incomes", "checks", "statuses", "land_parcels", "poverty_drivers")  # fmt: skip
"""The tables whose rows are corrected by hand."""
FIXED = {"households": ("area",), "memberships": ("person",)}
"""Columns that another verb changes."""
View = Callable[..., HttpResponseBase]


def form_page(view: View) -> View:
    """Around a page with a form: what was typed outlives the session in which it was typed.

    A stranger's form is kept in the page that asks to sign in. One whose token is of an earlier session is shown again, filled in,
    and does nothing: ``request.expired`` says so.
    """

    @wraps(view)
    def kept(request: Any, *arguments: Any, **named: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated and "form" in request.POST:
            return render(request, "register/sign_in_again.html", {"typed": _typed(request)}, status=401)
        request.expired = request.method == "POST" and _is_forged(request)
        return view(request, *arguments, **named)

    return csrf_exempt(kept)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, one) for name in request.POST for one in request.POST.getlist(name) if name != "csrfmiddlewaretoken"]  # fmt: skip


def _is_forged(request: HttpRequest) -> bool:
    """Whether the token is not of this session: what every other page refuses."""
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    return guard.process_view(request, lambda _request: HttpResponse(), (), {}) is not None


@form_page
@page(May.EDIT_HOUSEHOLDS, methods=("GET", "HEAD", "POST"))
def edit(request: Request, household: str, verb: str) -> HttpResponse:
    """Records one thing of a household."""
    home = open_home(request, household, "edit", May.EDIT_HOUSEHOLDS)
    told = VERBS.get(verb)
    if told is None:
        raise Http404
    asking = Asking(request.scope, home, request.GET.get("row", "").replace("\0", ""), today())
    rests = told.rests_on(asking)
    if not told.listed and (rests is None or not rests.exists()):
        raise Http404
    kind = told.form(asking)
    context = {
        "home": home,
        "place": area_path(home.area),
        "title": _("Record: %(what)s") % {"what": told.label},
        "files": told.files,
    }
    if request.method != "POST" or is_expired(request):
        return shown(request, form_again(kind, request, stamp_of(rests or ()), {}), context)
    return _sent(request, kind(request.POST, request.FILES), told, asking, context)


def _sent(request: Request, form: ReasonForm, verb: Verb, asking: Asking, context: dict[str, Any]) -> HttpResponse:  # fmt: skip
    if not form.is_valid():
        return shown(request, form, context, 400)
    told = form.cleaned_data

    def act() -> Any:
        return verb.act(asking, {name: value for name, value in told.items() if name not in ("reason", "form", "stamp")})  # fmt: skip

    def clash(stale: Stale) -> HttpResponse:
        rows = list(verb.rests_on(asking) or ())
        newer = versions_of_rows(rows).filter(id__gt=told["stamp"])
        _page, events = timeline(newer, 1, 10)
        return _clashed(request, form, stale, context | {"events": events})

    return _acted(request, form, lambda: verb.locked(asking), act, clash, context)


def _acted(
    request: Request, form: ReasonForm, rests_on: Callable[[], list[Recorded]], act: Callable[[], Any],
    clash: Callable[[Stale], HttpResponse], context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    """Acts once, and answers: back to the file, or the form again with what is wrong."""
    told = form.cleaned_data
    try:
        with once(form=told["form"], stamp=told["stamp"], rests_on=rests_on, by=request.user.username, reason=told["reason"], at=timezone.now()) as sent:  # fmt: skip
            sent.result = result_of(act())[:64]
    except AlreadySent:
        messages.info(request, _("This was recorded already; nothing was done twice."))
    except Stale as stale:
        return clash(stale)
    except TsampaError as error:
        return shown(request, form, context | {"error": error}, 409)
    else:
        messages.success(request, _("Recorded, with its reason."))
    return redirect(_back(context["home"], told))


def _back(home: Household, told: dict[str, Any]) -> str:
    """The file on a day on which what was recorded is to be seen."""
    days = [one for one in told.values() if isinstance(one, date)]
    shown = default_day(today())
    where = reverse("register:file", args=[home.code])
    return f"{where}?on={max(days).isoformat()}" if days and shown < max(days) <= today() else where


def form_again(kind: type[ReasonForm], request: Request, stamp: int, initial: dict[str, Any]) -> ReasonForm:
    """A form to be filled in; one that comes back from another session has what was typed and the marks it had."""
    fresh = {"form": kind.fresh(), "stamp": stamp}
    if request.method == "POST":
        initial = initial | {name: request.POST.get(name, "") for name in kind.base_fields}
        fresh = {name: request.POST.get(name) or one for name, one in fresh.items()}
    return kind(initial=initial | fresh)


def is_expired(request: Request) -> bool:
    """Whether the form comes from another session; the page then says so."""
    if getattr(request, "expired", False):
        messages.warning(request, _("The form was open for too long, so nothing was changed. What you typed is here: look it over and send it again."))  # fmt: skip
        return True
    return False


def shown(request: Request, form: ReasonForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page of a form, with what is wrong."""
    error: TsampaError | None = context.get("error")
    if error is not None:
        context = context | {
            "error": {"code": error.code, "message": say_message(error.message, language()), "remedy": say_message(error.remedy, language())}
        }  # fmt: skip
    return render(request, "register/form.html", context | {"form": form}, status=status)


def _clashed(request: Request, form: ReasonForm, stale: Stale, context: dict[str, Any], values: dict[str, Any] | None = None) -> HttpResponse:  # fmt: skip
    """Both, yours and theirs; the form again, resting on what is there now."""
    typed = {name: form.data.get(name, "") for name in form.fields}
    again = type(form)(initial=typed | (values or {}) | {"form": type(form).fresh(), "stamp": stale.stamp})
    return render(request, "register/clash.html", context | {"form": again}, status=409)


@form_page
@page(May.EDIT_HOUSEHOLDS, methods=("GET", "HEAD", "POST"))
def correct(request: Request, household: str, table: str, code: str) -> HttpResponse:
    """Other values in a row of the household."""
    home = open_home(request, household, "edit", May.EDIT_HOUSEHOLDS)
    row = _row_of(home, table, code)
    declared = schema().by_name[table]
    kind = row_form(table, today(), skip=FIXED.get(table, ()), persons=_persons(home))
    stands = read_rows(declared, [code])[0]
    context = {
        "home": home,
        "place": area_path(home.area),
        "title": _("Correct: %(what)s") % {"what": declared.label.say(language())},
        "row": code,
    }
    if request.method != "POST" or is_expired(request):
        return shown(
            request, form_again(kind, request, stamp_of([row]), plain_initial(table, stands)), context
        )
    form = kind(request.POST)
    if not form.is_valid():
        return shown(request, form, context, 400)
    told = _changed(table, stands, stored(table, _with_person(form.cleaned_data)))
    if not told:
        messages.info(request, _("Nothing was changed: every value is what it was."))
        return redirect("register:file", home.code)

    def act() -> None:
        actions.correct(table=table, code=code, by=request.user.username, **told)

    def lock() -> list[Recorded]:
        return list(type(row)._default_manager.filter(pk=row.pk).select_for_update())

    return _acted(request, form, lock, act, lambda stale: _both(request, form, stale, context, table, row), context)  # fmt: skip


def _with_person(told: dict[str, Any]) -> dict[str, Any]:
    return {name: (value or None) if name == "person" else value for name, value in told.items()}


def _changed(table: str, stands: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Only what is not as it stands; of the office's own texts the empty one is what is not there."""
    return {
        name: value for name, value in told.items()
        if (stands.get(name) if stands.get(name) is not None else ("" if name in EXTRA.get(table, ()) and isinstance(value, str) else None)) != value
    }  # fmt: skip


def _row_of(home: Household, table: str, code: str) -> Recorded:
    """The row, if it is of this household: a person is, who is a member of it and of no other now."""
    if table not in CORRECTED:
        raise Http404
    rows: Any = model_of(schema().by_name[table])._default_manager.filter(pk=code)
    if table == "households":
        rows = rows.filter(pk=home.pk)
    elif table == "persons":
        here = Membership.objects.filter(person=code, household=home)
        elsewhere = Membership.objects.filter(person=code, until=None).exclude(household=home)
        rows = rows.none() if elsewhere.exists() or not here.exists() else rows
    else:
        rows = rows.filter(household=home)
    found: Recorded | None = rows.first()
    if found is None:
        raise Http404
    return found


def _persons(home: Household) -> list[tuple[str, str]]:
    mine = Membership.objects.filter(household=home).select_related("person").order_by("code")
    return list({one.person_id: one.person.name for one in mine}.items())


def _both(request: Request, form: ReasonForm, stale: Stale, context: dict[str, Any], table: str, row: Recorded) -> HttpResponse:  # fmt: skip
    """Column by column: when the form was opened, theirs, yours. What only they changed is theirs in the form sent again."""
    mine = versions_of_rows([row])
    all_of_it = {one.id: one for one in mine}
    base = values_of(all_of_it.get(form.cleaned_data["stamp"]))
    theirs = values_of(all_of_it[max(all_of_it)])
    yours = theirs | stored(table, _with_person(form.cleaned_data))
    kept = {name: theirs.get(name) for name in form.fields if name in theirs or name in base}
    kept = {name: value for name, value in kept.items() if _same(base.get(name), yours.get(name))}
    lines = [
        (one.column, one.before, _after(differences(table, base, theirs), one), one.after)
        for one in differences(table, base, yours)
    ] + [(one.column, one.before, one.after, None) for one in differences(table, base, theirs)]
    _page, events = timeline(mine.filter(id__gt=form.cleaned_data["stamp"]), 1, 10)
    seen: dict[str, Any] = {}
    for line in lines:
        seen.setdefault(line[0], line)
    told = context | {"lines": list(seen.values()), "events": events}
    return _clashed(request, form, stale, told, plain_initial(table, kept))


def _after(found: tuple[Difference, ...], one: Difference) -> str:
    return next((other.after for other in found if other.column == one.column), one.before)


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one or None, default=str) == json.dumps(other or None, default=str)
