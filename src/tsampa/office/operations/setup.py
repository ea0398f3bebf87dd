"""An office made ready: its folder and its database, brought up to date."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tsampa.errors import TsampaError

__all__ = ["make_office", "require_ready"]


def make_office() -> str:
    """Makes the folder and the database, or applies the changes that wait; gives where it is."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    return str(connection.settings_dict["NAME"])


def require_ready() -> None:
    """Raises TsampaError ``office-not-ready`` where the database's layout is not this version's."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise TsampaError(
            "office-not-ready", "the database is missing or of an older version", where=str(connection.settings_dict["NAME"]),
            remedy="Run 'tsampa office init'; make a backup before.", usage=True,
        )  # fmt: skip
