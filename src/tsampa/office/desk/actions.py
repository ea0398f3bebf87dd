"""What is asked for from the start page."""

from __future__ import annotations

from datetime import date

from tsampa.errors import TsampaError
from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job, State

__all__ = ["COUNT", "ask_count"]

COUNT = "count"


def ask_count(*, as_of: date, today: date, by: str) -> Job:
    """Asks for the register to be counted as of a day; where a count waits or runs already, that one is given.

    Raises TsampaError ``count-day`` for a day that is not over.
    """
    if as_of > today:
        raise TsampaError(
            "count-day", f"{as_of} is still to come", remedy="Count as of today or an earlier day."
        )
    going = Job.objects.filter(kind=COUNT, state__in=(State.WAITING, State.RUNNING)).first()
    return going or ask_job(COUNT, by=by, as_of=as_of)
