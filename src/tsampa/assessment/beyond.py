"""What explaining one village takes from the results: whatever rests on rows of other villages, and how pools were shared there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tsampa.assessment.local import is_of_one_village, looks_at_one_village
from tsampa.assessment.read import Assessment
from tsampa.rules import Formula, Rulebook
from tsampa.rules import nodes as n
from tsampa.rules.columns import Sources, compile_variables, run_plan
from tsampa.rules.reference import Pooled
from tsampa.rules.relations import entity_table, link_target
from tsampa.rules.rulebook import Name
from tsampa.rules.shapes import Shapes
from tsampa.snapshot.sql import quote

if TYPE_CHECKING:
    import duckdb

    from tsampa.schema import Schema, Table

__all__ = ["Beyond"]

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Beyond:
    """Asks the partition that a village lies in: ``sources`` has its rows and results, ``register`` the rows that are at hand."""

    con: duckdb.DuckDBPyConnection
    assessment: Assessment
    sources: Sources
    register: Rows

    @property
    def schema(self) -> Schema:
        """The tables that the rules speak of."""
        return self.assessment.rulebook.schema

    @cached_property
    def names(self) -> list[Name]:
        """The variables that are not of one village, or look at rows of others."""
        return [
            name
            for name, formula in self.assessment.formulas.items()
            if not is_of_one_village(self.schema, name[0])
            or not looks_at_one_village(self.schema, formula.node)
        ]

    def given(self) -> dict[Name, dict[str, Any]]:
        """Their values at the rows at hand, as rules see them."""
        found: dict[Name, dict[str, Any]] = {}
        for entity in dict.fromkeys(entity for entity, _ in self.names):
            found |= self._values(entity, [name for name in self.names if name[0] == entity])
        return found

    def _values(self, entity: str, names: list[Name]) -> dict[Name, dict[str, Any]]:
        table = self._table(entity)
        source = self.sources.results[entity]
        columns = ", ".join(quote(one) for name in names for one in self._columns(name))
        keys = [row[table.key] for row in self.register[table.name]]
        rows = self.con.execute(
            f"SELECT {quote(table.key)}, {columns} FROM {source} WHERE {quote(table.key)} IN (SELECT unnest(?::VARCHAR[]))",
            [keys],
        ).fetchall()
        found: dict[Name, dict[str, Any]] = {name: {} for name in names}
        for code, *values in rows:
            left = iter(values)
            for name in names:
                found[name][code] = self._value(name, [next(left) for _ in self._columns(name)])
        return found

    def _table(self, entity: str) -> Table:
        return self.schema.by_name[entity_table(self.schema, entity) or ""]

    def _digits(self, name: Name) -> int | None:
        """How many decimals a number is stored with; None for a quotient, and for what is no number."""
        formula, shapes = self.assessment.formulas[name], self.assessment.shapes
        return shapes.declared(formula).digits if shapes.of(formula.node).is_number else None

    def _columns(self, name: Name) -> list[str]:
        number = self.assessment.shapes.of(self.assessment.formulas[name].node).is_number
        quotient = number and self._digits(name) is None
        return [f"{name[1]}__n", f"{name[1]}__d"] if quotient else [name[1]]

    def _value(self, name: Name, stored: list[Any]) -> Any:
        if len(stored) == 2:
            return None if stored[0] is None else Fraction(*stored)
        digits = self._digits(name)
        return stored[0] if digits is None or stored[0] is None else Fraction(stored[0], 10**digits)

    # pools

    def pooled(self) -> dict[tuple[Name, str], Pooled]:
        """For each variable that is a share of a wider pool, and each such pool: who shares it. Weights are exact decimals."""
        shares = {
            name: formula.node
            for name in self.names
            if isinstance((formula := self.assessment.formulas[name]).node, n.Share)
            and all(looks_at_one_village(self.schema, one) for one in n.children(formula.node))
        }
        if not shares:
            return {}
        asked = _Asked(self.assessment.rulebook, self.assessment.formulas, shares)
        plan = compile_variables(
            asked.rulebook, self.assessment.day, self.sources,
            names=asked.names, given=self.assessment.given,
        )  # fmt: skip
        run_plan(self.con, plan)
        found: dict[tuple[Name, str], Pooled] = {}
        for name, node in shares.items():
            found |= self._totals(name, asked, node, plan.outputs[name[0]].query)
        return found

    def _totals(self, name: Name, asked: _Asked, node: n.Share, query: str) -> dict[tuple[Name, str], Pooled]:
        """What all who share a pool have, by the key of the row that the pool is of."""
        above, weight = (quote(column) for column in asked.columns[name])
        table = self._table(link_target(self.schema, node.pool.entity, node.pool.link) or "")
        rows = self.con.execute(
            f"SELECT {above}, count(*), count({weight}), coalesce(sum({weight}), 0) FROM ({query})"
            f" WHERE {above} IN (SELECT unnest(?::VARCHAR[])) GROUP BY {above}",
            [[row[table.key] for row in self.register[table.name]]],
        ).fetchall()
        smallest = 10 ** (asked.shapes.of(node.by).digits or 0)
        return {
            (name, key): Pooled(many, many - known, Fraction(int(total), smallest))
            for key, many, known, total in rows
        }


class _Asked:
    """The rulebook with two variables more for each share: the key of the row above, and the weight."""

    def __init__(
        self, rulebook: Rulebook, formulas: Mapping[Name, Formula], shares: Mapping[Name, n.Share]
    ) -> None:
        self.columns = {name: (f"above {i}", f"weight {i}") for i, name in enumerate(shares)}
        self.shapes = Shapes(rulebook)
        more: dict[Name, tuple[Formula, ...]] = {}
        for name, node in shares.items():
            key = self._key(rulebook, node)
            for column, tree in zip(self.columns[name], (key, node.by), strict=True):
                shape = self.shapes.of(tree)
                unit = str(shape.unit or "1") if shape.is_number else ""
                more[name[0], column] = (
                    replace(
                        formulas[name],
                        name=column,
                        node=tree,
                        unit=unit,
                        digits=None,
                    ),
                )
        self.names = list(more)
        self.rulebook = replace(rulebook, formulas=rulebook.formulas | more)

    def _key(self, rulebook: Rulebook, node: n.Share) -> n.Node:
        target = link_target(rulebook.schema, node.pool.entity, node.pool.link)
        assert target is not None
        table = rulebook.schema.by_entity[target]
        return n.Up(node.pool.entity, node.pool.link, n.Value(target, table.key))
