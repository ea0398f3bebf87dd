"""For auditors: which lists of households were taken out, by whom, how many households and by which filters."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tsampa.office.accounts.queries import names_of
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.exported import exports_of, households_of
from tsampa.office.register.listed import check_labels, heads, light_labels, standing_labels, status_labels
from tsampa.office.register.models import Export
from tsampa.office.web.pages import Request, page

__all__ = ["exports"]

AT_ONCE = 50


@page(May.AUDIT)
def exports(request: Request) -> HttpResponse:
    """Who took which list out, the latest first, or by one user."""
    user = request.GET.get("user", "").replace("\0", "")[:150].strip()
    shown = Paginator(exports_of(request.scope, user=user), AT_ONCE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    counts, words = households_of(request.scope, rows), _Words(request, rows)
    told = {
        "user_told": user, "shown": shown, "names": names_of(one.by for one in rows),
        "rows": [(one, counts.get(one.pk, 0), words.filters(one), words.columns(one)) for one in rows],
    }  # fmt: skip
    return render(request, "register/exports.html", told)


class _Words:
    """What filters and columns are called, read once for all rows of a page."""

    def __init__(self, request: Request, rows: list[Export]) -> None:
        judgement = Judgement.objects.first()
        areas = {one.filters.get("area", "") for one in rows}
        named = visible_to(request.scope, Area.objects.filter(pk__in=areas - {""}), May.AUDIT)
        self._areas = dict(named.values_list("code", "name"))
        self._lights, self._heads = light_labels(judgement), judgement
        self._statuses, self._standings = dict(status_labels()), dict(standing_labels())

    def filters(self, one: Export) -> list[tuple[str, str]]:
        """Each filter with what it was set to; a value that has no word stands as it is."""
        said: list[tuple[str, str, dict[str, str]]] = [
            ("area", _("area"), self._areas), ("status", _("status"), self._statuses), ("standing", _("standing"), self._standings),
            ("checks", _("Checks"), dict(check_labels())), ("gap", _("does not meet"), self._lights), ("unknown", _("unknown"), self._lights), ("on", _("as counted on"), {}),
        ]  # fmt: skip
        found = [
            (label, _say(one.filters[name], words)) for name, label, words in said if name in one.filters
        ]
        return (
            [(_("looked for"), _("words that are not kept")), *found] if one.filters.get("words") else found
        )

    def columns(self, one: Export) -> str:
        """What stood beside the codes."""
        return _(", ").join(heads(one.columns, self._heads).values())


def _say(told: Any, words: dict[str, str]) -> str:
    each: list[str] = told if isinstance(told, list) else [told]
    return _(", ").join(words.get(one, one) for one in each)
