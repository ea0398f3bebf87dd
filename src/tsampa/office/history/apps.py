"""The room ``history`` as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HistoryConfig(AppConfig):
    """History."""

    name = "tsampa.office.history"
    label = "history"
    verbose_name = "history"

    def ready(self) -> None:
        """After migrations every trigger stands; models are checked for what a payload could not hold exactly."""
        from tsampa.office.history import checks  # noqa: F401

        post_migrate.connect(put_triggers, sender=self)


def put_triggers(using: str, **_: Any) -> None:
    """The triggers of all recorded tables and guards, as the models now demand."""
    from django.db import connections

    from tsampa.office.history.backends.triggers import HISTORY_TABLES

    triggers: Any = connections[using].history  # type: ignore[attr-defined]
    if set(HISTORY_TABLES) <= triggers.tables():
        triggers.install()
