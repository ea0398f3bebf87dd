"""Which rows a row is linked to, and which rows stand below it: the register's shape as rules see it."""

from __future__ import annotations

from tsampa.schema import Link, Schema, Table

__all__ = ["FIGURE_AREA", "entity_table", "level_below", "link_target", "relation_target", "ways_to_area"]

FIGURE_AREA = "area"
"""The entity figures are declared on: whichever area they are asked for, of any level."""


def entity_table(schema: Schema, entity: str) -> str | None:
    """The table that holds rows of ``entity``, or None where there is no such entity."""
    found = schema.by_entity.get(entity)
    return "areas" if entity == FIGURE_AREA else found.name if found else None


def plural(level: str) -> str:
    """How the areas of a level are called from above: villages, counties."""
    return f"{level[:-1]}ies" if level.endswith("y") else f"{level}s"


def level_below(schema: Schema, back: str) -> str | None:
    """The level whose plural is ``back``."""
    return next((level for level in schema.levels if plural(level) == back), None)


def link_target(schema: Schema, entity: str, name: str) -> str | None:
    """The entity that the link ``name`` of ``entity`` leads to, or None where it is no link."""
    levels = schema.levels
    if name in levels:
        if entity == "household":
            return name
        return name if entity in levels and levels.index(name) < levels.index(entity) else None
    table = schema.by_entity.get(entity)
    link = table.link(name) if table and entity not in levels else None
    if link is None or link.table == "areas":
        return None
    return schema.by_name[link.table].entity


def relation_target(schema: Schema, entity: str, back: str) -> str | None:
    """The entity of the rows called ``back`` below one row of ``entity``, or None where there are none."""
    if entity == FIGURE_AREA:
        return _below_any_area(schema, back)
    levels = schema.levels
    if entity in levels:
        below = level_below(schema, back)
        if below in levels and levels.index(below) > levels.index(entity):
            return below
        if back == "households":
            return "household"
    if entity == "household" and back == "members":
        return "person"
    own = entity_table(schema, entity)
    for row_entity, table in schema.by_entity.items():
        if row_entity in levels or row_entity in ("household", "person"):
            continue
        if any(link.back == back and link.table == own for link in table.links):
            return row_entity
    return None


def _below_any_area(schema: Schema, back: str) -> str | None:
    """A figure counts any table's rows in its area: all households, persons, records, and the areas of each level."""
    below = level_below(schema, back)
    if below is not None:
        return below
    return next(
        (
            entity
            for entity, table in schema.by_entity.items()
            if table.name == back
            and entity not in schema.levels
            and (entity in ("household", "person") or ways_to_area(table))
        ),
        None,
    )


def ways_to_area(table: Table) -> tuple[Link, ...]:
    """The links by which a record lies in an area, the best first: its household, else the area it names, else its person.

    A record that must have a household needs no other way.
    """
    first = {link.table: link for link in reversed(table.links)}
    ways = tuple(first[name] for name in ("households", "areas", "persons") if name in first)
    return ways[:1] if ways and ways[0].required else ways
