"""What each node of a tree gives: kind, unit, decimals, choices and the range it lies in. Every mistake of a rule is found here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.parameter import ParameterValues, decimals
from tsampa.rules.relations import FIGURE_AREA, entity_table
from tsampa.rules.rulebook import Formula, Name, Rulebook
from tsampa.schema import INT64, NO_UNIT, Column, Kind, Unit, parse_unit
from tsampa.schema.units import NAMES

__all__ = ["Shape", "Shapes"]

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


class Shapes:
    """The shapes of a rulebook's nodes, worked out when asked for and remembered."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.schema = rulebook.schema
        self._found: dict[int, Shape] = {}
        self._variables: dict[Name, Shape] = {}
        self._rules: dict[type[n.Node], Callable[[Any], Shape]] = {
            n.Literal: self._literal, n.Today: lambda _: Shape(Kind.DATE), n.Parameter: self._parameter, n.Tariff: self._tariff,
            n.Value: self._value, n.Up: lambda node: self.of(node.value), n.Fold: self._fold, n.Pick: self._pick, n.Share: self._share,
            n.Arithmetic: self._arithmetic, n.Divide: self._divide, n.Round: self._round, n.Extreme: self._extreme,
            n.Compare: self._compare, n.OneOf: self._one_of, n.And: self._logic, n.Or: self._logic, n.Not: self._not,
            n.IsKnown: self._known, n.Else: self._else, n.Case: self._case, n.Years: self._between, n.Days: self._between,
            n.Part: self._part,
        }  # fmt: skip

    def of(self, node: n.Node) -> Shape:
        """The shape of the node. Raises TsampaError ``rule-…`` at its line."""
        found = self._found.get(id(node))
        if found is None:
            found = self._found[id(node)] = self._rules[type(node)](node)
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
        return _stored(_union(shapes))

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
        return _error("rule-name-unknown", f"a {entity} has no '{word}'", at, hint)

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
            raise _error(
                "rule-parameter-unknown",
                f"there is no parameter '{name}'",
                at,
                f"Did you mean '{near[0]}'?" if near else "Add it to a YAML file under parameters/.",
            )
        return found

    def _parameter(self, node: n.Parameter) -> Shape:
        found = self.named_parameter(node.name, node)
        if found.threshold_unit is not None:
            raise _error(
                "rule-tariff-value",
                f"'{node.name}' is a tariff, not one value",
                node,
                f"Write parameters.{node.name}.step(x).",
            )
        if len(node.keys) != len(found.keys):
            wanted = ", ".join(found.keys) or "none"
            raise _error(
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
            raise _error(
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
            raise _error(
                "rule-parameter-keys",
                f"'{node.name}' has no value for '{strange[0]}'",
                node,
                f"Use one of {', '.join(sorted(words))}.",
            )

    def _tariff(self, node: n.Tariff) -> Shape:
        found = self.named_parameter(node.name, node)
        x = self.of(node.x)
        if found.threshold_unit is None:
            raise _error(
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
            unit = node.rows.entity if node.rows.entity in NAMES else "record"
            return (
                Shape(Kind.NUMBER, Unit(((unit, 1),)), low=Fraction(0), high=Fraction(INT64))
                if node.how == "count"
                else TRUTH
            )
        if node.how in ("min", "max") and term.kind is Kind.DATE:
            return term
        self._require(node, term, Kind.NUMBER, f"{node.how}()")
        self._no_quotient(node, term, f"{node.how}() over rows")
        if node.how in ("min", "max"):
            return term
        low = Fraction(0) if term.low is not None and term.low >= 0 else None
        high = Fraction(0) if term.high is not None and term.high <= 0 else None
        return replace(term, low=low, high=high, unit=term.unit or NO_UNIT)

    def _pick(self, node: n.Pick) -> Shape:
        self._rows(node.rows)
        by, term = self.of(node.by), self.of(node.term)
        if by.kind not in (Kind.DATE, Kind.NUMBER) or by.digits is None:
            raise _error(
                "rule-pick-order",
                f"rows cannot be put in order by {by.said()}",
                node,
                "Order them by a date or an exact number.",
            )
        self._no_quotient(node, term, f"{node.which}()")
        return term

    def _share(self, node: n.Share) -> Shape:
        pool, by = self.of(node.pool), self.of(node.by)
        self._require(node, pool, Kind.NUMBER, "the pool of a share")
        self._require(node, by, Kind.NUMBER, "the weight of a share")
        for shape, what in ((pool, "pool"), (by, "weight")):
            self._no_quotient(node, shape, f"the {what} of a share")
            if shape.low is None or shape.low < 0:
                raise _error(
                    "rule-share-negative",
                    f"the {what} of a share may be negative",
                    node,
                    "Write greatest(x, 0).",
                )
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
            (right.low, right.high) if node.how == "+" else (_minus(right.high), _minus(right.low))
        )
        return Shape(
            Kind.NUMBER,
            unit,
            _digits(left, right),
            low=_plus(left.low, low_of),
            high=_plus(left.high, high_of),
        )

    def _product(self, node: n.Node, left: Shape, right: Shape) -> Shape:
        unit = (
            None
            if left.unit is None and right.unit is None
            else (left.unit or NO_UNIT) * (right.unit or NO_UNIT)
        )
        if unit is not None and abs(unit.money_power) > 1:
            raise _error(
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
            raise _error(
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
            _union([found, other]),
            unit=self._same_unit(node, found, other, "the value for zero is"),
            digits=None,
        )

    def _round(self, node: n.Round) -> Shape:
        x = self.of(node.x)
        self._require(node, x, Kind.NUMBER, "rounded()")
        if not 0 <= node.digits <= 12:
            raise _error(
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
                raise _error(
                    "rule-kinds-differ",
                    f"{what} gives {first.said()} in one case and {shape.said()} in another",
                    node,
                    "Let every case give the same kind.",
                )
        if not first.is_number:
            return _union(known)
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
        return replace(_union(known), unit=unit)

    # comparisons and logic

    def _compare(self, node: n.Compare) -> Shape:
        left, right = self.of(node.left), self.of(node.right)
        if left.kind is None or right.kind is None:
            raise _error(
                "rule-compare-unknown", "a comparison with unknown is always unknown", node, "Ask known(x)."
            )
        if left.kind is not right.kind:
            raise _error(
                "rule-compare-kinds",
                f"{left.said()} is compared with {right.said()}",
                node,
                "Compare like with like.",
            )
        if left.is_number:
            self._same_unit(node, left, right, "the other side is")
        elif node.how not in ("==", "!=") and left.kind is not Kind.DATE:
            raise _error("rule-compare-kinds", f"{left.said()} has no order", node, "Use == or !=.")
        for literal, other in ((node.left, right), (node.right, left)):
            if isinstance(literal, n.Literal) and left.kind is Kind.TEXT:
                self._choice(node, str(literal.value), other)
        return TRUTH

    def _choice(self, node: n.Node, word: str, shape: Shape) -> None:
        if shape.choices and word not in shape.choices:
            near = get_close_matches(word, shape.choices, 1)
            raise _error(
                "rule-choice-unknown",
                f"'{word}' is never one of its values",
                node,
                f"Did you mean '{near[0]}'?" if near else f"Use one of {', '.join(shape.choices)}.",
            )

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

    def _require(self, node: n.Node, shape: Shape, kind: Kind, what: str) -> None:
        if shape.kind not in (kind, None):
            wanted = {
                Kind.BOOL: "something true or false",
                Kind.NUMBER: "a number",
                Kind.TEXT: "a text",
                Kind.DATE: "a date",
            }[kind]
            raise _error(
                "rule-kind",
                f"{what} needs {wanted}, not {shape.said()}",
                node,
                "Compare or convert it first.",
            )

    def _no_quotient(self, node: n.Node, shape: Shape, what: str) -> None:
        if shape.is_number and shape.digits is None:
            raise _error(
                "rule-quotient-over-rows",
                f"{what} needs an exact decimal, and this is a quotient",
                node,
                "Round it first by name: rounded(x, 'half_up', digits=2).",
            )

    def _same_unit(self, node: n.Node, left: Shape, right: Shape, said: str) -> Unit | None:
        for side in (left, right):
            self._require(node, side, Kind.NUMBER, "this")
        if left.unit is None:
            return right.unit if right.unit is None else self._adopt(left, right.unit, node.at)
        if right.unit is None:
            return self._adopt(right, left.unit, node.at)
        if left.unit != right.unit:
            raise _error(
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
    return _stored(Shape(Kind.NUMBER, column.type.unit, column.type.digits, low=low, high=high))


def _stored(shape: Shape) -> Shape:
    """A stored number fits 64 bits, whatever else is known of it."""
    if not shape.is_number or shape.digits is None:
        return shape
    most = Fraction(INT64, 10**shape.digits)
    return replace(
        shape,
        low=-most if shape.low is None else max(shape.low, -most),
        high=most if shape.high is None else min(shape.high, most),
    )


def _union(shapes: Iterable[Shape]) -> Shape:
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


def _digits(left: Shape, right: Shape) -> int | None:
    return None if left.digits is None or right.digits is None else max(left.digits, right.digits)


def _plus(left: Bound, right: Bound) -> Bound:
    return None if left is None or right is None else left + right


def _minus(bound: Bound) -> Bound:
    return None if bound is None else -bound


def _error(code: str, message: str, node: n.Node | None, remedy: str) -> TsampaError:
    return TsampaError(code, message, where=node.at if node is not None else "", remedy=remedy)
