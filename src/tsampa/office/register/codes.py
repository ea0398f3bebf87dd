"""Codes of new rows: the owner's code and a running number, so the same rows in the same order get the same codes.

A household is ``VILLAGE-0001``, a person ``HOUSEHOLD-01``, every other row ``OWNER-entity-1``. A number once given is not
given again while a row bears it or a greater one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tsampa.office.register.columns import model_of, schema

__all__ = ["Codes", "next_code"]

_WIDTH = {"households": 4, "persons": 2}


def next_code(table: str, owner: str) -> str:
    """The code of the next row of this table with this owner: a village, a household, a person."""
    return Codes(table, [owner]).give(owner)


class Codes:
    """Gives codes of one table to many new rows; what the register holds for these owners is read once."""

    def __init__(self, table: str, owners: Iterable[str]) -> None:
        self._table, self._last = table, dict.fromkeys(owners, 0)
        self._entity = "" if table in _WIDTH else schema().by_name[table].entity
        if self._last:
            self._read()

    def give(self, owner: str) -> str:
        """The owner's next code."""
        self._last[owner] = self._last.get(owner, 0) + 1
        return f"{self._stem(owner)}{self._last[owner]:0{_WIDTH.get(self._table, 1)}}"

    def take(self, code: str) -> None:
        """Notes a code that a row brings with it."""
        stem, _, number = code.rpartition("-")
        owner = stem.removesuffix(f"-{self._entity}")
        if number.isdecimal() and self._stem(owner) == f"{stem}-" and len(number) < 10:
            self._last[owner] = max(self._last.get(owner, 0), int(number))

    def _stem(self, owner: str) -> str:
        return f"{owner}-" if self._table in _WIDTH else f"{owner}-{self._entity}-"

    def _read(self) -> None:
        # Owners that share a beginning (all of a village) are read with one range; codes of others do no harm.
        table = schema().by_name[self._table]
        rows = model_of(table)._default_manager.all()
        if model_of(table).__name__ == "Record":
            rows = rows.filter(table=self._table)
        for first in _beginnings(self._last):
            for code in rows.filter(code__startswith=first).values_list("code", flat=True).iterator(10_000):
                self.take(code)


def _beginnings(owners: Iterable[str]) -> list[str]:
    """The owners' common beginnings: up to their first hyphen (the village), each once, none within another."""
    stems = sorted({re.split("-", one, maxsplit=1)[0] for one in owners})
    return [one for at, one in enumerate(stems) if not at or not one.startswith(stems[at - 1])]
