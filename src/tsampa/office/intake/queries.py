"""Reads of batches: each begins with what the user may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from tsampa.errors import Problem, TsampaError
from tsampa.office.accounts.models import User
from tsampa.office.accounts.queries import find_user
from tsampa.office.intake.models import Batch, PlannedRow

__all__ = ["batch_for", "may_accept", "preview", "problems", "user_named", "visible_to"]


def user_named(who: User | str) -> User:
    """The user. Raises TsampaError ``user-unknown`` where there is none, or where they may not sign in any more."""
    return find_user(who if isinstance(who, str) else who.get_username())


def may_accept(user: User) -> bool:
    """Whether the user accepts what others prepared."""
    return user.has_perm("intake.accept_batch")


def visible_to(user: User) -> QuerySet[Batch]:
    """The batches a user may see: their own, or all for who accepts."""
    return Batch.objects.all() if may_accept(user) else Batch.objects.filter(prepared_by=user.get_username())


def batch_for(user: User, batch_id: str) -> Batch:
    """The batch of this id, if the user may see it. Raises TsampaError ``intake-unknown``: it does not say which it was."""
    try:
        found = visible_to(user).filter(pk=UUID(str(batch_id))).first()
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


def preview(batch: Batch, table: str = "") -> QuerySet[PlannedRow]:
    """The rows that would change or be added, those that change first."""
    rows = batch.planned.order_by("kind", "table", "pk")
    return rows.filter(table=table) if table else rows
