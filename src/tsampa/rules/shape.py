"""The shape of a value, and what rules demand of shapes: the same kind, the same unit, no quotient over rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.schema import INT64, NO_UNIT, Column, Kind, Unit

__all__ = [
    "NOTHING",
    "TRUTH",
    "Requirements",
    "Shape",
    "column_shape",
    "common_digits",
    "minus",
    "plus",
    "shape_error",
    "stored",
    "union",
]

Bound = Fraction | None


@dataclass(frozen=True)
class Shape:
    """What a node gives. ``kind`` None: nothing but unknown. ``unit`` None: a bare constant, which takes any unit but money.

    ``digits`` None marks a quotient: exact, but no decimal number; it may be compared and rounded, not summed over rows.
    ``low`` and ``high`` bound a number, in its unit; None: no bound.
    """

    kind: Kind | None
    unit: Unit | None = NO_UNIT
    digits: int | None = 0
    choices: tuple[str, ...] = ()
    low: Bound = None
    high: Bound = None

    @property
    def is_number(self) -> bool:
        """Whether it gives a number."""
        return self.kind is Kind.NUMBER

    def said(self) -> str:
        """The shape in words, for errors."""
        if self.kind is None:
            return "unknown"
        if self.kind is Kind.BOOL:
            return "true or false"
        if self.kind is Kind.NUMBER:
            return "a bare number" if self.unit is None else f"a number in {self.unit}"
        return f"a {self.kind}"


TRUTH = Shape(Kind.BOOL)
NOTHING = Shape(None, None)


class Requirements:
    """What every rule needs of its operands; each raises TsampaError ``rule-…`` at the node's line."""

    def _one_number(self, node: n.Node, shapes: list[Shape], what: str) -> Shape:
        for shape in shapes:
            self._require(node, shape, Kind.NUMBER, what)
        return self._one_shape(node, shapes, what)

    def _one_shape(self, node: n.Node, shapes: list[Shape], what: str) -> Shape:
        """The shape all of them fit: same kind, same unit."""
        known = [shape for shape in shapes if shape.kind is not None]
        if not known:
            return NOTHING
        first = known[0]
        for shape in known:
            if shape.kind is not first.kind:
                raise shape_error(
                    "rule-kinds-differ",
                    f"{what} gives {first.said()} in one case and {shape.said()} in another",
                    node,
                    "Let every case give the same kind.",
                )
        if not first.is_number:
            return union(known)
        unit = None
        for shape in known:
            unit = (
                self._same_unit(node, Shape(Kind.NUMBER, unit), shape, "another case is")
                if unit is not None
                else shape.unit
            )
        for shape in known:
            if shape.unit is None and unit is not None:
                self._adopt(shape, unit, node.at)
        return replace(union(known), unit=unit)

    def _choice(self, node: n.Node, word: str, shape: Shape) -> None:
        if shape.choices and word not in shape.choices:
            near = get_close_matches(word, shape.choices, 1)
            raise shape_error(
                "rule-choice-unknown",
                f"'{word}' is never one of its values",
                node,
                f"Did you mean '{near[0]}'?" if near else f"Use one of {', '.join(shape.choices)}.",
            )

    def _require(self, node: n.Node, shape: Shape, kind: Kind, what: str) -> None:
        if shape.kind not in (kind, None):
            wanted = {
                Kind.BOOL: "something true or false",
                Kind.NUMBER: "a number",
                Kind.TEXT: "a text",
                Kind.DATE: "a date",
            }[kind]
            raise shape_error(
                "rule-kind",
                f"{what} needs {wanted}, not {shape.said()}",
                node,
                "Compare or convert it first.",
            )

    def _no_quotient(self, node: n.Node, shape: Shape, what: str) -> None:
        if shape.is_number and shape.digits is None:
            raise shape_error(
                "rule-quotient-over-rows",
                f"{what} needs an exact decimal, and this is a quotient",
                node,
                "Round it first by name: rounded(x, 'half_up', digits=2).",
            )

    def _never_negative(self, node: n.Node, shapes: dict[str, Shape]) -> None:
        """What a share is made of: exact decimals from nought on."""
        for what, shape in shapes.items():
            self._require(node, shape, Kind.NUMBER, f"the {what} of a share")
            self._no_quotient(node, shape, f"the {what} of a share")
            if shape.low is None or shape.low < 0:
                raise shape_error(
                    "rule-share-negative",
                    f"the {what} of a share may be negative",
                    node,
                    "Write greatest(x, 0).",
                )

    def _fits_pool(self, node: n.Node, shape: Shape, pool: Shape, what: str) -> None:
        """A floor or cap has the unit of the pool, and no decimals that a part cannot have."""
        self._same_unit(node, shape, pool, "the pool is")
        if (shape.digits or 0) > (pool.digits or 0):
            raise shape_error(
                "rule-unrounded",
                f"the {what} of a share can have {shape.digits} decimals, and the pool has {pool.digits}",
                node,
                "Round it by name, as in rounded(x, 'half_up', digits=2).",
            )

    def _same_unit(self, node: n.Node, left: Shape, right: Shape, said: str) -> Unit | None:
        for side in (left, right):
            self._require(node, side, Kind.NUMBER, "this")
        if left.unit is None:
            return right.unit if right.unit is None else self._adopt(left, right.unit, node.at)
        if right.unit is None:
            return self._adopt(right, left.unit, node.at)
        if left.unit != right.unit:
            raise shape_error(
                "rule-wrong-unit",
                f"one side is in {left.unit}, {said} in {right.unit}",
                node,
                "Bring both to one unit; a parameter such as 12 month/year converts.",
            )
        return left.unit

    def _adopt(self, bare: Shape, unit: Unit, place: str) -> Unit:
        """A bare constant takes the unit it meets; an amount of money must be a parameter, unless it is zero."""
        if unit.money_power and not (bare.low == bare.high == 0):
            raise TsampaError(
                "rule-bare-money",
                f"a bare number stands for an amount in {unit}",
                where=place,
                remedy="Make it a parameter with a unit, a source and a date.",
            )
        return unit


