"""The time that history records: the real one, unless the database is marked as a demonstration."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.history.models import Mark

__all__ = ["is_demonstration", "now"]


def is_demonstration() -> bool:
    """Whether this database was marked as a demonstration when it was made."""
    return Mark.objects.filter(demonstration=True).exists()


def now(told: datetime | None = None) -> datetime:
    """The moment to record. Another than the real one may be told only to a demonstration.

    Raises TsampaError ``history-clock``.
    """
    if told is None:
        return timezone.now()
    if not is_demonstration():
        raise TsampaError(
            "history-clock", "only a demonstration has a clock that can be set",
            remedy="Leave out at=; a database becomes a demonstration when it is made with TSAMPA_DEMONSTRATION=1.",
        )  # fmt: skip
    if told.tzinfo is None:
        raise TsampaError("history-clock", "the moment has no time zone", remedy="Give an aware datetime.")
    return told
