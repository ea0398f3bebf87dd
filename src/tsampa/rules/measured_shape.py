"""What a measure demands of its parts: incomes and lines in one unit, weights of nought or more, a design in texts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.shape import Shape, shape_error
from tsampa.schema import NO_UNIT, Kind

if TYPE_CHECKING:
    from tsampa.rules.shapes import Shapes

__all__ = ["measure_shape"]


def measure_shape(shapes: Shapes, node: n.Measure) -> Shape:
    """A bare number, once every part fits. Raises TsampaError ``rule-…`` or ``figure-measure-…``."""
    if node.rows.where is not None:
        shapes._require(node, shapes.of(node.rows.where), Kind.BOOL, "a condition")
    if node.how == "alkire_foster":
        for value in node.values:
            shapes._require(node, shapes.of(value), Kind.BOOL, "an indicator")
    else:
        _income(shapes, node)
    _weights(shapes, node)
    for part in (node.strata, node.clusters):
        if part is not None:
            shapes._require(node, shapes.of(part), Kind.TEXT, "a stratum or cluster")
    _constant(shapes, node)
    return Shape(Kind.NUMBER, NO_UNIT, None)


def _income(shapes: Shapes, node: n.Measure) -> None:
    income = shapes.of(node.values[0])
    shapes._require(node, income, Kind.NUMBER, f"{node.how}()")
    if node.line is None:
        return
    line = shapes.of(node.line)
    shapes._same_unit(node, income, line, "the line is")
    if line.low is None or line.low < 0:
        raise shape_error(
            "figure-measure-line", "the poverty line may be below nought", node,
            "Give a parameter, or a column whose low is 0 or more.",
        )  # fmt: skip


def _weights(shapes: Shapes, node: n.Measure) -> None:
    if node.weights is None:
        return
    weights = shapes.of(node.weights)
    shapes._require(node, weights, Kind.NUMBER, "a weight")
    if weights.low is None or weights.low < 0:
        raise shape_error(
            "figure-measure-weights", "a weight may be below nought", node,
            "Give a count, a column whose low is 0 or more, or greatest(x, 0).",
        )  # fmt: skip


def _constant(shapes: Shapes, node: n.Measure) -> None:
    """Alpha from nought on, a share above it, a cutoff up to one; as far as it can be told before there is data."""
    if node.constant is None:
        return
    found = shapes.of(node.constant)
    shapes._require(node, found, Kind.NUMBER, "alpha, share or cutoff")
    if found.unit is not None and found.unit != NO_UNIT:
        raise shape_error(
            "rule-wrong-unit", f"a plain number is wanted, not {found.unit}", node, "Divide the unit away."
        )
    below = found.high is not None and (found.high < 0 or (found.high == 0 and node.how != "fgt"))
    above = node.how == "alkire_foster" and found.low is not None and found.low > Fraction(1)
    negative = node.how == "fgt" and found.low is not None and found.low < 0
    if below or above or negative:
        raise shape_error(
            "figure-measure-constant", "alpha starts at 0, a share above it, a cutoff lies above 0 and up to 1", node,
            "Mend the number.",
        )  # fmt: skip
