"""Django's postgresql, with history."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base, schema

from tsampa.office.history.backends.postgresql.triggers import PostgresqlTriggers
from tsampa.office.history.backends.schema import HistorySchema
from tsampa.office.history.backends.wrapper import HistoryConnection


class DatabaseSchemaEditor(HistorySchema, schema.DatabaseSchemaEditor):  # type: ignore[misc]
    """Django's, which keeps history."""


class DatabaseWrapper(HistoryConnection, base.DatabaseWrapper):  # type: ignore[misc]
    """A connection that names the change under way to the triggers: by a setting that ends with the transaction."""

    SchemaEditorClass = DatabaseSchemaEditor
    triggers_class = PostgresqlTriggers

    def set_change(self, change: Any, *, tell: bool = True) -> None:
        """In the database too; a migration that is no transaction sets it for the session."""
        super().set_change(change, tell=tell)
        if tell:
            self._set("tsampa.change", str(change.pk) if change else "")

    def writing_allowed(self, what: str, allowed: bool) -> None:
        """Only a redaction asks."""
        self._set(f"tsampa.{what}", "1" if allowed else "")

    def _set(self, name: str, value: str) -> None:
        with self.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, %s)", [name, value, bool(self.in_atomic_block)])
