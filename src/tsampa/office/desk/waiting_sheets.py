"""What waits of sheets: those of one's own with problems, and those of others that one may accept."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import ngettext

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope
from tsampa.office.desk.waiting import Waiting, waits
from tsampa.office.intake.models import Batch, RowProblem, State

__all__: list[str] = []


@waits
def problems_in_sheets(scope: Scope) -> Iterator[Waiting]:
    """Batches that the user sent, that are open, and in which rows are wrong."""
    if May.SEND_SHEETS not in scope.may:
        return
    wrong = RowProblem.objects.filter(batch=OuterRef("pk"))
    mine = Batch.objects.filter(
        prepared_by=scope.user.get_username(), state__in=(State.STAGED, State.CHECKED)
    )
    count = mine.filter(Exists(wrong)).count()
    said = ngettext("sheet of yours has rows with problems", "sheets of yours have rows with problems", count)
    yield Waiting(count, said, reverse("intake:list"))


@waits
def sheets_to_accept(scope: Scope) -> Iterator[Waiting]:
    """Batches that were checked, and that somebody else prepared."""
    if May.ACCEPT_SHEETS not in scope.may:
        return
    others = Batch.objects.filter(state=State.CHECKED).exclude(prepared_by=scope.user.get_username())
    count = others.count()
    yield Waiting(
        count,
        ngettext("sheet waits for acceptance", "sheets wait for acceptance", count),
        reverse("intake:list"),
    )
