"""A change: the transaction in which recorded rows may be written, and what history says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from tsampa.errors import TsampaError
from tsampa.office.history.clock import now
from tsampa.office.history.models import Change

if TYPE_CHECKING:
    from tsampa.office.accounts.models import User

__all__ = ["Source", "change"]


class Source(NamedTuple):
    """What a change came from: ``Source("visit", "V-17")``, ``Source("import", "batch 3")``, ``Source("api", "…")``."""

    kind: str
    reference: str = ""


@contextmanager
def change(
    *, by: User | str, reason: str = "", source: Source | None = None, at: datetime | None = None
) -> Iterator[Change]:
    """A transaction in which recorded models may be written; all of it belongs to one change, or nothing is kept.

    ``by`` is a user or a username. A change inside another of the same actor is part of it. ``at`` sets the clock, which only a
    database marked as demonstration has. Raises TsampaError ``history-actor``, ``history-nested``, ``history-clock``,
    ``history-triggers``, and ``Refused`` for what a guard refuses.
    """
    actor = by if isinstance(by, str) else by.get_username()
    if not actor.strip():
        raise TsampaError("history-actor", "a change names nobody", remedy="Say by=: a user or a username.")
    database: Any = connection
    outer: Change | None = database.change
    if outer is not None:
        _same_actor(outer, actor)
        with transaction.atomic():
            yield outer
        return
    with transaction.atomic():
        database.history.require()
        database.history.hold_still(shared=True)
        made = Change(at=now(at), actor=actor, reason=reason, source=source.kind if source else "")
        made.reference = source.reference if source else ""
        made.save(force_insert=True)
        database.set_change(made)
        well = False
        try:
            with database.wrap_database_errors:  # so that COPY's errors have their code too
                yield made
            well = True
        finally:
            database.set_change(None, tell=well)


def _same_actor(outer: Change, actor: str) -> None:
    if outer.actor != actor:
        raise TsampaError(
            "history-nested", "a change stands inside another one's change",
            remedy="End the first, or write both by the same actor.",
        )  # fmt: skip