def column_shape(column: Column) -> Shape:
    """The shape of a stored column."""
    if column.type.kind is not Kind.NUMBER:
        return Shape(column.type.kind, choices=column.type.choices)
    part = Fraction(1, 10**column.type.digits)
    low, high = (None if bound is None else bound * part for bound in (column.low, column.high))
    return stored(Shape(Kind.NUMBER, column.type.unit, column.type.digits, low=low, high=high))


def stored(shape: Shape) -> Shape:
    """A stored number fits 64 bits, whatever else is known of it."""
    if not shape.is_number or shape.digits is None:
        return shape
    most = Fraction(INT64, 10**shape.digits)
    return replace(
        shape,
        low=-most if shape.low is None else max(shape.low, -most),
        high=most if shape.high is None else min(shape.high, most),
    )


def union(shapes: Iterable[Shape]) -> Shape:
    """The shape that all of them fit: the widest range, the most decimals."""
    found = list(shapes)
    lows, highs = [s.low for s in found], [s.high for s in found]
    digits = None if any(s.digits is None for s in found) else max(s.digits or 0 for s in found)
    choices = (
        () if any(not s.choices for s in found) else tuple(dict.fromkeys(c for s in found for c in s.choices))
    )
    return replace(
        found[0], digits=digits, choices=choices,
        low=None if None in lows else min(x for x in lows if x is not None),
        high=None if None in highs else max(x for x in highs if x is not None),
    )  # fmt: skip


def common_digits(left: Shape, right: Shape) -> int | None:
    """The decimals of a sum of the two; None where one is a quotient."""
    return None if left.digits is None or right.digits is None else max(left.digits, right.digits)


def plus(left: Bound, right: Bound) -> Bound:
    """The sum of two bounds; none where one is none."""
    return None if left is None or right is None else left + right


def minus(bound: Bound) -> Bound:
    """The bound negated."""
    return None if bound is None else -bound


def shape_error(code: str, message: str, node: n.Node | None, remedy: str) -> TsampaError:
    """An error at the node's line."""
    return TsampaError(code, message, where=node.at if node is not None else "", remedy=remedy)
