"""The start-up check: a table without its trigger stops the server."""

from __future__ import annotations

from typing import Any

from django.db import connection

__all__ = ["require_triggers"]


def require_triggers() -> None:
    """Asks the database for every trigger that should be there, text and all; a server calls it before it serves.

    Raises TsampaError ``history-triggers`` naming each table and trigger that is missing or altered.
    """
    database: Any = connection
    database.history.required = False
    database.history.require()
