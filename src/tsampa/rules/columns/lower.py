"""From a node of the tree to SQL over a frame. What looks at other rows (up, fold, pick, share) is asked of the planner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tsampa.rules import nodes as n
from tsampa.rules.columns.frames import Frame
from tsampa.rules.columns.numbers import Number, Numbers
from tsampa.rules.columns.sql import Dialect, Sql, sql
from tsampa.rules.shapes import Shape, Shapes
from tsampa.schema import Kind

if TYPE_CHECKING:
    from tsampa.rules.columns.plan import Planner

__all__ = ["Lower"]


@dataclass(eq=False)
class Lower:
    """Writes expressions over one frame. Numbers come as ``Number``, everything else as ``Sql``."""

    planner: Planner
    frame: Frame

    def __post_init__(self) -> None:
        self.shapes: Shapes = self.planner.shapes
        self.dialect: Dialect = self.planner.dialect
        self.numbers = Numbers(self.dialect, self.frame.bind)
        self._numbers: dict[n.Node, Number] = {}
        self._plains: dict[n.Node, Sql] = {}
        self._number_rules: dict[type[n.Node], Callable[[Any], Number]] = {
            n.Literal: lambda x: self.numbers.constant(x.value), n.Parameter: self._parameter_number, n.Tariff: self._tariff,
            n.Value: self._value_number, n.Up: self._crossed_number, n.Fold: self._crossed_number, n.Pick: self._crossed_number,
            n.Share: self._crossed_number, n.Arithmetic: self._arithmetic, n.Divide: self._divide, n.Round: self._round,
            n.Extreme: self._extreme, n.Else: self._else_number, n.Case: self._case_number, n.Years: self._years, n.Days: self._days,
            n.Part: self._part,
        }  # fmt: skip
        self._plain_rules: dict[type[n.Node], Callable[[Any], Sql]] = {
            n.Literal: self._literal, n.Today: lambda _: Sql(self.dialect.date(self.planner.day), nullable=False),
            n.Parameter: self._parameter_plain, n.Value: self._value_plain, n.Up: self._crossed_plain, n.Fold: self._crossed_plain,
            n.Pick: self._crossed_plain, n.Compare: self._compare, n.OneOf: self._one_of, n.And: self._logic, n.Or: self._logic,
            n.Not: self._not, n.IsKnown: self._known, n.Else: self._else_plain, n.Case: self._case_plain,
        }  # fmt: skip

    def number(self, node: n.Node) -> Number:
        """A node that gives a number."""
        found = self._numbers.get(node)
        if found is None:
            found = self._numbers[node] = self._number_rules[type(node)](node)
        return found

    def plain(self, node: n.Node) -> Sql:
        """A node that gives true or false, a text or a date."""
        found = self._plains.get(node)
        if found is None:
            found = self._plains[node] = self._plain_rules[type(node)](node)
        return found

    def is_number(self, node: n.Node) -> bool:
        """Whether the node gives a number."""
        return self.shapes.of(node).is_number

    # leaves

    def _literal(self, node: n.Literal) -> Sql:
        value = node.value
        if value is None:
            return Sql("NULL")
        if isinstance(value, bool):
            return Sql("TRUE" if value else "FALSE", nullable=False)
        if isinstance(value, str):
            return Sql(self.dialect.text(value), nullable=False)
        assert not isinstance(value, Fraction)
        return Sql(self.dialect.date(value), nullable=False)

    def _constant(self, value: Any) -> Sql:
        return self._literal(n.Literal(value))

    def _parameter_entries(self, node: n.Parameter) -> list[tuple[tuple[str, ...], Any]]:
        dated = self.shapes.named_parameter(node.name, node).on(self.planner.day)
        return list(dated.values) if dated else []

    def _chosen_entry(
        self, node: n.Parameter, entries: list[tuple[tuple[str, ...], Any]]
    ) -> tuple[bool, Any]:
        """Where every key is a constant the value is known now."""
        if all(isinstance(key, n.Literal) for key in node.keys):
            wanted = tuple(str(key.value) for key in node.keys if isinstance(key, n.Literal))
            return True, next((value for keys, value in entries if keys == wanted), None)
        return False, None

    def _key_conditions(self, node: n.Parameter, keys: tuple[str, ...]) -> Sql:
        found = [
            sql("{} = {}", self.plain(own), self._constant(word))
            for own, word in zip(node.keys, keys, strict=True)
        ]
        return sql("(" + " AND ".join("{}" for _ in found) + ")", *found)

    def _parameter_number(self, node: n.Parameter) -> Number:
        entries = self._parameter_entries(node)
        known, value = self._chosen_entry(node, entries)
        if known or not entries:
            return self.numbers.constant(value)
        cases = [(self._key_conditions(node, keys), self.numbers.constant(value)) for keys, value in entries]
        return self.numbers.choose(cases, self.numbers.constant(None))

    def _parameter_plain(self, node: n.Parameter) -> Sql:
        entries = self._parameter_entries(node)
        known, value = self._chosen_entry(node, entries)
        if known or not entries:
            return self._constant(value)
        arms = [
            sql("WHEN {} THEN {}", self._key_conditions(node, keys), self._constant(value))
            for keys, value in entries
        ]
        return sql("CASE " + " ".join("{}" for _ in arms) + " END", *arms)

    def _tariff(self, node: n.Tariff) -> Number:
        dated = self.shapes.named_parameter(node.name, node).on(self.planner.day)
        steps = dated.steps if dated else ()
        x = self._reused(self.number(node.x))
        cases = [
            (self.numbers.compare(x, ">=", self.numbers.constant(low)), self.numbers.constant(value))
            for low, value in reversed(steps)
        ]
        return (
            self.numbers.choose(cases, self.numbers.constant(None)) if cases else self.numbers.constant(None)
        )

    def _reused(self, x: Number) -> Number:
        """The number with its parts named, for use in several places."""
        return replace(x, num=self.frame.bind(x.num), den=None if x.den is None else self.frame.bind(x.den))

    def _value_number(self, node: n.Value) -> Number:
        return self.planner.variable_number(self.frame, (node.entity, node.name))

    def _value_plain(self, node: n.Value) -> Sql:
        return self.planner.variable_plain(self.frame, (node.entity, node.name))

    # what looks at other rows

    def _crossed_number(self, node: n.Up | n.Fold | n.Pick | n.Share) -> Number:
        return self.planner.crossing_number(self.frame, node)

    def _crossed_plain(self, node: n.Up | n.Fold | n.Pick) -> Sql:
        return self.planner.crossing_plain(self.frame, node)

    # numbers

    def _arithmetic(self, node: n.Arithmetic) -> Number:
        left, right = self.number(node.left), self.number(node.right)
        return (
            self.numbers.multiply(left, right) if node.how == "*" else self.numbers.add(left, right, node.how)
        )

    def _divide(self, node: n.Divide) -> Number:
        left, right, shape = self.number(node.left), self.number(node.right), self.shapes.of(node.right)
        right = self._reused(right)
        never_negative = shape.low is not None and shape.low >= 0
        never_zero = (shape.low is not None and shape.low > 0) or (shape.high is not None and shape.high < 0)
        found = self.numbers.divide(left, right, never_negative, never_zero)
        if node.when_zero is None or self.shapes.of(node.when_zero).kind is None:
            return found
        is_zero = sql("{} = 0", right.num, nullable=right.num.nullable)
        return self.numbers.choose([(is_zero, self.number(node.when_zero))], found)

    def _round(self, node: n.Round) -> Number:
        return self.numbers.round(self.number(node.x), node.how, node.digits)

    def _extreme(self, node: n.Extreme) -> Number:
        found = self.number(node.items[0])
        for item in node.items[1:]:
            found = self._extreme_of(
                self._reused(found), self._reused(self.number(item)), "<=" if node.how == "least" else ">="
            )
        return found

    def _extreme_of(self, left: Number, right: Number, how: str) -> Number:
        chosen = self.numbers.choose([(self.numbers.compare(left, how, right), left)], right)
        if not left.nullable and not right.nullable:
            return chosen
        missing = sql(
            "({} IS NULL OR {} IS NULL)", self._value_of(left), self._value_of(right), nullable=False
        )
        return self.numbers.choose([(missing, self.numbers.constant(None))], chosen)

    def _value_of(self, x: Number) -> Sql:
        """Something that is null exactly where the number is unknown."""
        return x.num if x.den is None else sql("CASE WHEN {} IS NOT NULL THEN {} END", x.den, x.num)

    def _else_number(self, node: n.Else) -> Number:
        x, default = self.number(node.x), self.number(node.default)
        if not x.nullable:
            return x
        x = self._reused(x)
        chosen = self.numbers.choose([(sql("{} IS NULL", self._value_of(x), nullable=False), default)], x)
        if default.nullable:
            return chosen
        sure = replace(chosen.num, nullable=False)
        return replace(
            chosen, num=sure, den=None if chosen.den is None else replace(chosen.den, nullable=False)
        )

    def _case_number(self, node: n.Case) -> Number:
        cases: list[tuple[Sql, Number]] = []
        for condition, value in zip(node.conditions, node.values, strict=True):
            found = self.frame.bind(self.plain(condition))
            if found.nullable:
                cases.append((sql("{} IS NULL", found, nullable=False), self.numbers.constant(None)))
            cases.append((found, self.number(value)))
        return self.numbers.choose(cases, self.number(node.otherwise))

    def _years(self, node: n.Years) -> Number:
        start, end = self.frame.bind(self.plain(node.start)), self.frame.bind(self.plain(node.end))
        nullable = start.nullable or end.nullable
        text = (
            "(EXTRACT(YEAR FROM {}) - EXTRACT(YEAR FROM {}) - CASE WHEN EXTRACT(MONTH FROM {}) * 100 + EXTRACT(DAY FROM {})"
            " < EXTRACT(MONTH FROM {}) * 100 + EXTRACT(DAY FROM {}) THEN 1 ELSE 0 END)"
        )
        return self._small(
            sql(text, end, start, end, end, start, start, nullable=nullable), self.shapes.of(node)
        )

    def _days(self, node: n.Days) -> Number:
        return self._small(
            self.dialect.days(self.plain(node.start), self.plain(node.end)), self.shapes.of(node)
        )

    def _part(self, node: n.Part) -> Number:
        x = self.plain(node.x)
        return self._small(
            sql(f"EXTRACT({node.how.upper()} FROM {{}})", x, nullable=x.nullable), self.shapes.of(node)
        )

    def _small(self, text: Sql, shape: Shape) -> Number:
        return self.numbers.column(
            sql(f"CAST({{}} AS {self.dialect.narrow})", text, nullable=text.nullable),
            0,
            shape.low,
            shape.high,
        )

    # comparison and logic

    def _compare(self, node: n.Compare) -> Sql:
        if self.is_number(node.left):
            return self.numbers.compare(self.number(node.left), node.how, self.number(node.right))
        left, right = self.plain(node.left), self.plain(node.right)
        word = {"==": "=", "!=": "<>"}.get(node.how, node.how)
        return sql(f"({{}} {word} {{}})", left, right, nullable=left.nullable or right.nullable)

    def _one_of(self, node: n.OneOf) -> Sql:
        x = self.plain(node.x)
        if not node.words:
            return sql("CASE WHEN {} IS NOT NULL THEN FALSE END", x, nullable=x.nullable)
        words = [self._constant(word) for word in node.words]
        return sql("({} IN (" + ", ".join("{}" for _ in words) + "))", x, *words, nullable=x.nullable)

    def _logic(self, node: n.And | n.Or) -> Sql:
        left, right = self.plain(node.left), self.plain(node.right)
        word = "AND" if isinstance(node, n.And) else "OR"
        return sql(f"({{}} {word} {{}})", left, right, nullable=left.nullable or right.nullable)

    def _not(self, node: n.Not) -> Sql:
        x = self.plain(node.x)
        return sql("(NOT {})", x, nullable=x.nullable)

    def _known(self, node: n.IsKnown) -> Sql:
        if self.shapes.of(node.x).kind is None:
            return Sql("FALSE", nullable=False)
        x = self._value_of(self.number(node.x)) if self.is_number(node.x) else self.plain(node.x)
        return sql("({} IS NOT NULL)", x, nullable=False)

    def _else_plain(self, node: n.Else) -> Sql:
        x, default = self.plain(node.x), self.plain(node.default)
        return sql("COALESCE({}, {})", x, default, nullable=x.nullable and default.nullable)

    def _case_plain(self, node: n.Case) -> Sql:
        arms: list[Sql] = []
        for condition, value in zip(node.conditions, node.values, strict=True):
            found = self.frame.bind(self.plain(condition))
            if found.nullable:
                arms.append(sql("WHEN {} IS NULL THEN NULL", found))
            arms.append(sql("WHEN {} THEN {}", found, self.plain(value)))
        return sql("CASE " + " ".join("{}" for _ in arms) + " ELSE {} END", *arms, self.plain(node.otherwise))

    def typed(self, node: n.Node, kind: Kind) -> Sql:
        """A plain value with its type said, as a stored column needs where nothing but NULL stands there."""
        found = self.plain(node)
        return sql(f"CAST({{}} AS {self.dialect.types[kind]})", found) if found.text == "NULL" else found
