"""What each node of a tree gives: kind, unit, decimals, choices and the range it lies in. Every mistake of a rule is found here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.measured_shape import measure_shape
from tsampa.rules.parameter import ParameterValues, decimals
from tsampa.rules.relations import FIGURE_AREA, entity_table
from tsampa.rules.rulebook import Formula, Name, Rulebook
from tsampa.rules.shape import (
    NOTHING,
    TRUTH,
    Requirements,
    Shape,
    column_shape,
    common_digits,
    minus,
    plus,
    shape_error,
    stored,
    union,
)  # fmt: skip
from tsampa.schema import INT64, NO_UNIT, Column, Kind, Unit, parse_unit
from tsampa.schema.units import NAMES

__all__ = ["Shape", "Shapes"]


class Shapes(Requirements):
    """The shapes of a rulebook's nodes, worked out when asked for and remembered."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.schema = rulebook.schema
        self._found: dict[n.Node, Shape] = {}
        self._variables: dict[Name, Shape] = {}
        self._rules: dict[type[n.Node], Callable[[Any], Shape]] = {
            n.Literal: self._literal, n.Today: lambda _: Shape(Kind.DATE), n.Parameter: self._parameter, n.Tariff: self._tariff,
            n.Value: self._value, n.Up: lambda node: self.of(node.value), n.Fold: self._fold, n.Pick: self._pick, n.Share: self._share,
            n.Arithmetic: self._arithmetic, n.Divide: self._divide, n.Round: self._round, n.Extreme: self._extreme,
            n.Compare: self._compare, n.OneOf: self._one_of, n.And: self._logic, n.Or: self._logic, n.Not: self._not,
            n.IsKnown: self._known, n.Else: self._else, n.Case: self._case, n.Years: self._between, n.Days: self._between,
            n.Part: self._part, n.Measure: lambda node: measure_shape(self, node),
        }  # fmt: skip

    def of(self, node: n.Node) -> Shape:
        """The shape of the node. Raises TsampaError ``rule-…`` at its line."""
        found = self._found.get(node)
        if found is None:
            found = self._found[node] = self._rules[type(node)](node)
        return found

    def variable(self, name: Name, at: n.Node | None = None) -> Shape:
        """The shape of a column or formula. Raises TsampaError ``rule-name-unknown``."""
        if name not in self._variables:
            self._variables[name] = self._variable(name, at)
        return self._variables[name]

    def declared(self, formula: Formula) -> Shape:
        """The shape of the formula, after checking it against the unit and decimals it declares."""
        shape = self.of(formula.node)
        place = f"{formula.at}: formula {formula.name}"
        if shape.kind is None:
            raise TsampaError(
                "rule-always-unknown",
                "it is always unknown",
                where=place,
                remedy="Let it depend on something.",
            )
        if not shape.is_number:
            if formula.unit:
                raise TsampaError(
                    "rule-wrong-unit",
                    f"it declares the unit {formula.unit} but gives {shape.said()}",
                    where=place,
                    remedy="Leave the unit out.",
                )
            return shape
        return self._declared_number(formula, shape, place)

    def _declared_number(self, formula: Formula, shape: Shape, place: str) -> Shape:
        if not formula.unit:
            raise TsampaError(
                "rule-wrong-unit",
                "it gives a number but declares no unit",
                where=place,
                remedy=f'Declare unit="{shape.unit or "1"}".',
            )
        unit = self.unit(formula.unit, place)
        if shape.unit is None:
            shape = replace(shape, unit=self._adopt(shape, unit, place))
        if shape.unit != unit:
            raise TsampaError(
                "rule-wrong-unit",
                f"it declares the unit {unit} but gives {shape.unit}",
                where=place,
                remedy="Mend the formula, or declare the unit it really has.",
            )
        allowed = formula.digits if formula.digits is not None else self._usual_digits(unit, shape)
        if shape.digits is not None and shape.digits > allowed:
            raise TsampaError(
                "rule-unrounded",
                f"it can have {shape.digits} decimals, and {allowed} are kept",
                where=place,
                remedy="Round it by name, as in rounded(x, 'half_up', digits=2), or declare digits=.",
            )
        return shape if shape.digits is None else replace(shape, digits=allowed)

    def _usual_digits(self, unit: Unit, shape: Shape) -> int:
        if unit.money_power:
            return self.schema.exponent
        return shape.digits if shape.digits is not None else 4

    def shown_digits(self, formula: Formula) -> int:
        """How many decimals the variable is shown with."""
        if formula.digits is not None:
            return formula.digits
        shape = self.of(formula.node)
        return self._usual_digits(shape.unit or NO_UNIT, shape)

    def unit(self, text: str, place: str) -> Unit:
        """The unit written ``text``; errors name the place."""
        try:
            return parse_unit(text, self.schema.units)
        except TsampaError as error:
            raise TsampaError(error.code, error.message, where=place, remedy=error.remedy) from None

    # names

    def _variable(self, name: Name, at: n.Node | None) -> Shape:
        versions = self.rulebook.formulas.get(name)
        column = self.column(name)
        if versions is None and column is None:
            raise self._unknown_name(name, at)
        if versions is None:
            assert column is not None
            return column_shape(column)
        shapes = [self.declared(version) for version in versions]
        for version, shape in zip(versions, shapes, strict=True):
            if (shape.kind, shape.unit) != (shapes[0].kind, shapes[0].unit):
                raise TsampaError(
                    "rule-versions-differ",
                    f"its versions give {shapes[0].said()} and {shape.said()}",
                    where=f"{version.at}: formula {version.name}",
                    remedy="Let every version of a variable give the same kind and unit, or choose another name.",
                )
        return stored(union(shapes))

    def column(self, name: Name) -> Column | None:
        """The register's column of this name, or None."""
        entity, word = name
        table = self.schema.by_name["areas"] if entity == FIGURE_AREA else self.schema.by_entity.get(entity)
        return table.by_name.get(word) if table else None

    def _unknown_name(self, name: Name, at: n.Node | None) -> TsampaError:
        entity, word = name
        table = (
            self.schema.by_entity.get(entity)
            or self.schema.by_name[entity_table(self.schema, entity) or "areas"]
        )
        known = {*table.by_name, *(other for owner, other in self.rulebook.formulas if owner == entity)}
        near = get_close_matches(word, known, 1)
        elsewhere = sorted(owner for owner, other in self.rulebook.formulas if other == word)
        hint = (
            f"Did you mean '{near[0]}'?"
            if near
            else f"It is a value of the {elsewhere[0]}."
            if elsewhere
            else f"A {entity} has {', '.join(sorted(known))}."
        )
        return shape_error("rule-name-unknown", f"a {entity} has no '{word}'", at, hint)

    # leaves

    def _literal(self, node: n.Literal) -> Shape:
        value = node.value
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return TRUTH
        if isinstance(value, str):
            return Shape(Kind.TEXT, choices=(value,))
        if isinstance(value, Fraction):
            unit = self.unit(node.unit, node.at) if node.unit else None
            return Shape(Kind.NUMBER, unit, decimals(value), low=value, high=value)
        return Shape(Kind.DATE)

    def named_parameter(self, name: str, at: n.Node) -> ParameterValues:
        """The parameter. Raises TsampaError ``rule-parameter-unknown``."""
        found = self.rulebook.parameters.get(name)
        if found is None:
            near = get_close_matches(name, self.rulebook.parameters, 1)
            raise shape_error(
                "rule-parameter-unknown",
                f"there is no parameter '{name}'",
                at,
                f"Did you mean '{near[0]}'?" if near else "Add it to a YAML file under parameters/.",
            )
        return found

    def _parameter(self, node: n.Parameter) -> Shape:
        found = self.named_parameter(node.name, node)
        if found.threshold_unit is not None:
            raise shape_error(
                "rule-tariff-value",
                f"'{node.name}' is a tariff, not one value",
                node,
                f"Write parameters.{node.name}.step(x).",
            )
        if len(node.keys) != len(found.keys):
            wanted = ", ".join(found.keys) or "none"
            raise shape_error(
                "rule-parameter-keys",
                f"'{node.name}' has the keys {wanted}, and {len(node.keys)} are given",
                node,
                f"Write parameters.{node.name}[...] with one value for each key.",
            )
        for position, key in enumerate(node.keys):
            self._key(node, found, position, self.of(key))
        values = [value for dated in found.dated for _, value in dated.values]
        if found.kind is not Kind.NUMBER:
            return Shape(found.kind, choices=tuple(dict.fromkeys(v for v in values if isinstance(v, str))))
        numbers = [value for value in values if isinstance(value, Fraction)]
        return Shape(Kind.NUMBER, found.unit, found.digits, low=min(numbers), high=max(numbers))

    def _key(self, node: n.Parameter, found: ParameterValues, position: int, shape: Shape) -> None:
        if shape.kind is not Kind.TEXT:
            raise shape_error(
                "rule-parameter-keys",
                f"the key of '{node.name}' must be a text, not {shape.said()}",
                node,
                "Use a text column or a word in quotes.",
            )
        words = {key[position] for dated in found.dated for key, _ in dated.values}
        strange = (
            [word for word in shape.choices if word not in words]
            if isinstance(node.keys[position], n.Literal)
            else []
        )
        if strange:
            raise shape_error(
                "rule-parameter-keys",
                f"'{node.name}' has no value for '{strange[0]}'",
                node,
                f"Use one of {', '.join(sorted(words))}.",
            )

    def _tariff(self, node: n.Tariff) -> Shape:
        found = self.named_parameter(node.name, node)
        x = self.of(node.x)
        if found.threshold_unit is None:
            raise shape_error(
                "rule-tariff-value",
                f"'{node.name}' has no steps",
                node,
                "Give the parameter steps and threshold_unit, or use its value.",
            )
        self._same_unit(node, x, Shape(Kind.NUMBER, found.threshold_unit), "the tariff's thresholds are")
        numbers = [value for dated in found.dated for _, value in dated.steps]
        return Shape(Kind.NUMBER, found.unit, found.digits, low=min(numbers), high=max(numbers))

    def _value(self, node: n.Value) -> Shape:
        return self.variable((node.entity, node.name), node)

    # rows

    def _rows(self, rows: n.Rows) -> None:
        if rows.where is not None:
            self._require(rows, self.of(rows.where), Kind.BOOL, "a condition")

    def _fold(self, node: n.Fold) -> Shape:
        self._rows(node.rows)
        term = self.of(node.term) if node.term is not None else TRUTH
        if node.how in ("any", "all", "count"):
            self._require(node, term, Kind.BOOL, f"{node.how}()")
            return self._counted(node.rows.entity) if node.how == "count" else TRUTH
        if node.how == "distinct":
            self._require(node, term, Kind.TEXT, "distinct()")
            return self._counted_in(node.unit, node.at)
        if node.how in ("min", "max") and term.kind is Kind.DATE:
            return term
        self._require(node, term, Kind.NUMBER, f"{node.how}()")
        self._no_quotient(node, term, f"{node.how}() over rows")
        if node.how in ("min", "max"):
            return term
        low = Fraction(0) if term.low is not None and term.low >= 0 else None
        high = Fraction(0) if term.high is not None and term.high <= 0 else None
        return replace(term, low=low, high=high, unit=term.unit or NO_UNIT)

    def _counted(self, entity: str) -> Shape:
        """How many rows: in the unit of their table, a level of area in its own word."""
        known = {*NAMES, *self.schema.units}
        word = entity if entity in self.schema.levels else self.schema.by_entity[entity].unit
        return self._counted_in(word if word in known else "record", "")

    def _counted_in(self, unit: str, at: str) -> Shape:
        return Shape(Kind.NUMBER, self.unit(unit, at), low=Fraction(0), high=Fraction(INT64))

    def _pick(self, node: n.Pick) -> Shape:
        self._rows(node.rows)
        by, term = self.of(node.by), self.of(node.term)
        if by.kind not in (Kind.DATE, Kind.NUMBER) or by.digits is None:
            raise shape_error(
                "rule-pick-order",
                f"rows cannot be put in order by {by.said()}",
                node,
                "Order them by a date or an exact number.",
            )
        self._no_quotient(node, term, f"{node.which}()")
        return term

    def _share(self, node: n.Share) -> Shape:
        pool, bounds = self.of(node.pool), {"floor": node.at_least, "cap": node.at_most}
        self._never_negative(node, {"pool": pool, "weight": self.of(node.by)})
        given = {what: self.of(bound) for what, bound in bounds.items() if bound is not None}
        self._never_negative(node, given)
        for what, shape in given.items():
            self._fits_pool(node, shape, pool, what)
        return replace(pool, low=Fraction(0), unit=pool.unit or NO_UNIT)

    # numbers

    def _arithmetic(self, node: n.Arithmetic) -> Shape:
        left, right = self.of(node.left), self.of(node.right)
        for side in (left, right):
            self._require(node, side, Kind.NUMBER, f"'{node.how}'")
        if node.how == "*":
            return self._product(node, left, right)
        unit = self._same_unit(node, left, right, "the other side is")
        low_of, high_of = (
            (right.low, right.high) if node.how == "+" else (minus(right.high), minus(right.low))
        )
        return Shape(
            Kind.NUMBER,
            unit,
            common_digits(left, right),
            low=plus(left.low, low_of),
            high=plus(left.high, high_of),
        )

    def _product(self, node: n.Node, left: Shape, right: Shape) -> Shape:
        unit = (
            None
            if left.unit is None and right.unit is None
            else (left.unit or NO_UNIT) * (right.unit or NO_UNIT)
        )
        if unit is not None and abs(unit.money_power) > 1:
            raise shape_error(
                "rule-money-times-money",
                f"money is multiplied by money ({unit})",
                node,
                "Multiply money by a count or a rate.",
            )
        digits = None if left.digits is None or right.digits is None else left.digits + right.digits
        corners = [
            a * b if a is not None and b is not None else None
            for a in (left.low, left.high)
            for b in (right.low, right.high)
        ]
        if None not in corners:
            known = [corner for corner in corners if corner is not None]
            return Shape(Kind.NUMBER, unit, digits, low=min(known), high=max(known))
        positive = all(side.low is not None and side.low >= 0 for side in (left, right))
        return Shape(Kind.NUMBER, unit, digits, low=Fraction(0) if positive else None)

    def _divide(self, node: n.Divide) -> Shape:
        left, right = self.of(node.left), self.of(node.right)
        for side in (left, right):
            self._require(node, side, Kind.NUMBER, "'/'")
        never_zero = (right.low is not None and right.low > 0) or (right.high is not None and right.high < 0)
        if node.when_zero is None and not never_zero:
            raise shape_error(
                "rule-divide-by-nothing",
                "the divisor may be zero, and nothing says what then",
                node,
                "Write divide(a, b, when_zero=unknown), or another value.",
            )
        unit = (
            None
            if left.unit is None and right.unit is None
            else (left.unit or NO_UNIT) / (right.unit or NO_UNIT)
        )
        positive = all(side.low is not None and side.low >= 0 for side in (left, right))
        found = Shape(Kind.NUMBER, unit, None, low=Fraction(0) if positive else None)
        if node.when_zero is None:
            return found
        other = self.of(node.when_zero)
        if other.kind is None:
            return found
        return replace(
            union([found, other]),
            unit=self._same_unit(node, found, other, "the value for zero is"),
            digits=None,
        )

    def _round(self, node: n.Round) -> Shape:
        x = self.of(node.x)
        self._require(node, x, Kind.NUMBER, "rounded()")
        if not 0 <= node.digits <= 12:
            raise shape_error(
                "rule-rounding", f"{node.digits} decimals", node, "Round to between 0 and 12 decimals."
            )
        step = Fraction(1, 10**node.digits)
        low = None if x.low is None else Fraction(x.low // step) * step
        return replace(x, digits=node.digits, low=low, high=None if x.high is None else x.high + step)

    def _extreme(self, node: n.Extreme) -> Shape:
        shapes = [self.of(item) for item in node.items]
        found = self._one_number(node, shapes, f"{node.how}()")
        if node.how == "greatest":
            return replace(found, low=max((s.low for s in shapes if s.low is not None), default=None))
        return replace(found, high=min((s.high for s in shapes if s.high is not None), default=None))

    # comparisons and logic

    def _compare(self, node: n.Compare) -> Shape:
        left, right = self.of(node.left), self.of(node.right)
        if left.kind is None or right.kind is None:
            raise shape_error(
                "rule-compare-unknown", "a comparison with unknown is always unknown", node, "Ask known(x)."
            )
        if left.kind is not right.kind:
            raise shape_error(
                "rule-compare-kinds",
                f"{left.said()} is compared with {right.said()}",
                node,
                "Compare like with like.",
            )
        if left.is_number:
            self._same_unit(node, left, right, "the other side is")
        elif node.how not in ("==", "!=") and left.kind is not Kind.DATE:
            raise shape_error("rule-compare-kinds", f"{left.said()} has no order", node, "Use == or !=.")
        for literal, other in ((node.left, right), (node.right, left)):
            if isinstance(literal, n.Literal) and left.kind is Kind.TEXT:
                self._choice(node, str(literal.value), other)
        return TRUTH

    def _one_of(self, node: n.OneOf) -> Shape:
        x = self.of(node.x)
        self._require(node, x, Kind.TEXT, "is_in()")
        for word in node.words:
            self._choice(node, word, x)
        return TRUTH

    def _logic(self, node: n.And | n.Or) -> Shape:
        for side in (node.left, node.right):
            self._require(node, self.of(side), Kind.BOOL, "& and |")
        return TRUTH

    def _not(self, node: n.Not) -> Shape:
        self._require(node, self.of(node.x), Kind.BOOL, "~")
        return TRUTH

    def _known(self, node: n.IsKnown) -> Shape:
        self.of(node.x)
        return TRUTH

    def _else(self, node: n.Else) -> Shape:
        return self._one_shape(node, [self.of(node.x), self.of(node.default)], "else_()")

    def _case(self, node: n.Case) -> Shape:
        for condition in node.conditions:
            self._require(node, self.of(condition), Kind.BOOL, "a condition of choose()")
        return self._one_shape(node, [self.of(value) for value in (*node.values, node.otherwise)], "choose()")

    # dates

    def _between(self, node: n.Years | n.Days) -> Shape:
        for side in (node.start, node.end):
            self._require(node, self.of(side), Kind.DATE, "a time between dates")
        unit = "year" if isinstance(node, n.Years) else "day"
        return Shape(Kind.NUMBER, Unit(((unit, 1),)), low=Fraction(-10_000_000), high=Fraction(10_000_000))

    def _part(self, node: n.Part) -> Shape:
        self._require(node, self.of(node.x), Kind.DATE, f"{node.how}_of()")
        return Shape(
            Kind.NUMBER, NO_UNIT, low=Fraction(1), high=Fraction(12 if node.how == "month" else 9999)
        )

    # what every rule needs
