"""What takes longer than somebody waits for a page: a job does it, asked for once."""

from __future__ import annotations

from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job, State

__all__ = ["NotKnownYetError", "ask_once"]

OFFICE = "tsampa"
"""Who asks for what a page needs: nobody in particular."""


class NotKnownYetError(Exception):
    """What the page shows is not known yet: a job works it out."""

    def __init__(self, job: int) -> None:
        super().__init__(job)
        self.job = job


def ask_once(kind: str, **arguments: str) -> NotKnownYetError:
    """Asks for the job unless it waits or runs already; the error that says so."""
    same = {f"arguments__{name}": value for name, value in arguments.items()}
    there = Job.objects.filter(kind=kind, state__in=(State.WAITING, State.RUNNING), **same).first()
    return NotKnownYetError((there or ask_job(kind, by=OFFICE, **arguments)).pk)
