"""Whether an office is ready to serve: its database up to date, its triggers in place."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tsampa.errors import TsampaError
from tsampa.office.history.triggers import require_triggers

__all__ = ["require_ready"]


def require_ready() -> None:
    """Raises TsampaError ``office-not-ready`` (a layout of another version) or ``history-triggers`` (a table without its history)."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise TsampaError(
            "office-not-ready", "the database is missing or of an older version", where=str(connection.settings_dict["NAME"]),
            remedy="Run 'tsampa office migrate'; make a backup before.", usage=True,
        )  # fmt: skip
    require_triggers()
