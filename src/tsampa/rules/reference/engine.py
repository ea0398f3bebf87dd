"""The reference engine: the variables and figures of a rulebook over one register on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.check import formulas_needed, in_order, variables_needed
from tsampa.rules.reference.evaluate import Answer, Evaluator
from tsampa.rules.reference.register import Register, Row
from tsampa.rules.relations import FIGURE_AREA
from tsampa.rules.rulebook import Formula, Name, Rulebook
from tsampa.rules.shapes import Shapes
from tsampa.schema import INT64, Kind

__all__ = ["Answer", "Pooled", "Reference"]

REACH = 120
"""How many levels of trees may be worked out one inside the other; longer chains are cut."""


@dataclass(frozen=True)
class Pooled:
    """All who share one pool, most of whom are not at hand: how many, how many of unknown weight, the others' weights added up."""

    many: int
    unknown: int
    weight: Fraction


class Reference:
    """The values of a rulebook over one register on one day.

    ``register`` holds the rows of its tables as they are stored. ``given`` overrides variables at some keys,
    with values as rules see them (``Answer``; a whole number may be an int): so the totals of a village
    already worked out stand in for households that are not at hand. ``pooled`` says of a variable so given that is a
    share, and of a row above, who shares its pool.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        day: date,
        register: Mapping[str, Sequence[Row]],
        *,
        given: Mapping[Name, Mapping[str, Any]] | None = None,
        pooled: Mapping[tuple[Name, str], Pooled] | None = None,
    ) -> None:
        self.rulebook = rulebook
        self.day = day
        self.register = Register(rulebook.schema, day, register)
        self.shapes = Shapes(rulebook)
        self.formulas = {(formula.entity, formula.name): formula for formula in in_order(rulebook, day)}
        for name in self.formulas:
            # Each after those it needs: so a long chain does not exhaust the stack.
            self.shapes.variable(name)
        self._given = given or {}
        self.pooled = pooled or {}
        self._variables: dict[tuple[Name, str], Answer] = {}
        self.nodes = Evaluator(self.register, self.shapes, day, self._variable)
        self._deep = self._find_deep()

    # what is asked

    def value(self, name: Name, key: str) -> Answer:
        """A variable or column at one row.

        Raises TsampaError ``row-unknown``, ``rule-not-in-force`` or ``rule-overflow``.
        """
        self._require(name[0], key)
        self._prepare([name])
        return self._variable(name, key)

    def of(self, node: n.Node, entity: str, key: str) -> Answer:
        """A node read at one row of ``entity``. Raises as ``value`` does."""
        self._require(entity, key)
        self._prepare(variables_needed(node))
        return self.nodes.at(node, key)

    def all(self, name: Name) -> dict[str, Answer]:
        """A variable at every row of its entity, by key."""
        self._prepare([name])
        return {key: self._variable(name, key) for key in self.register.keys(name[0])}

    def figure(self, id: str, area_code: str) -> Answer:
        """A figure of one area, exact: not rounded to the decimals it is published with."""
        found = self.rulebook.figures.get(id)
        if found is None:
            raise TsampaError(
                "figure-unknown",
                f"there is no figure '{id}'",
                remedy="Use an id of the rulebook's figures.",
                usage=True,
            )
        return self.of(found.node, FIGURE_AREA, area_code)

    def rows(self, rows: n.Rows, parent_key: str) -> list[tuple[str, bool | None]]:
        """The rows below one row that ``where`` holds of (True) or may hold of (None), in order of key."""
        self._prepare(variables_needed(rows))
        return self.nodes.rows(rows, parent_key)

    def storage(self, name: Name, value: Answer) -> Any:
        """A variable's value as it is stored: whole units; a quotient rounded half to even, as it is shown."""
        shape = self.shapes.variable(name)
        if value is None or shape.kind is not Kind.NUMBER:
            return value
        assert isinstance(value, Fraction)
        whole = round(value * 10 ** self.digits(name))
        if abs(whole) > INT64:
            raise self._too_large(self.formulas[name], "")
        return whole

    def from_storage(self, name: Name, stored: Any) -> Answer:
        """The inverse of ``storage``: an exact number comes back whole, a quotient as it is shown."""
        if stored is None or self.shapes.variable(name).kind is not Kind.NUMBER:
            return stored  # type: ignore[no-any-return]
        return Fraction(int(stored), 10 ** self.digits(name))

    def digits(self, name: Name) -> int:
        """How many decimals a number is stored with."""
        formula = self.formulas.get(name)
        if formula is None:
            return self.shapes.variable(name).digits or 0
        exact = self.shapes.declared(formula).digits
        return self.shapes.shown_digits(formula) if exact is None else exact

    def is_given(self, name: Name, key: str) -> bool:
        """Whether this value was handed in."""
        return key in self._given.get(name, {})

    # variables

    def _variable(self, name: Name, key: str) -> Answer:
        if (name, key) not in self._variables:
            self._variables[name, key] = self._work_out(name, key)
        return self._variables[name, key]

    def _work_out(self, name: Name, key: str) -> Answer:
        if self.is_given(name, key):
            found = self._given[name][key]
            return Fraction(found) if isinstance(found, int) and not isinstance(found, bool) else found
        if self.shapes.column(name) is not None:
            return self.register.value(name[0], key, name[1])  # type: ignore[no-any-return]
        formula = self.formulas.get(name)
        if formula is None:
            raise self._not_in_force(name)
        return self._fitting(formula, key, self.nodes.at(formula.node, key))

    def _fitting(self, formula: Formula, key: str, value: Answer) -> Answer:
        """The value, if it can be stored: exact numbers must fit 64 bits, quotients only as shown."""
        digits = self.shapes.declared(formula).digits
        if isinstance(value, Fraction) and digits is not None and abs(value * 10**digits) > INT64:
            raise self._too_large(formula, f" of {formula.entity} {key}")
        return value

    def _find_deep(self) -> list[Formula]:
        """The formulas at which long chains are cut: worked out for all rows first, to keep the stack low."""
        reach: dict[Name, int] = {}
        deep = []
        for name, formula in self.formulas.items():
            below = [reach[other] for other in variables_needed(formula.node) if other in reach]
            reach[name] = max(below, default=0) + _depth(formula.node)
            if reach[name] > REACH:
                deep.append(formula)
                reach[name] = 0
        return deep

    def _prepare(self, names: Iterable[Name]) -> None:
        if not self._deep:
            return
        needed = formulas_needed(self.formulas, list(names))
        for formula in self._deep:
            name = (formula.entity, formula.name)
            if name in needed:
                for key in self.register.keys(formula.entity):
                    self._variable(name, key)

    def _require(self, entity: str, key: str) -> None:
        if not self.register.has(entity, key):
            raise TsampaError(
                "row-unknown",
                f"there is no {entity} '{key}' on {self.day}",
                remedy="Use the code of a row of the register.",
                usage=True,
            )

    def _not_in_force(self, name: Name) -> TsampaError:
        self.shapes.variable(name)
        return TsampaError(
            "rule-not-in-force",
            f"no formula for '{name[1]}' of a {name[0]} is in force on {self.day}",
            remedy="Choose a day on which it is, or give it a version for this one.",
        )

    def _too_large(self, formula: Formula, whose: str) -> TsampaError:
        return TsampaError(
            "rule-overflow",
            f"{formula.name}{whose} is too large to be stored",
            where=formula.at,
            remedy="Look for an amount with too many digits, or declare fewer decimals.",
        )


def _depth(root: n.Node) -> int:
    """How many nodes lie one inside the other, found without recursion."""
    depth, level = 0, {root}
    while level:
        depth, level = depth + 1, {child for node in level for child in n.children(node)}
    return depth
