"""Whether a village can be counted by itself: nothing that is worked out may look at rows of other villages."""

from __future__ import annotations

from datetime import date

from tsampa.rules import Rulebook
from tsampa.rules import nodes as n
from tsampa.rules.relations import entity_table, link_target
from tsampa.schema import Schema
from tsampa.snapshot.place import bindings

__all__ = ["is_local"]


def is_local(rulebook: Rulebook, day: date) -> bool:
    """Whether no formula in force belongs to, or gathers rows below, anything that rows of several villages share.

    Such are areas above the village, and rows of tables that are not split by area. Their columns may be read.
    """
    schema = rulebook.schema
    return all(
        _in_one_village(schema, formula.entity) and all(map(_Looks(schema), n.walk(formula.node)))
        for formula in rulebook.on(day).values()
    )


def _in_one_village(schema: Schema, entity: str) -> bool:
    if entity in schema.levels:
        return entity == schema.home_level
    return entity_table(schema, entity) in bindings(schema)


class _Looks:
    """Whether a node gathers rows of one village alone."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __call__(self, node: n.Node) -> bool:
        if isinstance(node, n.Rows):
            return _in_one_village(self.schema, node.parent)
        if isinstance(node, n.Share):
            target = link_target(self.schema, node.pool.entity, node.pool.link)
            return target is not None and _in_one_village(self.schema, target)
        return True
