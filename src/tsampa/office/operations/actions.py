"""What is asked for from the pages of the administration: each kind of job once at a time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job
from tsampa.office.operations.queries import BACKUPS, ENDING, going

__all__ = ["ask_backup", "ask_once"]


def ask_once(kind: str, *, by: str, **arguments: Any) -> Job:
    """The job of this kind that waits or runs already; without one, a new one. Raises as ``ask_job``."""
    return going(kind) or ask_job(kind, by=by, **arguments)


def ask_backup(*, at: datetime, by: str) -> Job:
    """Asks for a backup into the office's folder of backups, named by the moment."""
    name = f"{timezone.localtime(at):%Y-%m-%d-%H%M%S}{ENDING}"
    return ask_once("backup", by=by, out=Path(settings.HOME) / BACKUPS / name)
