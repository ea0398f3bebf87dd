"""What is wrong with this installation, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tsampa.errors import Problem
from tsampa.office.environment import DEVELOPMENT_KEY
from tsampa.office.jobs.models import Job, State
from tsampa.office.operations.keys import have_backup_key

__all__ = ["EXAMINATIONS", "examine"]

ROOM = 2 * 2**30
"""Bytes that should be free: a backup and a snapshot pass through the disk."""
WAITS = timedelta(minutes=10)

Examination = Callable[[datetime], Iterator[Problem]]


def examine(now: datetime) -> list[Problem]:
    """Everything that is wrong, the gravest first; ``row_rejected`` stops work, ``noted`` should be seen to."""
    found = [problem for one in EXAMINATIONS for problem in one(now)]
    return sorted(found, key=lambda problem: problem.effect == "noted")


def _database(_now: datetime) -> Iterator[Problem]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Problem(
            "doctor-database", f"the database cannot be opened: {str(error).splitlines()[0]}",
            "Check TSAMPA_DATABASE and that its server runs.", effect="row_rejected",
        )  # fmt: skip


def _migrations(_now: datetime) -> Iterator[Problem]:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Problem(
            "doctor-migrations", f"{len(waiting)} changes of the database's layout wait",
            "Run 'tsampa office migrate'; make a backup before.", effect="row_rejected",
        )  # fmt: skip


def _disk(_now: datetime) -> Iterator[Problem]:
    home = Path(settings.HOME)
    place = home if home.exists() else home.parent
    free = shutil.disk_usage(place).free
    if free < ROOM:
        yield Problem(
            "doctor-disk",
            f"only {free // 2**20} MB are free",
            "Make room on the disk of TSAMPA_HOME.",
            effect="noted",
        )
    if home.exists() and not os.access(home, os.W_OK):
        yield Problem("doctor-home", "TSAMPA_HOME cannot be written", "Give the folder to the user that runs the office.", effect="row_rejected")  # fmt: skip


def _keys(_now: datetime) -> Iterator[Problem]:
    if settings.IDENTITY_KEY == DEVELOPMENT_KEY:
        yield Problem(
            "doctor-development-key", "identity numbers are protected by the development key",
            "Good for trying only: set TSAMPA_IDENTITY_KEY and TSAMPA_PRODUCTION=1 before real people are entered.", effect="noted",
        )  # fmt: skip
    if not have_backup_key(os.environ, Path(settings.HOME)):
        yield Problem("doctor-no-backup", "no backup was ever made", "Run 'tsampa backup', and keep a copy of its key elsewhere.", effect="noted")  # fmt: skip


def _jobs(now: datetime) -> Iterator[Problem]:
    try:
        waiting = Job.objects.filter(state=State.WAITING, asked_at__lt=now - WAITS).count()
        failed = Job.objects.filter(state=State.FAILED).count()
    except DatabaseError:
        return
    if waiting:
        yield Problem("doctor-jobs-waiting", f"{waiting} jobs wait for longer than ten minutes", "Start the worker: 'tsampa serve'.", effect="noted")  # fmt: skip
    if failed:
        yield Problem(
            "doctor-jobs-failed",
            f"{failed} jobs failed",
            "See 'tsampa jobs', and ask for them again.",
            effect="noted",
        )


EXAMINATIONS: tuple[Examination, ...] = (_database, _migrations, _disk, _keys, _jobs)
"""In the order in which one rests on another."""
