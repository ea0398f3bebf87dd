"""The language rules are written in: symbols whose operators build trees instead of computing.

A formula is called once, with a symbol for its row. What it returns is an ``Expression``: a tree and the row it is read at.
Names are resolved later (``tsampa.rules.check``), so that formulas may stand in any order and in any file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.relations import link_target, relation_target
from tsampa.schema import Schema

__all__ = [
    "Expression", "Many", "One", "ParameterSymbol", "area", "choose", "days_between", "divide", "greatest", "known", "least", "month_of",
    "parameters", "quantity", "rounded", "today", "unknown", "year_of", "years_between",
]  # fmt: skip


def mistake(code: str, message: str, remedy: str) -> TsampaError:
    """An error in a rule, placed at the line of the rule file that is being read."""
    return TsampaError(code, message, where=here(), remedy=remedy)


def here() -> str:
    """The nearest line outside this package, as file:line: the line of the rule that called us."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


_PACKAGE = __file__.rsplit("/", 1)[0] + "/"


@dataclass(frozen=True, eq=False)
class Expression:
    """A value that will be worked out at each row of ``entity``; ``rows`` is set while it still stands for many rows.

    ``entity`` is None for a constant, which fits anywhere.
    """

    node: n.Node
    entity: str | None = None
    rows: n.Rows | None = None
    parent: Many | None = None

    # arithmetic
    def __add__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "+", lift(other), self)

    def __sub__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "-", lift(other), self)

    def __mul__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _binary(n.Arithmetic, "*", lift(other), self)

    def __neg__(self) -> Expression:
        return lift(0) - self

    def __truediv__(self, other: Any) -> Expression:
        left, right = self, lift(other)
        return _join(lambda a, b: n.Divide(a, b, None, at=here()), left, right)

    def __rtruediv__(self, other: Any) -> Expression:
        return lift(other) / self

    # comparison
    def __eq__(self, other: object) -> Expression:  # type: ignore[override]
        return _binary(n.Compare, "==", self, other)

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]
        return _binary(n.Compare, "!=", self, other)

    def __lt__(self, other: Any) -> Expression:
        return _binary(n.Compare, "<", self, other)

    def __le__(self, other: Any) -> Expression:
        return _binary(n.Compare, "<=", self, other)

    def __gt__(self, other: Any) -> Expression:
        return _binary(n.Compare, ">", self, other)

    def __ge__(self, other: Any) -> Expression:
        return _binary(n.Compare, ">=", self, other)

    __hash__ = None  # type: ignore[assignment]

    # logic
    def __and__(self, other: Any) -> Expression:
        return _join(lambda a, b: n.And(a, b, at=here()), self, lift(other))

    def __or__(self, other: Any) -> Expression:
        return _join(lambda a, b: n.Or(a, b, at=here()), self, lift(other))

    __rand__ = __and__
    __ror__ = __or__

    def __invert__(self) -> Expression:
        return self._same(n.Not(self.node, at=here()))

    def __bool__(self) -> NoReturn:
        raise mistake(
            "rule-python-logic",
            "'and', 'or', 'not', 'if' and chained comparisons cannot be used on a rule's values",
            "Write & for and, | for or, ~ for not (with brackets), and choose(...) for if.",
        )

    def is_in(self, *words: str) -> Expression:
        """Whether this text is one of ``words``."""
        return self._same(n.OneOf(self.node, words, at=here()))

    def else_(self, default: Any) -> Expression:
        """This value, or ``default`` where it is unknown."""
        return _join(lambda a, b: n.Else(a, b, at=here()), self, lift(default))

    # many rows to one
    def sum(self) -> Expression:
        """The sum over the rows: 0 over none, unknown when a term is."""
        return self._fold("sum")

    def count(self) -> Expression:
        """How many rows it is true of: unknown when it is unknown of one."""
        return self._fold("count")

    def any(self) -> Expression:
        """Whether it is true of some row: false over none."""
        return self._fold("any")

    def all(self) -> Expression:
        """Whether it is true of every row: true over none."""
        return self._fold("all")

    def min(self) -> Expression:
        """The least over the rows: unknown over none, or when one is unknown."""
        return self._fold("min")

    def max(self) -> Expression:
        """The greatest over the rows: unknown over none, or when one is unknown."""
        return self._fold("max")

    def distinct(self, unit: str) -> Expression:
        """How many different texts there are over the rows, in ``unit``: 0 over none, unknown when one is.

        So somebody with two jobs is one person: ``a.jobs.person.code.distinct("person")``.
        """
        return self._fold("distinct", unit)

    def _fold(self, how: Any, unit: str = "") -> Expression:
        if self.rows is None or self.parent is None:
            raise mistake(
                "rule-fold-one",
                f"{how}() is for many rows, and this is one value",
                "Take it over rows, as in h.members.age.max(); for the larger of two values use greatest(a, b).",
            )
        return self.parent.expression(n.Fold(how, self.rows, self.node, unit, at=here()))

    def _same(self, node: n.Node) -> Expression:
        return Expression(node, self.entity, self.rows, self.parent)


