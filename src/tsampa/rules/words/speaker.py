"""What both languages share when they read a tree aloud: the names of things, and when brackets are needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from tsampa.rules import nodes as n
from tsampa.rules.relations import level_below, plural
from tsampa.rules.rulebook import Name, Rulebook
from tsampa.rules.shapes import Shapes
from tsampa.rules.words.measures import say_measure
from tsampa.rules.words.values import say_value
from tsampa.schema import Kind, Label, Unit

__all__ = ["AND", "ATOM", "COMPARE", "OR", "PRODUCT", "SENTENCE", "SUM", "Said", "Speaker"]

MIRRORED: dict[str, Any] = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}

Said = tuple[str, int]
"""A text and how tightly it holds together; one looser than its place allows gets brackets."""

SENTENCE, OR, AND, COMPARE, SUM, PRODUCT, ATOM = range(7)

METHODS = {
    "Literal": "literal", "Today": "today", "Parameter": "parameter", "Tariff": "tariff", "Value": "value", "Up": "up",
    "Rows": "rows", "Fold": "fold", "Pick": "pick", "Share": "share", "Arithmetic": "arithmetic", "Divide": "divide",
    "Round": "round", "Extreme": "extreme", "Compare": "compare", "OneOf": "one_of", "And": "both", "Or": "either",
    "Not": "negated", "IsKnown": "known", "Else": "default", "Case": "case", "Years": "years", "Days": "days",
    "Part": "part", "Measure": "measure",
}  # fmt: skip
"""Which method of a language says which node."""

MEMBERS = Label("members", "家庭成员")


class Speaker(ABC):
    """Says nodes, values and names in one language, in the words of one rulebook."""

    lang: ClassVar[str]
    brackets: ClassVar[tuple[str, str]]

    def __init__(self, rulebook: Rulebook, shapes: Shapes | None = None, day: date | None = None) -> None:
        self.rulebook = rulebook
        self.day = day
        self.schema = rulebook.schema
        self.shapes = shapes or Shapes(rulebook)
        self._says: dict[str, Callable[[Any], Said]] = {
            kind: getattr(self, f"_{method}") for kind, method in METHODS.items()
        }

    def say(self, node: n.Node, tight: int = SENTENCE) -> str:
        """The node in words, in brackets where it would be misread in a place as tight as ``tight``."""
        text, level = self.said(node)
        return text if level >= tight else f"{self.brackets[0]}{text}{self.brackets[1]}"

    def said(self, node: n.Node) -> Said:
        """The node in words, and how tightly they hold together."""
        return self._says[type(node).__name__](node)

    def _measure(self, node: n.Measure) -> Said:
        return say_measure(self, node), SENTENCE

    # names

    def name(self, name: Name) -> str:
        """What a column or formula is called."""
        return self.label(name).say(self.lang)

    def label(self, name: Name) -> Label:
        """The label of a column or formula: of the latest version."""
        column = self.shapes.column(name)
        return column.label if column is not None else self.rulebook.formulas[name][-1].label

    def link(self, entity: str, link: str) -> str:
        """What the row is called that ``link`` leads to: the village, the household, the earner."""
        if link in self.schema.levels:
            return self.schema.level_labels[link].say(self.lang)
        if link == "household":
            return "户" if self.lang == "zh" else "household"
        table = self.schema.by_entity[entity]
        column = next(one.column for one in table.links if one.name == link)
        return table.by_name[column].label.say(self.lang)

    def back(self, rows: n.Rows) -> str:
        """What the rows below are called: members, incomes, villages."""
        if rows.entity == "person":
            return MEMBERS.say(self.lang) if rows.parent == "household" else self._table(rows.entity)
        if level_below(self.schema, rows.back) is not None and rows.entity in self.schema.levels:
            return self.schema.level_labels[rows.entity].zh if self.lang == "zh" else plural(rows.entity)
        return self._table(rows.entity)

    def _table(self, entity: str) -> str:
        return self.schema.by_entity[entity].label.say(self.lang)

    def choices(self, node: n.Node) -> Mapping[str, Label]:
        """The names of the words that a text may be."""
        if isinstance(node, n.Value):
            return self._choices_of((node.entity, node.name))
        inner = {n.Up: "value", n.Pick: "term", n.Else: "x"}.get(type(node))
        if inner is not None:
            return self.choices(getattr(node, inner))
        if isinstance(node, n.Case):
            return {word: label for value in node.values for word, label in self.choices(value).items()}
        return {}

    def _choices_of(self, name: Name) -> Mapping[str, Label]:
        column = self.shapes.column(name)
        if column is not None:
            return column.choice_labels
        return self.choices(self.rulebook.formulas[name][-1].node) if name in self.rulebook.formulas else {}

    def word(self, word: str, beside: n.Node) -> str:
        """A word of a text, called as where it comes from calls it."""
        label = self.choices(beside).get(word)
        return label.say(self.lang) if label else self.quoted(word)

    def quoted(self, text: str) -> str:
        """The text in quotation marks."""
        return f"“{text}”"

    def amount(self, value: Any, unit: Unit | None, digits: int | None = None) -> str:
        """A value in words, with the names the programme has for its own units."""
        return say_value(value, unit, self.lang, digits=digits, units=self.rulebook.unit_labels)

    # what kind of thing

    def kind(self, node: n.Node) -> Kind | None:
        """The kind of what the node gives."""
        return self.shapes.of(node).kind

    def truth_of(self, node: n.Compare) -> Said | None:
        """``x == True`` and ``x == False`` said as x and not x."""
        for literal, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(literal, n.Literal) and isinstance(literal.value, bool):
                holds = literal.value == (node.how == "==")
                return self.said(other if holds else n.Not(other))
        return None

    def in_order(self, node: n.Compare) -> n.Compare:
        """The comparison with its constant or parameter on the right, where people expect it."""
        fixed = (n.Literal, n.Parameter, n.Today)
        if isinstance(node.left, fixed) and not isinstance(node.right, fixed):
            return n.Compare(MIRRORED[node.how], node.right, node.left, at=node.at)
        return node

    def key(self, node: n.Parameter, position: int) -> str | None:
        """What a fixed key of a parameter is called, by the column whose choices are its series."""
        literal = node.keys[position]
        if not isinstance(literal, n.Literal):
            return None
        found = self.shapes.named_parameter(node.name, node)
        series = {keys[position] for dated in found.dated for keys, _ in dated.values}
        columns = (column for table in self.schema.tables for column in table.columns)
        names = next((c.choice_labels for c in columns if series <= set(c.choice_labels)), {})
        label = names.get(str(literal.value))
        return label.say(self.lang) if label else self.quoted(str(literal.value))

    def side(self, node: n.Node, beside: n.Node) -> str:
        """One side of a comparison; a constant word is called as the other side calls it."""
        if isinstance(node, n.Literal) and isinstance(node.value, str):
            return self.word(node.value, beside)
        if isinstance(node, n.Literal) and isinstance(node.value, Fraction) and not node.unit:
            unit = self.shapes.of(beside).unit
            return self.amount(node.value, None if unit and unit.money_power else unit)
        return self.say(node, SUM)

    def part_of_day(self, node: n.Part) -> str | None:
        """The year or month of the day, where the day is given."""
        if self.day is None or not isinstance(node.x, n.Today):
            return None
        return str(self.day.year if node.how == "year" else self.day.month)

    def seen(self, node: n.IsKnown) -> str:
        """What is known or not; whether a linked row's key is known is whether the row is."""
        x = node.x
        if isinstance(x, n.Up) and isinstance(x.value, n.Value):
            table = self.schema.by_entity.get(x.value.entity)
            if table is not None and table.key == x.value.name:
                return self.link(x.entity, x.link)
        return self.say(x, SUM)

    @abstractmethod
    def relation(self, how: str, beside: n.Node) -> str:
        """What a comparison is called between values of this kind: "is at least", "不低于"."""

    @abstractmethod
    def one_row(self, rows: n.Rows) -> str:
        """What one such row would be."""

    def is_zero(self, node: n.Node) -> bool:
        """Whether it is the constant 0, as in ``0 - x``."""
        return isinstance(node, n.Literal) and node.value == 0 and not isinstance(node.value, bool)
