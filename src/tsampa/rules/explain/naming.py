"""How explanations call rows: persons by relationship, age and code, records by what they are about; never more."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tsampa.rules import nodes as n
from tsampa.rules.explain.phrases import PHRASES
from tsampa.rules.reference import Answer, Reference
from tsampa.rules.reference.arithmetic import completed_years
from tsampa.rules.relations import FIGURE_AREA
from tsampa.rules.words import speaker

__all__ = ["Naming"]


class Naming:
    """Says rows and values of one reference engine's register in one language."""

    def __init__(self, reference: Reference, lang: str) -> None:
        self.reference = reference
        self.register = reference.register
        self.schema = reference.rulebook.schema
        self.speak = speaker(reference.rulebook, lang, reference.shapes, reference.day)
        self.lang = lang

    def phrase(self, name: str, **words: Any) -> str:
        """A fixed sentence with its words filled in."""
        return PHRASES[name].say(self.lang).format(**words)

    def joined(self, parts: list[str]) -> str:
        """Parts of a name, separated by commas."""
        return self.phrase("comma").join(part for part in parts if part)

    # rows

    def row(self, entity: str, key: str) -> str:
        """What a row is called."""
        if entity == "person":
            return self._person(key)
        if entity in (*self.schema.levels, FIGURE_AREA):
            name = self.register.stored(entity, key, "name") or key
            level = self.register.stored(entity, key, "level")
            label = self.schema.level_labels[level].say(self.lang) if level in self.schema.levels else ""
            return f"{name}（{label}）" if self.lang == "zh" else f"{label} {name}"
        label = self.schema.by_entity[entity].label.zh if self.lang == "zh" else entity
        about = self.joined(self._about(entity, key)) or key
        return f"{label}（{about}）" if self.lang == "zh" else f"{label} ({about})"

    def _person(self, key: str) -> str:
        birth = self.register.stored("person", key, "birth_date")
        age = completed_years(birth, self.reference.day) if isinstance(birth, date) else None
        relationship = self.register.stored("person", key, "relationship")
        said = self.speak.word(relationship, n.Value("person", "relationship")) if relationship else ""
        return self.joined([said, "" if age is None else self.phrase("years_old", age=age), key])

    def _about(self, entity: str, key: str) -> list[str]:
        """The facts that tell a record from others: its required words, years and dates."""
        table = self.schema.by_entity[entity]
        skip = {table.key, *(link.column for link in table.links)}
        found = []
        for column in table.columns:
            value = self.register.value(entity, key, column.name)
            telling = column.required and not column.type.unit.money_power
            if column.name not in skip and telling and value is not None:
                found.append(self.say(value, n.Value(entity, column.name)))
        return found

    def own(self, rows: n.Rows) -> bool:
        """Whether rows may be told one by one: those of an area's other households may not."""
        if rows.parent not in (*self.schema.levels, FIGURE_AREA):
            return True
        if rows.entity in ("household", "person"):
            return False
        table = self.schema.by_entity[rows.entity]
        return not any(link.table in ("households", "persons") for link in table.links)

    def whose(self, entity: str, key: str, says: str, home: str) -> str:
        """A sentence about a row, with whose it is; of the household itself that goes without saying."""
        if entity == "household" and key == home:
            return says
        return self.phrase("whose", who=self.row(entity, key), says=says)

    # values

    def say(self, value: Answer, node: n.Node) -> str:
        """A value in words, as the node that gives it has units and choices."""
        if isinstance(value, str):
            return self.speak.word(value, node) if node_is_word(node, self) else value
        shape = self.reference.shapes.of(node)
        said = self.speak.amount(value, shape.unit, self._digits(node, value))
        aged = self.lang == "zh" and str(shape.unit) == "year" and "龄" in self.speak.say(node)
        return f"{said.removesuffix('年')}岁" if aged else said

    def _digits(self, node: n.Node, value: Answer) -> int | None:
        if not isinstance(value, Fraction):
            return None
        if isinstance(node, n.Up):
            return self._digits(node.value, value)
        if isinstance(node, n.Value) and (node.entity, node.name) in self.reference.formulas:
            return self.reference.digits((node.entity, node.name))
        unit = self.reference.shapes.of(node).unit
        return self.schema.exponent if unit is not None and unit.money_power else None


def node_is_word(node: n.Node, naming: Naming) -> bool:
    """Whether a text is one of a list of words, and no name or other free text."""
    return bool(naming.speak.choices(node)) or bool(naming.reference.shapes.of(node).choices)
