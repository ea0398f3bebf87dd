"""Reads of the administration: jobs with how far they are, seals and whether they were verified, the backups there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from tsampa.errors import Problem
from tsampa.office.history.models import Seal
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import read_progress
from tsampa.office.operations.doctor import examine, glance
from tsampa.office.operations.words import KINDS, STATES, said

__all__ = [
    "BACKUPS",
    "ENDING",
    "BackupFile",
    "JobTold",
    "SealTold",
    "Verified",
    "backup_files",
    "findings",
    "going",
    "jobs_of",
    "last_verified",
    "seals",
    "tell_job",
]

BACKUPS, ENDING = "backups", ".age"
"""The folder in TSAMPA_HOME for backups that were asked for on a page, and how their files end."""


@dataclass(frozen=True)
class JobTold:
    """A job as a page shows it."""

    job: Job
    kind: Any
    state: Any
    progress: tuple[str, int, int] | None
    error: dict[str, str] | None

    @property
    def going(self) -> bool:
        """Whether it is not over."""
        return self.job.state in (State.WAITING, State.RUNNING)

    @property
    def failed(self) -> bool:
        """Whether it may be asked for again."""
        return self.job.state == State.FAILED

    @property
    def seconds(self) -> int | None:
        """How long it ran."""
        ran = self.job.started_at and self.job.ended_at
        return round((self.job.ended_at - self.job.started_at).total_seconds()) if ran else None  # type: ignore[operator]


def jobs_of(state: str = "", kind: str = "") -> QuerySet[Job]:
    """The jobs of this state and kind, the newest first; all, where none is named."""
    found = Job.objects.all()
    found = found.filter(state=state) if state else found
    return found.filter(kind=kind) if kind else found


def tell_job(job: Job) -> JobTold:
    """The job in words."""
    progress = read_progress(job.pk) if job.state == State.RUNNING else None
    error = said(job.error) if job.error else None
    return JobTold(job, KINDS.get(job.kind, job.kind), STATES[job.state], progress, error)


def going(kind: str) -> Job | None:
    """The job of this kind that waits or runs."""
    return Job.objects.filter(kind=kind, state__in=(State.WAITING, State.RUNNING)).first()


@dataclass(frozen=True)
class SealTold:
    """A seal: how many versions it covers, and the hash that stands for them all."""

    number: int
    at: datetime
    size: int
    root: str


def seals() -> QuerySet[Seal]:
    """The seals, the latest first, without the hashes they go on from."""
    return Seal.objects.select_related("cut").defer("peaks").order_by("-number")


def tell_seal(one: Seal) -> SealTold:
    """The seal in words."""
    stated = one.stated
    return SealTold(one.number, one.cut.at, stated["size"], stated["root"])


@dataclass(frozen=True)
class Verified:
    """When history was verified last, up to which seal, and what did not hold."""

    job: Job
    outcome: dict[str, Any]
    problems: list[dict[str, str]]


def last_verified() -> Verified | None:
    """The last verification that came to its end; None where there was none."""
    job = Job.objects.filter(kind="verify", state=State.DONE).first()
    if job is None or job.outcome is None:
        return None
    return Verified(job, job.outcome, [said(one) for one in job.outcome.get("problems", ())])


@dataclass(frozen=True)
class BackupFile:
    """A backup that lies in the office's folder."""

    name: str
    size: int
    at: datetime


def backup_files() -> list[BackupFile]:
    """The backups in ``TSAMPA_HOME/backups``, the latest first."""
    found = []
    for path in Path(settings.HOME, BACKUPS).glob(f"*{ENDING}"):
        told = path.stat()
        at = datetime.fromtimestamp(told.st_mtime, tz=timezone.get_current_timezone())
        found.append(BackupFile(path.name, told.st_size, at))
    return sorted(found, key=lambda one: one.at, reverse=True)


def findings(now: datetime, *, whole: bool) -> list[dict[str, Any]]:
    """What the doctor found, in words; ``whole`` reads all of the database too, which takes its time."""
    found: list[Problem] = examine(now) if whole else glance(now)
    return [said(one) | {"grave": one.effect != "noted"} for one in found]
