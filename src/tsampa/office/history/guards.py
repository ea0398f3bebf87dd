"""Guards: what no row of a table may ever do, held by triggers of the database whoever writes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

__all__ = ["Guard", "all_guards"]


@dataclass(frozen=True)
class Guard:
    """An offence that the database refuses.

    ``offence`` is a query, in SQL that SQLite and PostgreSQL share, that finds a row where the row written, named ``{new}``,
    offends. ``locks`` names the table and the column of ``{new}`` whose row is locked before looking, so that two writers
    cannot each miss what the other writes; without it writers of the table wait for one another, unless ``waits`` says that the
    offence is in the row itself. ``constraints`` are those of the model that say the same, and speak with the guard's code.
    ``{parts.COLUMN}`` is a table of what a JSON column's object holds: ``k``, the key; ``kind`` (text, number, bool, null, array,
    object); ``v``, the value as text; ``n``, the value where it is a whole number. What is no object has one part without a name.
    """

    name: str
    table: str
    code: str
    message: str
    remedy: str
    offence: str
    locks: tuple[str, str, str] | None = None
    constraints: tuple[str, ...] = ()
    waits: bool = True


@cache
def all_guards() -> tuple[Guard, ...]:
    """The guards of all rooms: what ``guards()`` in their module ``guards`` gives."""
    found: list[Guard] = []
    for room in apps.get_app_configs():
        if room.name != "tsampa.office.history" and module_has_submodule(room.module, "guards"):
            found += import_module(f"{room.name}.guards").guards()
    return tuple(found)
