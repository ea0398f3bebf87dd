"""``migrate`` as Django has it, which besides says in history which migration is under way."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

__all__ = ["Command", "name_migration"]


def name_migration(connection: Any, action: str, migration: Any) -> None:
    """Told by Django before and after each migration."""
    connection.migration = str(migration) if action in ("apply_start", "unapply_start") else ""


class Command(migrate.Command):
    """Django's own."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Remembers whose migrations these are."""
        self.migrated = connections[options["database"]]
        super().handle(*args, **options)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """Names the migration, then tells what Django tells."""
        name_migration(self.migrated, action, migration)
        super().migration_progress_callback(action, migration, fake)
