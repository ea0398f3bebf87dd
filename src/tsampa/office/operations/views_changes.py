"""The pages of history: the latest changes, what each wrote, and all that became of one row."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.history.models import Change
from tsampa.office.operations.changes import changes_of, row_versions, table_words, tell, versions_in
from tsampa.office.operations.forms import ChangesForm
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["change", "changes", "row"]

SHOWN = 50


@page(May.AUDIT)
def changes(request: Request) -> HttpResponse:
    """Who changed what, the latest first."""
    form = ChangesForm(request.GET, tables=table_words(language()))
    if not form.is_valid():
        return render(request, "operations/changes.html", {"form": form, "changes": []}, status=400)
    found, more = changes_of(request.scope, **form.cleaned_data, most=SHOWN)
    return render(request, "operations/changes.html", {"form": form, "changes": found, "more": more})


@page(May.AUDIT)
def change(request: Request, number: int) -> HttpResponse:
    """What one change wrote, field by field."""
    found = Change.objects.filter(pk=number).first()
    rows = versions_in(request.scope, found) if found else None
    if found is None or rows is None:
        raise Http404
    shown = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    if not shown.paginator.count:
        raise Http404
    told = {"change": found, "versions": tell(shown, language()), "shown": shown}
    return render(request, "operations/change.html", told)


@page(May.AUDIT)
def row(request: Request, table: str, key: str) -> HttpResponse:
    """Every version of a row, the latest first."""
    if "\0" in key or table not in table_words(language()):  # PostgreSQL has no text with a zero in it
        raise Http404
    shown = Paginator(row_versions(request.scope, table, key), SHOWN).get_page(request.GET.get("page"))
    if not shown.paginator.count:
        raise Http404
    told = {
        "versions": tell(shown, language()),
        "shown": shown,
        "key": key,
        "table": table_words(language())[table],
    }
    return render(request, "operations/row.html", told)
