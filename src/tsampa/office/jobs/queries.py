"""Jobs as they are told to people and programs."""

from __future__ import annotations

from typing import Any

from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import read_progress

__all__ = ["told_jobs"]

SHOWN = 50


def told_jobs() -> list[dict[str, Any]]:
    """The latest jobs: number, kind, state, progress, error."""
    return [_told(job) for job in Job.objects.all()[:SHOWN]]


def _told(job: Job) -> dict[str, Any]:
    found = read_progress(job.pk) if job.state == State.RUNNING else None
    error = job.error or {}
    return {
        "number": job.pk, "kind": job.kind, "state": job.state, "asked_by": job.asked_by, "outcome": job.outcome,
        "progress": f"{found[0]} {found[1]}/{found[2]}" if found else "",
        "error": f"{error['message']} [{error['code']}]" if error else "",
    }  # fmt: skip
