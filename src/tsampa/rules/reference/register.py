"""The register as rules see it on one day: rows in force, and what lies above and below each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from tsampa.rules.relations import FIGURE_AREA, link_target, ways_to_area
from tsampa.schema import Kind, Link, Schema, Table

__all__ = ["Register", "Row"]

Row = Mapping[str, Any]
"""A stored row: numbers as whole units, null for unknown; a missing column is unknown too."""

MEMBERSHIPS, AREAS = "memberships", "areas"


class Register:
    """The rows of one register on one day, by entity and key."""

    def __init__(self, schema: Schema, day: date, tables: Mapping[str, Sequence[Row]]) -> None:
        self.schema = schema
        self._areas = {str(row["code"]): row for row in tables.get(AREAS, ())}
        self._rows: dict[str, dict[str, Row]] = {FIGURE_AREA: dict(sorted(self._areas.items()))}
        for entity, table in schema.by_entity.items():
            if entity in schema.levels:
                found = {key: row for key, row in self._areas.items() if row.get("level") == entity}
            else:
                found = {
                    str(row[table.key]): row
                    for row in tables.get(table.name, ())
                    if _in_force(row, table, day)
                }
            self._rows[entity] = dict(sorted(found.items()))
        self._join_memberships(tables.get(MEMBERSHIPS, ()), day)
        self._below: dict[tuple[str, str, str], dict[str, list[str]]] = {}

    def _join_memberships(self, memberships: Sequence[Row], day: date) -> None:
        """Gives each person the columns of the membership in force; of several, the smallest code's."""
        table = self.schema.by_name[MEMBERSHIPS]
        own = {*self.schema.by_name["persons"].by_name, "person"}
        taken: dict[str, Row] = {}
        for row in sorted(memberships, key=lambda row: str(row[table.key])):
            if row.get("person") is not None and _in_force(row, table, day):
                taken.setdefault(str(row["person"]), row)
        persons = self._rows["person"]
        for key, person in persons.items():
            extra = {name: value for name, value in taken.get(key, {}).items() if name not in own}
            persons[key] = {**{n: v for n, v in person.items() if n in own}, **extra}

    def keys(self, entity: str) -> list[str]:
        """The keys of all rows of the entity, in order of code point."""
        return list(self._rows[entity])

    def has(self, entity: str, key: str | None) -> bool:
        """Whether there is such a row on the day."""
        return key in self._rows[entity]

    def stored(self, entity: str, key: str, column: str) -> Any:
        """The value as it is stored; None where it is unknown."""
        return self._rows[entity][key].get(column)

    def value(self, entity: str, key: str, column: str) -> Any:
        """The value as rules see it: numbers exact, in their unit."""
        found = self.stored(entity, key, column)
        type_ = self._table(entity).by_name[column].type
        if found is None or type_.kind is not Kind.NUMBER:
            return found
        return Fraction(int(found), 10**type_.digits)

    def _table(self, entity: str) -> Table:
        return self.schema.by_name[AREAS] if entity == FIGURE_AREA else self.schema.by_entity[entity]

    # upwards

    def above(self, entity: str, key: str, link: str) -> str | None:
        """The key of the row that this one is linked to, or None where there is no such row."""
        if link in self.schema.levels:
            start = key if entity in self.schema.levels else self.stored(entity, key, "area")
            return next((code for code in self.path(start) if self._areas[code].get("level") == link), None)
        column = next(one.column for one in self._table(entity).links if one.name == link)
        found = self.stored(entity, key, column)
        target = link_target(self.schema, entity, link)
        return found if target is not None and self.has(target, found) else None

    def path(self, area: str | None) -> list[str]:
        """The area and the areas above it; nothing where there is no such area."""
        found: list[str] = []
        while area in self._areas and area not in found:
            found.append(area)
            area = self._areas[area].get("parent")
        return found

    def place(self, entity: str, key: str) -> str | None:
        """The area a row lies in: its own, its household's, the one it names, or its person's household's."""
        if entity in (*self.schema.levels, FIGURE_AREA):
            return key
        if entity == "household":
            area: str | None = self.stored(entity, key, "area")
            return area
        if entity == "person":
            home = self.stored(entity, key, "household")
            return self.place("household", home) if self.has("household", home) else None
        ways = (self._led(entity, key, link) for link in ways_to_area(self._table(entity)))
        return next((area for area in ways if area is not None), None)

    def _led(self, entity: str, key: str, link: Link) -> str | None:
        """The area that one link of a record leads to, or None where it leads nowhere."""
        found = self.stored(entity, key, link.column)
        if link.table == AREAS or found is None:
            return None if found is None else str(found)
        target = self.schema.by_name[link.table].entity
        return self.place(target, found) if self.has(target, found) else None

    # downwards

    def below(self, parent: str, back: str, entity: str, key: str) -> list[str]:
        """The keys of the rows of ``entity`` called ``back`` below one row of ``parent``, in order."""
        which = (parent, back, entity)
        if which not in self._below:
            self._below[which] = self._group(parent, back, entity)
        return self._below[which].get(key, [])

    def _group(self, parent: str, back: str, entity: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self.keys(entity):
            for above in self._parents(parent, back, entity, key):
                found.setdefault(above, []).append(key)
        return found

    def _parents(self, parent: str, back: str, entity: str, key: str) -> list[str]:
        levels = self.schema.levels
        if parent == FIGURE_AREA or (parent in levels and entity in (*levels, "household")):
            return self.path(self.place(entity, key))
        own = self._table(parent).name
        link = next(one for one in self._table(entity).links if one.back == back and one.table == own)
        found = self.stored(entity, key, link.column)
        return [] if found is None else [found]


def _in_force(row: Row, table: Table, day: date) -> bool:
    """From ``since`` on until before ``until``; a row that does not say since when is not in force."""
    since = row.get(table.since) if table.since else day
    until = row.get(table.until) if table.until else None
    return since is not None and since <= day and (until is None or until > day)
