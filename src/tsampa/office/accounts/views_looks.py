"""For auditors: who looked at whose file, and what was done to accounts and roles."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
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
    return render(request, "accounts/looks.html", {"form": form, "shown": shown, "rows": rows, "names": names, "places": places, "pages": queries.PAGES})  # fmt: skip


@page(May.AUDIT)
def acts(request: Request) -> HttpResponse:
    """What was done to accounts and roles, by whom and why."""
    form = LookForm(request.GET)
    user = form.cleaned_data["user"].strip() if form.is_valid() else ""
    # Both go back side by side, by one page number; the shorter ends first.
    found: list[Page[Any]] = [
        Paginator(one, AT_ONCE).get_page(request.GET.get("page"))
        for one in (queries.acts(request.scope, user=user), queries.grant_changes(request.scope, user=user))
    ]
    shown = max(found, key=lambda one: one.paginator.num_pages)
    done, versions = (list(one) if one.number == shown.number else [] for one in found)
    told = {"user_told": user, "acts": done, "changes": queries.told_changes(versions), "shown": shown}
    return render(request, "accounts/acts.html", told)
