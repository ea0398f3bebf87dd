"""Cuts: moments at which history stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from tsampa.errors import TsampaError
from tsampa.office.history.clock import now
from tsampa.office.history.models import Cut, Version

__all__ = ["cut", "cut_at"]


def cut(*, at: datetime | None = None, meanwhile: Callable[[], object] | None = None) -> Cut:
    """A new cut: waits until no change is under way, and lets none begin meanwhile, so that nothing is ever added behind it.

    Stands alone, never inside a change or transaction. ``at`` sets the clock of a demonstration. ``meanwhile`` is called while
    nobody writes: a reader that begins there sees exactly what the cut covers. Raises TsampaError
    ``history-nested`` and ``history-clock``.
    """
    database: Any = connection
    if database.change is not None:
        raise TsampaError(
            "history-nested", "a cut stands inside a change", remedy="End the change first."
        )  # fmt: skip
    with transaction.atomic():
        database.history.hold_still()
        moment = now(at)
        if meanwhile:
            meanwhile()
        highest = Version.objects.aggregate(found=Max("id"))["found"] or 0
        return Cut.objects.create(version=highest, at=moment)


def cut_at(moment: datetime) -> Cut:
    """The latest cut not after a moment: what is asked as of the moment is answered as of it.

    Raises TsampaError ``history-no-cut``.
    """
    found = Cut.objects.filter(at__lte=moment).order_by("-at", "-id").first()
    if found is None:
        raise TsampaError(
            "history-no-cut", f"there is no cut up to {moment:%Y-%m-%d %H:%M}",
            remedy="Ask for a later moment; a cut is made with each seal.",
        )  # fmt: skip
    return found
