"""Whether a village can be counted or explained by itself: what is worked out there may not look at rows of other villages."""

from __future__ import annotations

from datetime import date

from tsampa.rules import Rulebook
from tsampa.rules import nodes as n
from tsampa.rules.relations import entity_table, link_target
from tsampa.schema import Schema
from tsampa.snapshot.place import bindings

__all__ = ["is_local", "is_of_one_village", "looks_at_one_village"]


def is_local(rulebook: Rulebook, day: date) -> bool:
    """Whether no formula in force belongs to, or gathers rows below, anything that rows of several villages share.

    Such are areas above the village, and rows of tables that are not split by area. Their columns may be read.
    """
    schema = rulebook.schema
    return all(
        is_of_one_village(schema, formula.entity) and looks_at_one_village(schema, formula.node)
        for formula in rulebook.on(day).values()
    )


def is_of_one_village(schema: Schema, entity: str) -> bool:
    """Whether a row of the entity is a village or stands in an area: none is shared by several partitions' villages."""
    if entity in schema.levels:
        return entity == schema.home_level
    return entity_table(schema, entity) in bindings(schema)


def looks_at_one_village(schema: Schema, node: n.Node) -> bool:
    """Whether neither the node nor any below it gathers rows, or splits a pool, below what several villages share."""
    return all(
        _gathers_in_one_village(schema, parent) for one in n.walk(node) if (parent := _parent(schema, one))
    )


def _parent(schema: Schema, node: n.Node) -> str | None:
    """The entity of the row below which the node looks at others."""
    if isinstance(node, n.Rows):
        return node.parent
    return link_target(schema, node.pool.entity, node.pool.link) if isinstance(node, n.Share) else None


def _gathers_in_one_village(schema: Schema, parent: str) -> bool:
    """Whether all rows below a row of ``parent`` are of one village, or of villages tied to it.

    A record that may lie in an area without a household may lie in one above the villages, with rows of several below it.
    """
    if parent in schema.levels:
        return parent == schema.home_level
    if parent in ("household", "person"):
        return True
    table = schema.by_entity.get(parent)
    return table is not None and any(link.required and link.table == "households" for link in table.links)
