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
    cannot each miss what the other writes; without it writers of the table wait for one another. ``constraints`` are those of
    the model that say the same, and speak with the guard's code.
    """

    name: str
    table: str
    code: str
    message: str
    remedy: str
    offence: str
    locks: tuple[str, str, str] | None = None
    constraints: tuple[str, ...] = ()


@cache
def all_guards() -> tuple[Guard, ...]:
    """The guards of all rooms: what ``guards()`` in their module ``guards`` gives."""
    found: list[Guard] = []
    for room in apps.get_app_configs():
        if room.name != "tsampa.office.history" and module_has_submodule(room.module, "guards"):
            found += import_module(f"{room.name}.guards").guards()
    return tuple(found)
