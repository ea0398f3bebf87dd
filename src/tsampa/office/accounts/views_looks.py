"""For auditors: who looked at whose file, and what was done to accounts and roles."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts import queries
from tsampa.office.accounts.forms import LookForm
from tsampa.office.accounts.roles import May
from tsampa.office.web.pages import Request, page

__all__ = ["acts", "looks"]

AT_ONCE = 50
NEWEST = 5000
"""As far back as pages go; older looks are found by household or user."""


@page(May.AUDIT)
def looks(request: Request) -> HttpResponse:
    """Who looked at whose file, by household or by who looked."""
    form = LookForm(request.GET)
    told = {name: value.strip() for name, value in form.cleaned_data.items()} if form.is_valid() else {}
    found = queries.looks(request.scope, **told)
    shown = Paginator(found if any(told.values()) else found[:NEWEST], AT_ONCE).get_page(request.GET.get("page"))  # fmt: skip
    rows = list(shown.object_list)
    names = queries.names_of(one.by for one in rows)
    places = queries.places_of(one.household for one in rows)
    return render(request, "accounts/looks.html", {"form": form, "shown": shown, "rows": rows, "names": names, "places": places})  # fmt: skip


@page(May.AUDIT)
def acts(request: Request) -> HttpResponse:
    """What was done to accounts and roles, by whom and why."""
    user = request.GET.get("user", "").strip()[:150]
    acts = Paginator(queries.acts(request.scope, user=user), AT_ONCE).get_page(request.GET.get("page"))
    changes = Paginator(queries.grant_changes(request.scope, user=user), AT_ONCE).get_page(request.GET.get("page"))  # fmt: skip
    longer = max((acts, changes), key=lambda one: one.paginator.num_pages)
    told = queries.told_changes(changes.object_list if changes.number == longer.number else [])
    done = list(acts.object_list) if acts.number == longer.number else []
    return render(request, "accounts/acts.html", {"user_told": user, "acts": done, "changes": told, "shown": longer})  # fmt: skip
