"""What the doctor examines of the daily work: jobs, batches, seals and backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tsampa.errors import Problem
from tsampa.office.history.models import Seal, Version
from tsampa.office.intake.models import State as Stage
from tsampa.office.intake.models import Step
from tsampa.office.jobs.actions import is_lost
from tsampa.office.jobs.models import Job, State
from tsampa.office.operations.backup import last_backup

__all__ = ["backups", "batches", "jobs", "seals"]

WAITS = timedelta(minutes=10)
BEGUN = timedelta(hours=1)
SEALED = timedelta(days=2)
"""A seal is meant to be taken each day."""
KEPT = timedelta(days=2)
"""A backup too."""


def jobs(now: datetime) -> Iterator[Problem]:
    """Jobs that nobody does, or that failed."""
    waiting = Job.objects.filter(state=State.WAITING, asked_at__lt=now - WAITS).count()
    failed = Job.objects.filter(state=State.FAILED).count()
    lost = sum(map(is_lost, Job.objects.filter(state=State.RUNNING)))
    if waiting:
        yield Problem("doctor-jobs-waiting", f"{waiting} jobs wait for longer than ten minutes", "Start the worker: 'tsampa serve'.", effect="noted")  # fmt: skip
    if lost:
        yield Problem("doctor-jobs-lost", f"{lost} jobs were left by a worker that was killed", "Start the worker: it begins them again.", effect="noted")  # fmt: skip
    if failed:
        yield Problem(
            "doctor-jobs-failed",
            f"{failed} jobs failed",
            "See 'tsampa jobs', and ask for them again.",
            effect="noted",
        )


def batches(now: datetime) -> Iterator[Problem]:
    """Sheets whose loading was broken off."""
    begun = Step.objects.filter(batch__state=Stage.UPLOADED, at__lt=now - BEGUN).count()
    if begun:
        yield Problem(
            "doctor-batches", f"the loading of {begun} files was broken off", "Load them again; nothing of them was taken in.", effect="noted"
        )  # fmt: skip


def seals(now: datetime) -> Iterator[Problem]:
    """Whether what was recorded is under a seal."""
    last = Seal.objects.select_related("cut").order_by("-number").first()
    unsealed = Version.objects.filter(id__gt=last.cut.version if last else 0)
    if last is None:
        unsealed = unsealed.filter(change__at__lt=now - SEALED)
    if unsealed.exists() and (last is None or last.cut.at < now - SEALED):
        yield Problem("doctor-seal-old", "what was recorded is not under a seal for more than two days", "Run 'tsampa seal' each day, and copy the folder seals elsewhere.", effect="noted")  # fmt: skip


def backups(now: datetime) -> Iterator[Problem]:
    """Whether there is a backup, and a fresh one."""
    last = last_backup()
    if last is None:
        yield Problem("doctor-no-backup", "no backup was ever made", "Run 'tsampa backup', and keep a copy of its key elsewhere.", effect="noted")  # fmt: skip
    elif last < now - KEPT:
        yield Problem("doctor-backup-old", f"the last backup is {(now - last).days} days old", "Run 'tsampa backup' each day.", effect="noted")  # fmt: skip