def lift(value: Any) -> Expression:
    """A Python constant as an expression; expressions are returned as they are."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, (One, Many)):
        raise mistake(
            "rule-row-as-value",
            f"{value} is a row, not a value",
            "Name one of its values, as in h.village.dividend.",
        )
    if value is None or isinstance(value, (bool, str, date)):
        return Expression(n.Literal(value, at=here()))
    if isinstance(value, (int, Fraction, Decimal)):
        return Expression(n.Literal(Fraction(value), at=here()))
    if isinstance(value, float):
        raise mistake(
            "rule-float",
            f"{value} is a binary fraction and cannot be exact",
            f"Write quantity('{value}', unit), or better, make it a parameter with a source.",
        )
    raise mistake(
        "rule-constant",
        f"{type(value).__name__} is not a value a rule can use",
        "Use numbers, texts, dates, True or False.",
    )


def _binary(kind: Any, how: str, left: Expression, right: Any) -> Expression:
    return _join(lambda a, b: kind(how, a, b, at=here()), left, lift(right))


def _join(make: Callable[..., n.Node], *parts: Expression) -> Expression:
    """A node over several expressions, which must be read at the same row (constants fit any)."""
    first = next((part for part in parts if part.entity is not None), None)
    node = make(*(part.node for part in parts))
    if first is None:
        return Expression(node)
    for part in parts:
        if part.entity is not None and (part.entity != first.entity or part.rows is not first.rows):
            raise _mixed(first, part)
    return first._same(node)


def _mixed(first: Expression, other: Expression) -> TsampaError:
    def said(one: Expression) -> str:
        return f"the {one.rows.back} of a {one.rows.parent}" if one.rows else f"one {one.entity}"

    return mistake(
        "rule-wrong-entity",
        f"a value of {said(other)} is combined with a value of {said(first)}",
        "Bring both to the same row: fold many rows with sum(), count(), any() …; from a row below, name the way up, as in m.household.income.",
    )


@dataclass(frozen=True, eq=False)
class One:
    """One row: ``h`` in a formula, or a row it is linked to (``h.village``). Attributes are its values, links and rows below."""

    schema: Schema
    entity: str
    wrap: Callable[[n.Node], Expression] = field(repr=False)
    cache: dict[str, Any] = field(default_factory=dict, repr=False)
    here: bool = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.cache:
            self.cache[name] = self._find(name)
        return self.cache[name]

    def _find(self, name: str) -> Any:
        target = link_target(self.schema, self.entity, name)
        if target is not None:
            entity = self.entity
            return One(
                self.schema, target, lambda node: self.wrap(n.Up(entity, name, node, at=here())), here=False
            )
        below = relation_target(self.schema, self.entity, name)
        if below is not None:
            if not self.here:
                raise mistake(
                    "rule-rows-of-linked",
                    f"the {name} of a linked {self.entity} cannot be gathered from here",
                    f"Make it a formula of the {self.entity}, then read that.",
                )
            return Many(self.schema, n.Rows(self.entity, name, below, at=here()), self.wrap)
        return self.wrap(n.Value(self.entity, name, at=here()))

    def __str__(self) -> str:
        return f"the {self.entity}"

    def __bool__(self) -> NoReturn:
        raise mistake("rule-python-logic", "a row is neither true nor false", "Name one of its values.")


@dataclass(frozen=True, eq=False)
class Many:
    """Rows below a row: ``h.members``. Its attributes stand for that value of each row; fold them to get one value."""

    schema: Schema
    rows: n.Rows
    expression: Callable[[n.Node], Expression] = field(repr=False)
    cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._each, name)

    @property
    def _each(self) -> One:
        if "each" not in self.cache:
            self.cache["each"] = One(self.schema, self.rows.entity, self._wrap)
        each: One = self.cache["each"]
        return each

    def _wrap(self, node: n.Node) -> Expression:
        return Expression(node, self.rows.entity, self.rows, self)

    def where(self, condition: Expression | None = None, **equal: Any) -> Many:
        """Only the rows of which ``condition`` is true and whose named values equal those given.

        A row of which it is unknown makes a sum or count over the rows unknown; write ``.else_(False)`` to leave it out.
        """
        found = self.rows.where
        for name, value in equal.items():
            found = _both(found, (getattr(self, name) == value).node)
        if condition is not None:
            found = _both(found, self._own(lift(condition)).node)
        return Many(
            self.schema,
            n.Rows(self.rows.parent, self.rows.back, self.rows.entity, found, at=here()),
            self.expression,
        )

    def _own(self, expression: Expression) -> Expression:
        """The condition, which may speak of these rows or of the unfiltered rows they were taken from."""
        if expression.entity is None or (
            expression.rows is not None
            and expression.entity == self.rows.entity
            and expression.rows.back == self.rows.back
        ):
            return expression
        raise _mixed(self._wrap(expression.node), expression)

    def count(self) -> Expression:
        """How many rows there are."""
        return self.expression(n.Fold("count", self.rows, None, at=here()))

    def exists(self) -> Expression:
        """Whether there is any row."""
        return self.expression(n.Fold("any", self.rows, n.Literal(True), at=here()))

    def last(self, by: str) -> One:
        """The row that comes last by ``by``; its values are unknown where there is no row."""
        return self._pick("last", by)

    def first(self, by: str) -> One:
        """The row that comes first by ``by``; its values are unknown where there is no row."""
        return self._pick("first", by)

    def _pick(self, which: Any, by: str) -> One:
        order = getattr(self, by).node
        return One(
            self.schema,
            self.rows.entity,
            lambda node: self.expression(n.Pick(which, self.rows, order, node, at=here())),
            here=False,
        )

    def __str__(self) -> str:
        return f"the {self.rows.back} of a {self.rows.parent}"

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> NoReturn:
        raise mistake("rule-row-as-value", f"{self} are rows, not a value", "Name one of their values.")

    def __bool__(self) -> NoReturn:
        raise mistake(
            "rule-python-logic",
            "rows are neither true nor false",
            "Write .exists() to ask whether there are any.",
        )


def _both(left: n.Node | None, right: n.Node) -> n.Node:
    return right if left is None else n.And(left, right, at=here())


@dataclass(frozen=True, eq=False)
class ParameterSymbol:
    """``parameters``: its attributes are the programme's dated parameters."""

    def __getattr__(self, name: str) -> NamedParameter:
        if name.startswith("_"):
            raise AttributeError(name)
        return NamedParameter(n.Parameter(name, (), at=here()))


