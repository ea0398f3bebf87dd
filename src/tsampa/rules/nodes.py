"""The tree that a formula becomes: what it means, with nothing of how an engine works it out.

Nodes are immutable and compared by identity. Each is read at one row of one table (the *row at hand*); ``Up`` moves to a
linked row, ``Fold`` and ``Pick`` gather rows from below. docs/reference/meaning.md says what each one gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal as Word

__all__ = [
    "And", "Arithmetic", "Case", "Compare", "Days", "Divide", "Else", "Extreme", "Fold", "IsKnown", "Literal", "Measure", "Node", "Not", "OneOf", "Or",
    "Parameter", "Part", "Pick", "Round", "Rounding", "Rows", "Share", "Tariff", "Today", "Up", "Value", "Years", "children", "walk",
]  # fmt: skip

LATER = {"later": True}
"""Marks a field that came later than its node: while it is None it is not written, so that older rulebooks stay what they are."""

Rounding = Word["down", "up", "half_up", "half_even"]


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Node:
    """Any node. ``at`` is the file and line that wrote it, for errors and explanations."""

    at: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Literal(Node):
    """A constant. ``unit`` is empty where none was given: such a number takes the unit it meets, money apart."""

    value: bool | Fraction | str | date | None
    unit: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Today(Node):
    """The day the assessment is made for."""


@dataclass(frozen=True, eq=False, slots=True)
class Parameter(Node):
    """The parameter's value in force on the day; ``keys`` choose among its series, e.g. a crop."""

    name: str
    keys: tuple[Node, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Tariff(Node):
    """The step of a tariff that ``x`` has reached: the value of the highest threshold not above it."""

    name: str
    x: Node


@dataclass(frozen=True, eq=False, slots=True)
class Value(Node):
    """A column or formula of the row at hand, which is one of ``entity``."""

    entity: str
    name: str


@dataclass(frozen=True, eq=False, slots=True)
class Up(Node):
    """``value`` read at the row that ``entity`` (the row at hand) is linked to; unknown where there is no such row."""

    entity: str
    link: str
    value: Node


@dataclass(frozen=True, eq=False, slots=True)
class Rows(Node):
    """Rows of ``entity`` below one row of ``parent``, in force on the day, of which ``where`` is true. Not a value."""

    parent: str
    back: str
    entity: str
    where: Node | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Fold(Node):
    """One value out of many rows: sum, count, any, all, min or max of ``term``, or how many distinct texts it gives.

    ``unit`` is what distinct texts are counted in; empty for all others.
    """

    how: Word["sum", "count", "any", "all", "min", "max", "distinct"]
    rows: Rows
    term: Node | None = None
    unit: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Pick(Node):
    """``term`` of the one row that comes first or last by ``by`` (ties: by the row's key)."""

    which: Word["first", "last"]
    rows: Rows
    by: Node
    term: Node


@dataclass(frozen=True, eq=False, slots=True)
class Share(Node):
    """This row's part of ``pool``, a value of the row above, split in proportion to ``by`` over all its rows.

    Rows with a weight get ``at_least`` so much and ``at_most`` so much, where the pool allows.
    """

    pool: Up
    by: Node
    at_least: Node | None = field(default=None, metadata=LATER)
    at_most: Node | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, eq=False, slots=True)
class Arithmetic(Node):
    """``left + right``, ``-`` or ``*``."""

    how: Word["+", "-", "*"]
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Divide(Node):
    """``left / right``; where ``right`` is zero, ``when_zero``."""

    left: Node
    right: Node
    when_zero: Node | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Round(Node):
    """``x`` to ``digits`` decimals: down and up mean towards minus and plus infinity, half_up away from zero."""

    x: Node
    how: Rounding
    digits: int


@dataclass(frozen=True, eq=False, slots=True)
class Extreme(Node):
    """The least or greatest of ``items``; unknown when one of them is."""

    how: Word["least", "greatest"]
    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Compare(Node):
    """A comparison; unknown when a side is."""

    how: Word["<", "<=", "==", "!=", ">=", ">"]
    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class OneOf(Node):
    """Whether a text is among ``words``."""

    x: Node
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class And(Node):
    """False when a side is false; otherwise unknown when a side is; otherwise true."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Or(Node):
    """True when a side is true; otherwise unknown when a side is; otherwise false."""

    left: Node
    right: Node


@dataclass(frozen=True, eq=False, slots=True)
class Not(Node):
    """True for false, false for true, unknown for unknown."""

    x: Node


@dataclass(frozen=True, eq=False, slots=True)
class IsKnown(Node):
    """Whether ``x`` is known: true or false, never unknown."""

    x: Node


@dataclass(frozen=True, eq=False, slots=True)
class Else(Node):
    """``x``, or ``default`` where it is unknown."""

    x: Node
    default: Node


@dataclass(frozen=True, eq=False, slots=True)
class Case(Node):
    """The value of the first condition that is true; unknown where an unknown condition comes before it."""

    conditions: tuple[Node, ...]
    values: tuple[Node, ...]
    otherwise: Node


@dataclass(frozen=True, eq=False, slots=True)
class Years(Node):
    """Completed years from ``start`` to ``end``: an age."""

    start: Node
    end: Node


@dataclass(frozen=True, eq=False, slots=True)
class Days(Node):
    """Days from ``start`` to ``end``."""

    start: Node
    end: Node


@dataclass(frozen=True, eq=False, slots=True)
class Part(Node):
    """The calendar year or month of a date, as a bare number."""

    how: Word["year", "month"]
    x: Node


@dataclass(frozen=True, eq=False, slots=True)
class Measure(Node):
    """A measure of ``tsampa.measures`` over rows: floating point, and so only ever the whole of a figure.

    ``values`` is the income, or for ``alkire_foster`` one truth for each of ``names``, with their ``shares``. ``constant`` is
    FGT's alpha, the share of the median or the cutoff. ``form`` is Gini's ranks or Alkire and Foster's index, ``of`` the
    indicator of a censored headcount. With ``strata`` or ``clusters`` the rows are a sample and the figure has a standard error.
    """

    how: Word["fgt", "watts", "at_risk_of_poverty", "gini", "theil", "qsr", "alkire_foster"]
    rows: Rows
    values: tuple[Node, ...]
    line: Node | None = None
    weights: Node | None = None
    strata: Node | None = None
    clusters: Node | None = None
    constant: Node | None = None
    names: tuple[str, ...] = ()
    shares: tuple[Fraction, ...] = ()
    form: str = ""
    of: str = ""


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order they are written."""
    for name in node.__dataclass_fields__:  # fields() is slow
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each once, parents first; deep trees do not exhaust the stack."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting.extend(reversed(list(children(one))))
