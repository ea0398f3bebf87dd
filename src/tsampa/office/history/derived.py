"""Derived rows: what is worked out of recorded rows and kept right by triggers of the database, whoever writes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

__all__ = ["Derived", "Origin", "all_derived"]


@dataclass(frozen=True)
class Origin:
    """A recorded table that derived rows are worked out of.

    Where one of ``columns`` is written, the rows are derived again of those keys that ``keys`` finds: a query in which
    ``{rows}`` is a table of these columns, of the rows as they were and as they are.
    """

    table: str
    columns: tuple[str, ...]
    keys: str


@dataclass(frozen=True)
class Derived:
    """A table of derived rows. They are no facts and have no history: all of them can be made anew at any time.

    ``refresh`` are statements that make the rows of the keys ``{of}`` (a query) anew; ``every`` is the query of all keys.
    ``{lines[0]} … {lines[1]}`` around a text joins the texts of a group, each on a line. ``locks`` names the table and column of
    the keys: two writers of one key wait for one another, so that neither misses what the other writes.
    """

    name: str
    table: str
    origins: tuple[Origin, ...]
    refresh: tuple[str, ...]
    every: str
    locks: tuple[str, str]

    def statements(self, of: str, lines: tuple[str, str]) -> tuple[str, ...]:
        """Those that make the rows of these keys anew."""
        return tuple(one.format(of=of, lines=lines) for one in self.refresh)

    def tables(self) -> set[str]:
        """All tables it needs."""
        return {self.table, self.locks[0], *(one.table for one in self.origins)}


@cache
def all_derived() -> tuple[Derived, ...]:
    """The derived tables of all rooms: what ``derived()`` in their module ``derived`` gives."""
    found: list[Derived] = []
    for room in apps.get_app_configs():
        if room.name != "tsampa.office.history" and module_has_submodule(room.module, "derived"):
            found += import_module(f"{room.name}.derived").derived()
    return tuple(found)
