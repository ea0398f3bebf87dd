"""How far the work on a batch is: waiting for a worker, running, or ended in an error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tsampa.messages import say_message
from tsampa.office.intake.models import Batch
from tsampa.office.jobs.actions import is_lost
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import read_progress

__all__ = ["Working", "working_on"]

_SOON = timedelta(seconds=5)
"""A worker that runs takes up a job sooner than this, unless it has another one."""


@dataclass(frozen=True)
class Working:
    """The latest job about a batch. ``open``: it goes on; ``stuck``: nobody seems to do it."""

    what: str
    open: bool
    stuck: bool
    step: str
    done: int
    total: int
    error: dict[str, str] | None


def working_on(batch: Batch, lang: str) -> Working | None:
    """What is or was being done; None where nothing was asked for, or the job is kept no more."""
    job = Job.objects.filter(pk=batch.job).first() if batch.job else None
    if job is None:
        return None
    going = job.state in (State.WAITING, State.RUNNING)
    found = read_progress(job.pk) if job.state == State.RUNNING else None
    step, done, total = found or ("", 0, 0)
    return Working(_what(job.kind), going, going and _stuck(job), _step(step), done, total, _error(job, lang))


def _stuck(job: Job) -> bool:
    if job.state == State.RUNNING:
        return is_lost(job)
    waits = job.asked_at < timezone.now() - _SOON
    return waits and not any(not is_lost(one) for one in Job.objects.filter(state=State.RUNNING)[:10])


def _what(kind: str) -> str:
    return {
        "intake-load": _("The file is being read"), "intake-check": _("The batch is being checked again"),
        "intake-accept": _("The batch is being put into the register"), "intake-undo": _("The batch is being undone"),
    }.get(kind, kind)  # fmt: skip


def _step(step: str) -> str:
    known = {
        "checking": _("checking rows"),
        "applying": _("writing tables"),
        "undoing": _("restoring tables"),
    }
    if step.startswith("reading "):
        return _("reading the sheet %(name)s") % {"name": step.removeprefix("reading ")}
    return known.get(step, step)


def _error(job: Job, lang: str) -> dict[str, str] | None:
    error: dict[str, Any] = job.error or {}
    if job.state != State.FAILED or not error:
        return None
    return {
        "code": error["code"], "message": say_message(error["message"], lang), "remedy": say_message(error.get("remedy", ""), lang),
    }  # fmt: skip
