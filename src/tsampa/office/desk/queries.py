"""The count that was last asked for, as the start page tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tsampa.messages import say_message
from tsampa.office.desk.actions import COUNT
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import read_progress

__all__ = ["Counting", "last_count"]


@dataclass(frozen=True)
class Counting:
    """A job of counting, how far it is, and why it failed."""

    job: Job
    progress: tuple[str, int, int] | None
    error: dict[str, Any] | None

    @property
    def going(self) -> bool:
        """Whether it is not over."""
        return self.job.state in (State.WAITING, State.RUNNING)


def last_count(lang: str) -> Counting | None:
    """The count that was asked for last; None where none ever was."""
    job = Job.objects.filter(kind=COUNT).first()
    if job is None:
        return None
    progress = read_progress(job.pk) if job.state == State.RUNNING else None
    error = job.error and {
        "message": say_message(job.error["message"], lang), "remedy": say_message(job.error["remedy"], lang),
        "code": job.error["code"],
    }  # fmt: skip
    return Counting(job, progress, error)
