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
from django_tasks_db.models import DBTaskResult

from tsampa.errors import TsampaError
from tsampa.office.jobs.kinds import Running, find_work, kept_arguments, read_arguments
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import Reporter, forget_all_but, forget_progress

__all__ = ["ask_job", "find_killed", "is_lost", "retry_job", "run_job"]

ATTEMPTS = 3
"""How often a job is begun before it counts as failed: what kills its worker each time will not do better the next."""


def ask_job(kind: str, /, *, by: str, **arguments: Any) -> Job:
    """Puts a job in the queue. Raises TsampaError ``job-kind`` and ``job-arguments``."""
    kept = kept_arguments(kind, arguments)
    with transaction.atomic():  # both or neither: a job that stands in no queue is done by nobody
        job = Job.objects.create(kind=kind, arguments=kept, asked_by=by, asked_at=timezone.now())
        _enqueue(job)
    return job


def retry_job(number: int, *, by: str) -> Job:
    """Asks for a failed job again, in the name of who asked first: only they may do what it does. ``by`` stands in its log.

    Raises TsampaError ``job-unknown`` or ``job-state``.
    """
    job = _known(number)
    with transaction.atomic():
        # Of two who ask at the same moment one is told that it waits.
        if not Job.objects.filter(pk=number, state=State.FAILED).update(
            state=State.WAITING, error=None, attempts=0
        ):
            raise TsampaError(
                "job-state",
                f"job {number} is {_known(number).state}",
                remedy="Only a failed job is asked for again.",
                usage=True,
            )
        _say(job, f"asked for again by {by}")
        _enqueue(job)
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
    begun = _known(number).started_at is not None
    taken = Job.objects.filter(pk=number, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now(), ended_at=None, worker=_this_process()
    )
    job = _known(number)
    if taken:
        job.attempts += 1
        job.save(update_fields=["attempts"])
        _end(job, *_outcome(job, again=begun))
    return job


def _outcome(job: Job, *, again: bool) -> tuple[State, dict[str, Any]]:
    reporter = Reporter(job.pk)
    running = Running(job.asked_by, job.asked_at, again, reporter, lambda text: _say(job, text))
    try:
        arguments = read_arguments(job.kind, job.arguments)
        return State.DONE, {"outcome": find_work(job.kind)(running, **arguments) or {}}
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
    """Jobs whose worker is no more: they wait again, or have failed with ``job-killed`` where that happened too often.

    A worker that was killed between taking a job from the queue and beginning it leaves it waiting in no queue: that too is
    put right.
    """
    lives = alive or _alive
    killed = [one for one in Job.objects.filter(state=State.RUNNING) if not lives(one.worker)]
    for job in killed:
        if job.attempts < ATTEMPTS:
            _wait_again(job)
        else:
            told = TsampaError(
                "job-killed", f"its worker was killed {job.attempts} times", remedy="Look for too little memory or disk, then ask for it again."
            )  # fmt: skip
            _end(job, State.FAILED, {"error": told.to_dict()})
    for job in Job.objects.filter(state=State.WAITING).exclude(pk__in=_queued()):
        _enqueue(job)  # run twice it is done once: see run_job
    forget_all_but(set(Job.objects.filter(state=State.RUNNING).values_list("pk", flat=True)))
    return killed


def _wait_again(job: Job) -> None:
    with transaction.atomic():
        # Another worker that starts at the same moment finds nothing left to do.
        if Job.objects.filter(pk=job.pk, state=State.RUNNING, worker=job.worker).update(state=State.WAITING):
            _say(job, "its worker was killed; it waits to be run again")
            _enqueue(job)


def _queued() -> list[int]:
    ready = DBTaskResult.objects.ready().values_list("args_kwargs", flat=True)
    return [one["args"][0] for one in ready]


def is_lost(job: Job) -> bool:
    """Whether the job is running by a worker that is no more; nobody begins it again before a worker starts."""
    return job.state == State.RUNNING and not _alive(job.worker)


def _this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def _began(pid: int) -> str:
    """When the process began, as the system counts: a number is given to other processes later."""
    try:
        told = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return "" if told[0] == b"Z" else told[19].decode()  # a zombie is dead, though nobody has buried it
    except (OSError, IndexError):
        return ""


def _alive(worker: str) -> bool:
    """Whether the process still runs; of another machine's we only know that it did."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname():
        return True
    began = worker.rpartition(":")[2]
    return rest.isdigit() and began != "" and _began(int(rest)) == began
