"""What a model says so that the database writes its history: ``class Household(Recorded)``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.apps import apps
from django.db import models

__all__ = ["Recorded", "ValidTime", "recorded_models", "recorded_tables"]


@dataclass(frozen=True)
class ValidTime:
    """Which fields say when a row is true: from ``since`` until the day before ``until`` (empty: still).

    ``year`` instead names the accounting year a row is about.
    """

    since: str = ""
    until: str = ""
    year: str = ""


class Recorded(models.Model):
    """A model whose every change is kept: by triggers of the database, which no door of the office goes around.

    ``valid_time`` declares when a row is true; None for rows that are true as long as they stand.
    """

    valid_time: ClassVar[ValidTime | None] = None

    class Meta:
        """No table of its own."""

        abstract = True


def recorded_models() -> list[type[Recorded]]:
    """Every model with a history, in the order of their tables' names."""
    found = [one for one in apps.get_models() if issubclass(one, Recorded)]
    return sorted(found, key=lambda model: model._meta.db_table)


def recorded_tables() -> list[str]:
    """The tables of recorded models, and those that link two of them."""
    tables: set[str] = set()
    for model in recorded_models():
        tables.add(model._meta.db_table)
        for link in model._meta.local_many_to_many:
            tables.add(link.m2m_db_table())
    return sorted(tables)
