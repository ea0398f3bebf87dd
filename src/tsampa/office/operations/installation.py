"""What the doctor examines of the machine, the folder and the database itself."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max

from tsampa.errors import Problem
from tsampa.office.environment import DEVELOPMENT_KEY
from tsampa.office.history.clock import is_demonstration
from tsampa.office.history.models import Change
from tsampa.office.jobs.models import Job, State

__all__ = ["clock", "disk", "keys", "leftovers", "sqlite", "triggers"]

ROOM = 2 * 2**30
"""Bytes that should be free: a backup and a snapshot pass through the disk."""
OLDEST = (3, 40)
"""The SQLite of Debian 12, with which the office is tested."""
DRIFT = timedelta(minutes=2)
SETTLED = timedelta(hours=1)
"""What was begun longer ago and is not done was left behind."""
HALF = re.compile(r"\..+\.(part|spill)|.+\.(new|part)")
"""Names of what is being written; whole it has another."""


def disk(_now: datetime) -> Iterator[Problem]:
    """Room, and the right to write."""
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


def keys(_now: datetime) -> Iterator[Problem]:
    """Keys that are secret, and known to nobody else."""
    if settings.IDENTITY_KEY == DEVELOPMENT_KEY:
        yield Problem(
            "doctor-development-key", "identity numbers are protected by the development key",
            "Good for trying only: set TSAMPA_IDENTITY_KEY and TSAMPA_PRODUCTION=1 before real people are entered.", effect="noted",
        )  # fmt: skip
    for name in ("seal.key", "backup.key"):
        file = Path(settings.HOME) / name
        if file.exists() and file.stat().st_mode & 0o077:
            yield Problem(
                "doctor-key-open", f"{name} can be read by other users of this machine",
                "Run chmod 600 on it; if others may have read it, take a new key.", str(file), effect="row_rejected",
            )  # fmt: skip


def sqlite(_now: datetime) -> Iterator[Problem]:
    """The library that reads and writes the database's file."""
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST:
        yield Problem(
            "doctor-sqlite", f"SQLite {sqlite3.sqlite_version} is older than the office is tested with",
            "Use a newer Python or system.", effect="noted",
        )  # fmt: skip


def triggers(_now: datetime) -> Iterator[Problem]:
    """The triggers that write history and hold the guards."""
    for one in connection.history.wrong():  # type: ignore[attr-defined]
        yield Problem(
            "history-triggers", f"a trigger is missing or altered: {one}", "Run tsampa office migrate to put it back, once nothing else is found.",
            effect="row_rejected",
        )  # fmt: skip


def clock(now: datetime) -> Iterator[Problem]:
    """Whether time has gone backwards since the last change; a demonstration's clock is its own."""
    last = Change.objects.aggregate(found=Max("at"))["found"]
    if last is not None and now < last - DRIFT and not is_demonstration():
        yield Problem(
            "doctor-clock", f"the clock stands before the last change, by {_minutes(last - now)} minutes",
            "Set the machine's clock right before anybody writes: history is asked by time.", effect="row_rejected",
        )  # fmt: skip


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def leftovers(now: datetime) -> Iterator[Problem]:
    """Halves of what was being written when a process was killed, in our folder and beside what jobs should have made."""
    found = [one for place in _places() for one in _names(place) if _left(one, now)]
    if found:
        yield Problem(
            "doctor-leftovers", f"{len(found)} files or folders were left half-written: {', '.join(sorted(one.name for one in found)[:3])}",
            "The next job of the same kind removes its own; remove others by hand.", str(found[0].parent), effect="noted",
        )  # fmt: skip


def _places() -> set[Path]:
    home = Path(settings.HOME)
    failed = Job.objects.filter(state=State.FAILED).values_list("arguments", flat=True)
    outs = {Path(one["out"]).parent for one in failed if "out" in one}
    return {home, home / "jobs", home / "seals", *outs}


def _names(place: Path) -> list[Path]:
    return list(place.iterdir()) if place.is_dir() else []


def _left(path: Path, now: datetime) -> bool:
    try:
        old = path.lstat().st_mtime < (now - SETTLED).timestamp()
    except OSError:
        return False
    return old and HALF.fullmatch(path.name) is not None