@dataclass(frozen=True, eq=False)
class NamedParameter(Expression):
    """One parameter, used as a value; ``p["grain"]`` or ``p[h.crop]`` takes one of its series, ``p.step(x)`` a tariff's step."""

    def __getitem__(self, keys: Any) -> Expression:
        found = keys if isinstance(keys, tuple) else (keys,)
        assert isinstance(self.node, n.Parameter)
        name = self.node.name
        return _join(lambda *trees: n.Parameter(name, trees, at=here()), *map(lift, found))

    def step(self, x: Any) -> Expression:
        """The value of the tariff's highest threshold not above ``x``; unknown below the lowest."""
        assert isinstance(self.node, n.Parameter)
        name = self.node.name
        return _join(lambda tree: n.Tariff(name, tree, at=here()), lift(x))


parameters = ParameterSymbol()
today = Expression(n.Today())
unknown = Expression(n.Literal(None))


def area(level: str) -> str:
    """The entity of a level of area, for programmes whose levels have other names than county, township, village."""
    return level


def quantity(value: str | int, unit: str) -> Expression:
    """An exact number with a unit: ``quantity("35", "litre/person/day")``. A rule's numbers are better parameters."""
    return Expression(n.Literal(Fraction(value), unit, at=here()))


def known(x: Any) -> Expression:
    """Whether ``x`` is known."""
    one = lift(x)
    return one._same(n.IsKnown(one.node, at=here()))


def divide(left: Any, right: Any, *, when_zero: Any) -> Expression:
    """``left / right``, and ``when_zero`` where there is nothing to divide by (``unknown``, say)."""
    return _join(lambda a, b, c: n.Divide(a, b, c, at=here()), lift(left), lift(right), lift(when_zero))


def rounded(x: Any, how: n.Rounding, digits: int = 2) -> Expression:
    """``x`` rounded to ``digits`` decimals: down, up, half_up (away from zero) or half_even."""
    one = lift(x)
    if how not in ("down", "up", "half_up", "half_even"):
        raise mistake(
            "rule-rounding", f"no rounding is called '{how}'", "Use down, up, half_up or half_even."
        )
    return one._same(n.Round(one.node, how, digits, at=here()))


def least(*items: Any) -> Expression:
    """The least of the values; unknown when one of them is."""
    return _join(lambda *trees: n.Extreme("least", trees, at=here()), *map(lift, items))


def greatest(*items: Any) -> Expression:
    """The greatest of the values; unknown when one of them is."""
    return _join(lambda *trees: n.Extreme("greatest", trees, at=here()), *map(lift, items))


def choose(*cases: tuple[Any, Any], otherwise: Any) -> Expression:
    """The value of the first condition that is true: ``choose((a, x), (b, y), otherwise=z)``."""
    conditions, values = [lift(c) for c, _ in cases], [lift(v) for _, v in cases]
    split = len(cases)
    return _join(
        lambda *trees: n.Case(trees[:split], trees[split:-1], trees[-1], at=here()),
        *conditions,
        *values,
        lift(otherwise),
    )


def years_between(start: Any, end: Any) -> Expression:
    """Completed years from one date to another."""
    return _join(lambda a, b: n.Years(a, b, at=here()), lift(start), lift(end))


def days_between(start: Any, end: Any) -> Expression:
    """Days from one date to another."""
    return _join(lambda a, b: n.Days(a, b, at=here()), lift(start), lift(end))


def year_of(x: Any) -> Expression:
    """The calendar year of a date."""
    one = lift(x)
    return one._same(n.Part("year", one.node, at=here()))


def month_of(x: Any) -> Expression:
    """The calendar month of a date, 1 to 12."""
    one = lift(x)
    return one._same(n.Part("month", one.node, at=here()))
