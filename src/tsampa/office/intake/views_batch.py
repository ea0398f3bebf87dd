"""The pages of one batch that are looked at: how it stands, what is wrong with it, what it would change."""

from __future__ import annotations

import re
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.actions import record_looks
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope
from tsampa.office.history import Change
from tsampa.office.intake import queries
from tsampa.office.intake.models import Batch, State
from tsampa.office.intake.returned import write_bad_rows
from tsampa.office.intake.showing import looked_at, shown_problems, shown_rows, table_label
from tsampa.office.intake.working import working_on
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["about", "bad_rows", "batch", "found", "preview", "problems", "progress"]

SHOWN = 50
KINDS = ("changed", "new")
_REFUSED_BY_CODE = re.compile(r"(.*) \[[a-z-]+\]", re.DOTALL)


class Counted(Paginator[Any]):
    """Pages of rows whose number is known: counting a hundred thousand again takes longer than showing fifty."""

    def __init__(self, rows: Any, shown: int, number: int) -> None:
        super().__init__(rows, shown)
        self._number = number

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return self._number


def found(request: Request, batch: UUID) -> Batch:
    """The batch; one of others is as one that does not exist."""
    try:
        return queries.batch_for(request.scope, str(batch))
    except TsampaError:
        raise Http404 from None


def about(request: Request, batch: Batch) -> dict[str, Any]:
    """What every page of a batch shows of it, and what the user may do with it."""
    scope = request.scope
    own = batch.prepared_by == scope.user.get_username()
    accepts = queries.may_accept(scope) and not own and _covers(scope, batch)
    return {
        "batch": batch, "own": own, "cells": queries.sees_cells(scope, batch),
        "may_accept": accepts and batch.state == State.CHECKED, "may_check": batch.state == State.CHECKED,
        "may_refuse": batch.state in (State.CHECKED, State.UPLOADED), "may_undo": queries.may_accept(scope) and batch.state == State.APPLIED and _covers(scope, batch),
    }  # fmt: skip


def _covers(scope: Scope, batch: Batch) -> bool:
    """What others prepared is only seen by who covers it; of what is one's own it is asked."""
    areas = scope.areas(May.ACCEPT_SHEETS)
    return areas is None or set(batch.touched.values_list("area", flat=True)) <= areas


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def batch(request: Request, batch: UUID) -> HttpResponse:
    """How the batch stands: who did what, what became of its rows, what would change, and what can be done next."""
    one, lang = found(request, batch), language()
    told = about(request, one) | {
        "working": working_on(one, lang), "steps": _steps(one, lang), "tables": _tables(one, lang), "changes": _changes(one, request.scope),
        "sheets": [(sheet["name"], table_label(sheet["table"], lang)) for sheet in one.sheets],
    }  # fmt: skip
    told["total"] = {
        kind: sum(counts[kind] for _, _, counts in told["tables"]) for kind in (*KINDS, "unchanged")
    }
    return render(request, "intake/batch.html", told)


def _steps(batch: Batch, lang: str) -> list[dict[str, Any]]:
    """Who did what when; why, in the page's language where it was the office that refused."""
    found = []
    for one in batch.steps.order_by("pk"):
        refused = _REFUSED_BY_CODE.fullmatch(one.reason)
        found.append({
            "state": State(one.state).label, "by": one.by, "at": one.at, "reason": say_message(refused[1], lang) if refused else one.reason,
            "withdrawn": one.state == State.REFUSED and one.by == batch.prepared_by and not refused,
        })  # fmt: skip
    return found


def _tables(batch: Batch, lang: str) -> list[tuple[str, str, dict[str, int]]]:
    return [(name, table_label(name, lang), counts) for name, counts in batch.counts.items()]


def _changes(batch: Batch, scope: Scope) -> list[dict[str, Any]]:
    """The changes of history that the batch became, with their page for who may open it."""
    numbers = [one for one in (batch.change, batch.undo) if one]
    made = Change.objects.in_bulk(numbers) if numbers else {}
    return [{"change": made[one], "url": _history(one, scope)} for one in numbers if one in made]


def _history(number: int, scope: Scope) -> str:
    if not scope.may & {May.AUDIT, May.ADMINISTER}:
        return ""
    try:
        return reverse("operations:change", args=[number])
    except NoReverseMatch:
        return ""


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def progress(request: Request, batch: UUID) -> HttpResponseBase:
    """How far the work is, asked for each second; when it has ended the whole page is loaded anew."""
    one = found(request, batch)
    working = working_on(one, language())
    if not request.headers.get("HX-Request"):
        return redirect("intake:batch", batch=one.pk)
    answer = render(request, "intake/progress.html", {"batch": one, "working": working})
    if working is None or not working.open:
        answer["HX-Refresh"] = "true"
    return answer


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def problems(request: Request, batch: UUID) -> HttpResponse:
    """What was found wrong, all of it or what has one code."""
    one = found(request, batch)
    groups = list(one.problems.values("code").annotate(count=Count("pk")).order_by("-count", "code"))
    numbers = {group["code"]: group["count"] for group in groups}
    code = request.GET.get("code", "")
    code = code if code in numbers else ""
    rows = one.problems.order_by("table", "row", "pk")
    if code:
        rows = rows.filter(code=code)
    number = numbers[code] if code else sum(numbers.values())
    shown = Counted(rows, SHOWN, number).get_page(request.GET.get("page"))
    told = about(request, one) | {
        "groups": groups, "code": code, "all": sum(numbers.values()), "shown": shown, "rows": shown_problems(shown, language()),
    }  # fmt: skip
    return render(request, "intake/problems.html", told)


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def bad_rows(request: Request, batch: UUID) -> FileResponse:
    """The rows that were not taken, as a workbook to correct; for who may see rows as they were sent."""
    one = found(request, batch)
    if not queries.sees_cells(request.scope, one) or not one.rows.get("bad"):
        raise Http404
    with tempfile.TemporaryDirectory(prefix="tsampa-bad-") as folder:
        path = Path(folder) / "bad.xlsx"
        write_bad_rows(one, path)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"bad-rows-{str(one.pk)[:8]}.xlsx")


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def preview(request: Request, batch: UUID) -> HttpResponse:
    """Each row that would change or be added, with what stands and what would."""
    one, lang = found(request, batch), language()
    table, kind = request.GET.get("table", ""), request.GET.get("kind", "")
    table, kind = table if table in one.counts else "", kind if kind in KINDS else ""
    rows = queries.preview(one, table, kind)
    number = sum(
        counts[each] for name, counts in one.counts.items() if name == table or not table for each in ([kind] if kind else KINDS)
    )  # fmt: skip
    shown = Counted(rows, SHOWN, number).get_page(request.GET.get("page"))
    record_looks(households=looked_at(shown), by=request.user.username, page="preview", at=timezone.now())
    told = about(request, one) | {
        "tables": _tables(one, lang), "table": table, "kind": kind, "shown": shown, "rows": shown_rows(request.scope, shown, lang), "number": number,
    }  # fmt: skip
    return render(request, "intake/preview.html", told)
