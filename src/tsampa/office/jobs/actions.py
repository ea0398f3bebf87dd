"""Asking for a job, running it, asking again, and finding those whose worker was killed."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from tsampa.errors import TsampaError
from tsampa.office.jobs.kinds import Running, find_work
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import Reporter, forget_progress

__all__ = ["ask_job", "find_killed", "retry_job", "run_job"]

ATTEMPTS = 3
"""How often a job is begun before it counts as failed: what kills its worker each time will not do better the next."""


def ask_job(kind: str, *, by: str, **arguments: Any) -> Job:
    """Puts a job in the queue. Raises TsampaError ``job-kind``."""
    find_work(kind)
    job = Job.objects.create(kind=kind, arguments=arguments, asked_by=by, asked_at=timezone.now())
    transaction.on_commit(lambda: _enqueue(job))
    return job


def retry_job(number: int, *, by: str) -> Job:
    """Asks for a failed job again. Raises TsampaError ``job-unknown`` or ``job-state``."""
    job = _known(number)
    if job.state != State.FAILED:
        raise TsampaError(
            "job-state",
            f"job {number} is {job.state}",
            remedy="Only a failed job is asked for again.",
            usage=True,
        )
    Job.objects.filter(pk=number).update(state=State.WAITING, error=None, attempts=0, asked_by=by)
    transaction.on_commit(lambda: _enqueue(job))
    return _known(number)


def _known(number: int) -> Job:
    found = Job.objects.filter(pk=number).first()
    if found is None:
        raise TsampaError(
            "job-unknown", f"there is no job {number}", remedy="'tsampa jobs' lists them.", usage=True
        )
    return found


def _enqueue(job: Job) -> None:
    do_job.enqueue(job.pk)


@task()
def do_job(number: int) -> None:
    """What the worker runs."""
    run_job(number)


def run_job(number: int) -> Job:
    """Runs a waiting job here and now; its error is kept with it, not raised. One that waits no longer is left alone."""
    taken = Job.objects.filter(pk=number, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now(), ended_at=None, worker=_this_process()
    )
    job = _known(number)
    if taken:
        job.attempts += 1
        job.save(update_fields=["attempts"])
        _end(job, *_outcome(job))
    return job


def _outcome(job: Job) -> tuple[State, dict[str, Any]]:
    reporter = Reporter(job.pk)
    running = Running(job.asked_by, reporter, lambda text: _say(job, text))
    try:
        return State.DONE, {"outcome": find_work(job.kind)(running, **job.arguments) or {}}
    except TsampaError as error:
        return State.FAILED, {"error": error.to_dict()}
    except (
        Exception
    ) as error:  # a bug: kept with the job, by its kind only, as its text may hold somebody's data
        told = TsampaError(
            "job-failed",
            f"the work stopped on a {type(error).__name__}",
            remedy="See the log of the worker, and report it.",
        )
        _say(job, _where(error))
        return State.FAILED, {"error": told.to_dict()}


def _where(error: BaseException) -> str:
    """File and line of each step that led to the error, without any value."""
    steps, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at " + " < ".join(reversed(steps))


def _end(job: Job, state: State, told: dict[str, Any]) -> None:
    job.state, job.ended_at = state, timezone.now()
    job.outcome, job.error = told.get("outcome"), told.get("error")
    job.save(update_fields=["state", "ended_at", "outcome", "error"])
    forget_progress(job.pk)


def _say(job: Job, text: str) -> None:
    job.lines.create(at=timezone.now(), text=text)


def find_killed(alive: Callable[[str], bool] | None = None) -> list[Job]:
    """Jobs whose worker is no more: they wait again, or have failed with ``job-killed`` where that happened too often."""
    lives = alive or _alive
    killed = [one for one in Job.objects.filter(state=State.RUNNING) if not lives(one.worker)]
    for job in killed:
        if job.attempts < ATTEMPTS:
            job.state = State.WAITING
            job.save(update_fields=["state"])
            _say(job, "its worker was killed; it waits to be run again")
            _enqueue(job)
        else:
            told = TsampaError(
                "job-killed", f"its worker was killed {job.attempts} times", remedy="Look for too little memory or disk, then ask for it again."
            )  # fmt: skip
            _end(job, State.FAILED, {"error": told.to_dict()})
    return killed


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def _began(pid: int) -> str:
    """When the process began, as the system counts: a number is given to other processes later."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _alive(worker: str) -> bool:
    """Whether the process still runs; of another machine's we only know that it did."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname():
        return True
    began = worker.rpartition(":")[2]
    return rest.isdigit() and began != "" and _began(int(rest)) == began
