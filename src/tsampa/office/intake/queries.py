"""Reads of batches: each begins with what the user may see."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tsampa.errors import Problem, TsampaError
from tsampa.office.accounts.models import User
from tsampa.office.accounts.queries import find_user
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import WHOLE, Scope, scope_of
from tsampa.office.intake.models import Batch, PlannedRow, State, Touched

__all__ = [
    "batch_for",
    "may_accept",
    "may_send",
    "preview",
    "problems",
    "scope_named",
    "sees_cells",
    "visible_to",
    "waiting_of",
]


def scope_named(who: User | str, on: date | None = None) -> Scope:
    """What the user may do on this day (today). Raises TsampaError ``user-unknown`` where there is none, or where they may
    not sign in any more."""
    user = find_user(who if isinstance(who, str) else who.get_username())
    return scope_of(user, on or timezone.localdate())


def may_accept(scope: Scope) -> bool:
    """Whether the user accepts what others prepared, somewhere."""
    return May.ACCEPT_SHEETS in scope.may


def may_send(scope: Scope) -> bool:
    """Whether the user sends sheets, somewhere."""
    return May.SEND_SHEETS in scope.may


def visible_to(scope: Scope) -> QuerySet[Batch]:
    """The batches a user may see: their own, and for who accepts those that change nothing beyond their areas."""
    own = Q(prepared_by=scope.user.get_username())
    return Batch.objects.filter((own & _within(scope, May.SEND_SHEETS)) | _to_accept(scope))


_ALL = Q(pk__isnull=False)
"""Everything. An empty condition would vanish from what it stands beside."""


def _within(scope: Scope, may: May) -> Q:
    areas = scope.areas(may)
    if areas is None:
        return _ALL
    return ~Q(Exists(Touched.objects.filter(batch=OuterRef("pk")).exclude(area__in=sorted(areas))))


def _to_accept(scope: Scope) -> Q:
    """Batches that stand wholly where the user accepts. What touches no area yet only who accepts everywhere sees."""
    if not may_accept(scope):
        return Q(pk__in=())
    if scope.areas(May.ACCEPT_SHEETS) is None:
        return _ALL
    return _within(scope, May.ACCEPT_SHEETS) & Q(Exists(Touched.objects.filter(batch=OuterRef("pk"))))


def sees_cells(scope: Scope, batch: Batch) -> bool:
    """Whether the user may see rows as they were sent, which may be about any area: who sent them, or accepts everywhere."""
    return batch.prepared_by == scope.user.get_username() or WHOLE in scope.roots(May.ACCEPT_SHEETS)


def batch_for(scope: Scope, batch_id: str) -> Batch:
    """The batch of this id, if the user may see it. Raises TsampaError ``intake-unknown``: it does not say which it was."""
    try:
        found = visible_to(scope).filter(pk=UUID(str(batch_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise TsampaError(
            "intake-unknown",
            "no such batch, or none of yours",
            remedy="Check the id that 'tsampa intake load' printed.",
        )
    return found


def problems(batch: Batch) -> list[Problem]:
    """What was found wrong, in the order of the sheets."""
    return [
        Problem(one.code, one.message, one.remedy, one.sheet, one.row, one.column, one.effect)
        for one in batch.problems.order_by("table", "row", "pk")
    ]


def preview(batch: Batch, table: str = "", kind: str = "") -> QuerySet[PlannedRow]:
    """The rows that would change or be added, those that change first."""
    rows = batch.planned.order_by("kind", "table", "pk")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(table=table) if table else rows


def waiting_of(scope: Scope) -> dict[str, int]:
    """What waits for the user: batches of others that they may accept, and their own with rows that are bad or in doubt."""
    name = scope.user.get_username()
    checked = Batch.objects.filter(state=State.CHECKED)
    to_accept = (
        checked.filter(_to_accept(scope)).exclude(prepared_by=name).count() if may_accept(scope) else 0
    )
    wrong = Q(rows__bad__gt=0) | Q(rows__waiting__gt=0)
    with_problems = (
        checked.filter(_within(scope, May.SEND_SHEETS), wrong, prepared_by=name).count()
        if may_send(scope)
        else 0
    )
    return {"to_accept": to_accept, "with_problems": with_problems}
