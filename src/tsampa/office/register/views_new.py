"""A new household, with its head."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.register import actions
from tsampa.office.register.forms import DayField, ReasonForm, extra_fields, form_of, row_form, stored
from tsampa.office.register.sending import AlreadySent, once
from tsampa.office.register.verbs import identity_field, villages
from tsampa.office.register.views_edit import form_again, form_page, is_expired, shown
from tsampa.office.web.pages import Request, page, today

__all__ = ["new"]


@form_page
@page(May.EDIT_HOUSEHOLDS, methods=("GET", "HEAD", "POST"))
def new(request: Request) -> HttpResponse:
    """Registers a household in a village of the user's, with the person who is its head."""
    kind = _form(request)
    context: dict[str, Any] = {"title": _("New household"), "home": None}
    if request.method != "POST" or is_expired(request):
        return shown(request, form_again(kind, request, 0, {}), context)
    form = kind(request.POST)
    if not form.is_valid():
        return shown(request, form, context, 400)
    told, by = form.cleaned_data, request.user.username
    try:
        with once(form=told["form"], stamp=0, rests_on=list, by=by, reason=told["reason"], at=timezone.now()) as sent:  # fmt: skip
            sent.result = _register(told, by)
    except AlreadySent as before:
        messages.info(request, _("This was recorded already; nothing was done twice."))
        return redirect("register:file", before.result) if before.result else redirect("register:list")
    except TsampaError as error:
        return shown(request, form, context | {"error": error}, 409)
    messages.success(request, _("The household is registered. Add its other members, its status and what was found."))  # fmt: skip
    return redirect("register:file", sent.result)


def _form(request: Request) -> type[ReasonForm]:
    on = today()
    choices = [("", _("choose")), *villages(request.scope)]
    person = row_form("persons", on).base_fields
    fields: dict[str, forms.Field] = {"area": forms.ChoiceField(choices=choices, label=_("village"))}
    fields |= extra_fields("households")
    fields |= {name: one for name, one in person.items() if name not in ("reason", "form", "stamp")}
    fields["name"].label = _("name of the head")
    fields["identity"] = identity_field()
    fields["since"] = DayField(latest=on, label=_("a household since"))
    return form_of(fields)


def _register(told: dict[str, Any], by: str) -> str:
    """All in one change: the household, and its head."""
    home = actions.register_household(area=told["area"], address=told["address"], by=by)
    person = {
        name: value
        for name, value in stored("persons", told).items()
        if value not in (None, "") and name != "area"
    }
    actions.add_member(
        household=home.code, since=told["since"], relationship="head", identity=told["identity"].strip(), by=by, **person
    )  # fmt: skip
    return str(home.code)
