"""How far a running job is, in a small file beside the database.

Not in the database: on SQLite the job's own transaction holds the one write lock, so that what it wrote of its progress would
be seen only when there is none left.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from django.conf import settings

__all__ = ["Reporter", "forget_all_but", "forget_progress", "read_progress"]

SECONDS = 0.25
"""No more often than this is the file written."""


def _place(job: int) -> Path:
    return Path(settings.HOME) / "jobs" / f"{job}.json"


class Reporter:
    """Takes ``progress(step, done, total)`` and keeps the latest."""

    def __init__(self, job: int) -> None:
        self.place, self._next = _place(job), 0.0
        self.place.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Keeps how far the step is; a file that cannot be written stops no job."""
        now = time.monotonic()
        if now < self._next and done < total:
            return
        self._next = now + SECONDS
        half = self.place.with_suffix(".part")
        with suppress(OSError):
            half.write_text(json.dumps([step, done, total]), encoding="utf-8")
            os.replace(half, self.place)


def read_progress(job: int) -> tuple[str, int, int] | None:
    """The step of a running job, how much of it is done and of how much; None where nothing is known."""
    try:
        step, done, total = json.loads(_place(job).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return step, done, total


def forget_progress(job: int) -> None:
    """The job has ended."""
    for one in (_place(job), _place(job).with_suffix(".part")):
        one.unlink(missing_ok=True)


def forget_all_but(running: Collection[int]) -> None:
    """Of jobs that run no more nothing stays: a worker may be killed after a job's end and before it forgot the job."""
    for one in _place(0).parent.glob("[0-9]*.*"):  # beside them, folders of work in hand
        if one.suffix in (".json", ".part") and int(one.stem) not in running:
            one.unlink(missing_ok=True)
