"""The worker as a process of its own: ``python -m tsampa.office.worker``."""

from __future__ import annotations

import logging
import sys
from types import TracebackType

from tsampa.office.start import start_office

PATIENCE = 600
"""Seconds a job waits on SQLite for another's write to end; who looks at a page is told after twenty."""
KEPT_DAYS = 14
"""How long the queue keeps what was done; the jobs themselves stay."""


def main() -> None:
    """Takes up what a killed worker left, then runs jobs until told to stop."""
    start_office()
    sys.excepthook = _log
    from django.core.management import call_command
    from django.db import connection

    from tsampa.office.jobs.actions import find_killed

    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE
    find_killed()
    call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
    call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)


def _log(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the worker is told as all else in the log: its text may hold somebody's data."""
    logging.getLogger(__name__).critical("the worker ends", exc_info=(kind, error, trace))


if __name__ == "__main__":
    main()
