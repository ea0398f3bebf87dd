"""Why a variable has its value at a row, told from the verdict down to the register's own values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim
from tsampa.rules.explain.logic import Logic
from tsampa.rules.explain.many import Many
from tsampa.rules.explain.numbers import Numbers
from tsampa.rules.explain.result import Reason
from tsampa.rules.explain.sharing import Sharing
from tsampa.rules.reference import Answer, Reference
from tsampa.rules.rulebook import Name

__all__ = ["Reasons"]

DEEPEST = 14


class Reasons(Logic, Many, Numbers, Sharing):
    """Collects reasons; what was told once is not told again."""

    def __init__(self, reference: Reference, household: str, lang: str) -> None:
        super().__init__(reference, household, lang)
        self._told: set[tuple[Name, str]] = set()
        self._rules: dict[str, Callable[[Any, str, Aim, int], list[Reason]]] = {
            "Literal": lambda *_: [], "Today": lambda *_: [], "Parameter": self._parameter, "Tariff": self._tariff,
            "Value": self._value, "Up": self._up, "Fold": self._fold, "Pick": self._pick, "Share": self._share,
            "Compare": self._compare, "OneOf": self._one_of, "And": self._logic, "Or": self._logic,
            "Not": self._not, "IsKnown": self._known, "Else": self._else, "Case": self._case,
            "Arithmetic": self._operands, "Divide": self._divide, "Round": self._operands, "Extreme": self._operands,
            "Years": self._operands, "Days": self._operands, "Part": self._operands,
        }  # fmt: skip

    def why(self, node: n.Node, key: str, aim: Aim, depth: int = 0) -> list[Reason]:
        """The reasons for what the node gives at the row of this key."""
        if depth > DEEPEST:
            return [Reason(self.phrase("deeper"))]
        return self._rules[type(node).__name__](node, key, aim, depth)

    def has_told(self, name: Name, key: str) -> bool:
        """Whether this variable was explained before."""
        return (name, key) in self._told

    def _value(self, node: n.Value, key: str, aim: Aim, depth: int) -> list[Reason]:
        return [self.variable((node.entity, node.name), key, aim, depth)]

    def variable(self, name: Name, key: str, aim: Aim, depth: int = 0) -> Reason:
        """The reason that is a variable's or column's value, with those below it."""
        value, node = self.reference.value(name, key), n.Value(*name)
        line = self.phrase("condition", says=self.speak.name(name), value=self.naming.say(value, node))
        line = self.about(name[0], key, line)
        formula = self.reference.formulas.get(name)
        pooled = self.pooled(name, key) if self.reference.is_given(name, key) else None
        if formula is None or (pooled is None and self.reference.is_given(name, key)):
            return self._leaf(name, key, value, aim, line)
        if (name, key) in self._told:
            return Reason(self.phrase("above", says=line))
        self._told.add((name, key))
        with self.telling_of(name[0], key):
            because = (
                self.why(formula.node, key, aim, depth + 1)
                if pooled is None
                else self.pooled_share(name, key, pooled, depth + 1)
            )
        return Reason(line, formula.source, formula.at, tuple(because))

    def _leaf(self, name: Name, key: str, value: Answer, aim: Aim, line: str) -> Reason:
        if name in self.reference.formulas:
            return Reason(self.phrase("given", says=line))
        label = self.speak.name(name)
        if value is None and aim != "none":
            self.change(aim, "needs_value", (name[0], key), label=label)
        elif isinstance(value, bool) and aim in ("true", "false"):
            now = self.naming.say(value, n.Value(*name))
            self.change(aim, "need_fact", (name[0], key), label=label, now=now)
        return Reason(self.phrase("registered", says=line))

    def _up(self, node: n.Up, key: str, aim: Aim, depth: int) -> list[Reason]:
        above = self.reference.register.above(node.entity, key, node.link)
        if above is not None:
            return self.why(node.value, above, aim, depth)
        link = self.speak.link(node.entity, node.link)
        if aim == "known":
            self.change(aim, "needs_value", (node.entity, key), label=link)
        return [Reason(self.phrase("no_link", link=link))]
