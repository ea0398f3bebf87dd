"""Django's sqlite3, with history."""

from __future__ import annotations

import os
from typing import Any

from django.db.backends.sqlite3 import base, schema

from tsampa.office.history.backends.schema import HistorySchema
from tsampa.office.history.backends.sqlite3.triggers import SqliteTriggers
from tsampa.office.history.backends.wrapper import HistoryConnection


class DatabaseSchemaEditor(HistorySchema, schema.DatabaseSchemaEditor):
    """Django's, which keeps history."""


class DatabaseWrapper(HistoryConnection, base.DatabaseWrapper):
    """A connection that names the change under way to the triggers: by a function that only the office's connections have."""

    SchemaEditorClass = DatabaseSchemaEditor
    triggers_class = SqliteTriggers
    redacting = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection with our functions; REPLACE is seen by the triggers."""
        made = super().get_new_connection(conn_params)
        made.create_function("tsampa_change", 0, lambda: self.change and self.change.pk)
        made.create_function("tsampa_redacting", 0, lambda: self.redacting)
        made.create_function("tsampa_salt", 0, lambda: os.urandom(16))
        made.execute("PRAGMA recursive_triggers = ON")
        made.execute("PRAGMA secure_delete = ON")
        return made

    def writing_allowed(self, what: str, allowed: bool) -> None:
        """Only a redaction asks."""
        assert what == "redacting"
        self.redacting = allowed
