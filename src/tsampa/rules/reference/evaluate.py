"""What each node of a rule's tree gives at a row, written down as directly as Python allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.parameter import Dated
from tsampa.rules.reference.arithmetic import both, completed_years, either, in_units, opposite, round_to
from tsampa.rules.reference.register import Register
from tsampa.rules.rulebook import Name
from tsampa.rules.shapes import Shapes

if TYPE_CHECKING:
    from tsampa.measures import Shares

__all__ = ["Answer", "Evaluator"]

Answer = bool | Fraction | str | date | None
"""What a node gives: true or false, an exact number in its unit, a text, a date; None for unknown."""


class Evaluator:
    """Reads nodes at rows; ``variable`` gives the value of a column or formula at a row."""

    def __init__(
        self, register: Register, shapes: Shapes, day: date, variable: Callable[[Name, str], Answer]
    ) -> None:
        self.register = register
        self.shapes = shapes
        self.day = day
        self._variable = variable
        self._answers: dict[tuple[n.Node, str], Answer] = {}
        self._shares: dict[tuple[n.Share, str], dict[str, int] | None] = {}
        self._rules: dict[type[n.Node], Callable[[Any, str], Answer]] = {
            n.Literal: lambda node, _: node.value, n.Today: lambda _, __: day,
            n.Parameter: self._parameter, n.Tariff: self._tariff,
            n.Value: lambda node, key: self._variable((node.entity, node.name), key),
            n.Up: self._up, n.Fold: self._fold, n.Pick: self._pick, n.Share: self._share,
            n.Arithmetic: self._arithmetic, n.Divide: self._divide, n.Round: self._round,
            n.Extreme: self._extreme, n.Compare: self._compare, n.OneOf: self._one_of,
            n.And: self._and, n.Or: self._or, n.Not: self._not, n.IsKnown: self._known,
            n.Else: self._else, n.Case: self._case,
            n.Years: self._years, n.Days: self._days, n.Part: self._part, n.Measure: self._measure,
        }  # fmt: skip

    def at(self, node: n.Node, key: str) -> Answer:
        """What the node gives at the row of this key."""
        if (node, key) not in self._answers:
            self._answers[node, key] = self._rules[type(node)](node, key)
        return self._answers[node, key]

    def _parameter(self, node: n.Parameter, key: str) -> Answer:
        keys = tuple(self.at(one, key) for one in node.keys)
        return next((value for series, value in self.dated(node).values if series == keys), None)

    def _tariff(self, node: n.Tariff, key: str) -> Answer:
        x = self._number(node.x, key)
        steps = reversed(self.dated(node).steps)
        return next((value for low, value in steps if x is not None and low <= x), None)

    def dated(self, node: n.Parameter | n.Tariff) -> Dated:
        """What the parameter is on the day. Raises TsampaError ``rule-not-in-force``."""
        found = self.shapes.named_parameter(node.name, node).on(self.day)
        if found is None:
            message = f"the parameter '{node.name}' has no value on {self.day}"
            remedy = "Choose a day on which it has, or add a value for this one."
            raise TsampaError("rule-not-in-force", message, where=node.at, remedy=remedy)
        return found

    def _up(self, node: n.Up, key: str) -> Answer:
        above = self.register.above(node.entity, key, node.link)
        return None if above is None else self.at(node.value, above)

    # rows

    def _below(self, rows: n.Rows, key: str) -> list[str]:
        return self.register.below(rows.parent, rows.back, rows.entity, key)

    def _where(self, rows: n.Rows, key: str) -> bool | None:
        return True if rows.where is None else self._truth(rows.where, key)

    def rows(self, rows: n.Rows, parent_key: str) -> list[tuple[str, bool | None]]:
        """The rows below one row that ``where`` holds of (True) or may hold of (None), in order of key."""
        found = [(key, self._where(rows, key)) for key in self._below(rows, parent_key)]
        return [(key, held) for key, held in found if held is not False]

    def _fold(self, node: n.Fold, key: str) -> Answer:
        below = self._below(node.rows, key)
        if node.how in ("sum", "min", "max", "distinct"):
            return self._fold_values(node, below)
        held = [
            (self._where(node.rows, one), self._truth(node.term, one) if node.term else True) for one in below
        ]
        if node.how == "count":
            counted = [both(where, term) for where, term in held]
            return None if None in counted else Fraction(counted.count(True))
        if node.how == "any":
            return _reduce(either, (both(where, term) for where, term in held), False)
        return _reduce(both, (either(opposite(where), term) for where, term in held), True)

    def _fold_values(self, node: n.Fold, below: list[str]) -> Answer:
        assert node.term is not None
        held = {key: self._where(node.rows, key) for key in below}
        terms: list[Any] = [self.at(node.term, key) for key, where in held.items() if where]
        if None in held.values() or any(term is None for term in terms):
            return None
        if node.how == "sum":
            return sum(terms, Fraction(0))
        if node.how == "distinct":
            return Fraction(len(set(terms)))
        return (min if node.how == "min" else max)(terms, default=None)

    def _measure(self, node: n.Measure, key: str) -> Answer:
        """The float that comes out, as the fraction it is; a figure rounds it."""
        from tsampa.rules.reference.measuring import measure_of  # NumPy, which no rule needs

        found = measure_of(node, sorted(self._below(node.rows, key)), self.at)
        return None if found.value is None else Fraction(found.value)

    def _pick(self, node: n.Pick, key: str) -> Answer:
        taken = self.picked(node, key)
        return None if taken is None else self.at(node.term, taken)

    def picked(self, node: n.Pick, key: str) -> str | None:
        """The key of the row taken; None where there is none, or it cannot be known which."""
        rows = [(one, self._where(node.rows, one)) for one in self._below(node.rows, key)]
        order: list[tuple[Any, str]] = [(self.at(node.by, one), one) for one, where in rows if where]
        if not order or any(where is None for _, where in rows) or any(by is None for by, _ in order):
            return None
        return (min if node.which == "first" else max)(order)[1]

    def sharers(self, share: n.Share, above: str) -> list[str]:
        """The rows a pool is split among: all that are linked to the same row above, in order of key."""
        entity, link = share.pool.entity, share.pool.link
        return [key for key in self.register.keys(entity) if self.register.above(entity, key, link) == above]

    def _share(self, node: n.Share, key: str) -> Answer:
        above = self.register.above(node.pool.entity, key, node.pool.link)
        if above is None:
            return None
        if (node, above) not in self._shares:
            found, keys = self.shared_out(node, above), self.sharers(node, above)
            self._shares[node, above] = dict(zip(keys, found.parts, strict=True)) if found else None
        parts = self._shares[node, above]
        return None if parts is None else Fraction(parts[key], 10 ** self.share_digits(node))

    def share_digits(self, node: n.Share) -> int:
        """The decimals of pool, parts, floors and caps."""
        return self.shapes.of(node.pool).digits or 0

    def shared_out(self, node: n.Share, above: str) -> Shares | None:
        """How the pool of a row above goes to its ``sharers``, in smallest units; None where something of it is unknown."""
        from tsampa.measures import (
            share_out,  # it brings NumPy, which only rulebooks that share a pool need wait for
        )

        digits, keys, pool = (
            self.share_digits(node),
            self.sharers(node, above),
            self._number(node.pool.value, above),
        )
        weights = [self._number(node.by, key) for key in keys]
        if pool is None or None in weights:
            return None
        floors, caps = (self._share_bounds(one, keys, digits) for one in (node.at_least, node.at_most))
        taking = [row for row, weight in enumerate(weights) if weight]
        if any(bounds and bounds[row] is None for bounds in (floors, caps) for row in taking):
            return None
        return share_out(in_units(pool, digits), weights, floors, caps)

    def _share_bounds(self, node: n.Node | None, keys: list[str], digits: int) -> list[int | None] | None:
        """Every row's floor or cap, or None where the share has no such bounds."""
        if node is None:
            return None
        found = [self._number(node, key) for key in keys]
        return [None if one is None else in_units(one, digits) for one in found]

    # numbers

    def _number(self, node: n.Node, key: str) -> Fraction | None:
        found = self.at(node, key)
        assert found is None or isinstance(found, Fraction)
        return found

    def _arithmetic(self, node: n.Arithmetic, key: str) -> Answer:
        left, right = self._number(node.left, key), self._number(node.right, key)
        if left is None or right is None:
            return None
        return left + right if node.how == "+" else left - right if node.how == "-" else left * right

    def _divide(self, node: n.Divide, key: str) -> Answer:
        left, right = self._number(node.left, key), self._number(node.right, key)
        if right == 0:
            return self.at(node.when_zero, key) if node.when_zero is not None else None
        return None if left is None or right is None else left / right

    def _round(self, node: n.Round, key: str) -> Answer:
        x = self._number(node.x, key)
        return None if x is None else round_to(x, node.how, node.digits)

    def _extreme(self, node: n.Extreme, key: str) -> Answer:
        items: list[Any] = [self.at(item, key) for item in node.items]
        if any(item is None for item in items):
            return None
        return (min if node.how == "least" else max)(items)  # type: ignore[no-any-return]

    # comparisons and logic

    def _compare(self, node: n.Compare, key: str) -> Answer:
        left: Any = self.at(node.left, key)
        right: Any = self.at(node.right, key)
        return None if left is None or right is None else _COMPARE[node.how](left, right)

    def _one_of(self, node: n.OneOf, key: str) -> Answer:
        x = self.at(node.x, key)
        return None if x is None else x in node.words

    def _truth(self, node: n.Node, key: str) -> bool | None:
        found = self.at(node, key)
        assert found is None or isinstance(found, bool)
        return found

    def _and(self, node: n.And, key: str) -> Answer:
        return both(self._truth(node.left, key), self._truth(node.right, key))

    def _or(self, node: n.Or, key: str) -> Answer:
        return either(self._truth(node.left, key), self._truth(node.right, key))

    def _not(self, node: n.Not, key: str) -> Answer:
        return opposite(self._truth(node.x, key))

    def _known(self, node: n.IsKnown, key: str) -> Answer:
        return self.at(node.x, key) is not None

    def _else(self, node: n.Else, key: str) -> Answer:
        found = self.at(node.x, key)
        return self.at(node.default, key) if found is None else found

    def _case(self, node: n.Case, key: str) -> Answer:
        for condition, value in zip(node.conditions, node.values, strict=True):
            held = self._truth(condition, key)
            if held is None:
                return None
            if held:
                return self.at(value, key)
        return self.at(node.otherwise, key)

    # dates

    def _dates(self, node: n.Years | n.Days, key: str) -> tuple[date, date] | None:
        start, end = self.at(node.start, key), self.at(node.end, key)
        return (start, end) if isinstance(start, date) and isinstance(end, date) else None

    def _years(self, node: n.Years, key: str) -> Answer:
        found = self._dates(node, key)
        return None if found is None else Fraction(completed_years(*found))

    def _days(self, node: n.Days, key: str) -> Answer:
        found = self._dates(node, key)
        return None if found is None else Fraction((found[1] - found[0]).days)

    def _part(self, node: n.Part, key: str) -> Answer:
        x = self.at(node.x, key)
        return Fraction(x.year if node.how == "year" else x.month) if isinstance(x, date) else None


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b, ">=": lambda a, b: a >= b, ">": lambda a, b: a > b,
}  # fmt: skip


def _reduce(
    join: Callable[[bool | None, bool | None], bool | None], items: Iterable[bool | None], start: bool
) -> bool | None:
    found: bool | None = start
    for item in items:
        found = join(found, item)
    return found
