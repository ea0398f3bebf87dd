"""Why a number is what it is: its operands, and of a parameter its value in force."""

from __future__ import annotations

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim, Asking
from tsampa.rules.explain.result import Reason

__all__ = ["Numbers"]


class Numbers(Asking):
    """Reasons for arithmetic and parameters."""

    def _operands(self, node: n.Node, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The operands; of an unknown value those that make it unknown."""
        unknown = self.at(node, key) is None
        parts = [one for one in n.children(node) if not unknown or self.at(one, key) is None]
        return [
            reason for one in parts for reason in self.why(one, key, "known" if unknown else "none", depth)
        ]

    def _divide(self, node: n.Divide, key: str, aim: Aim, depth: int) -> list[Reason]:
        if self.at(node.right, key) == 0:
            return self.why(node.right, key, "none", depth)
        sides = [
            one
            for one in (node.left, node.right)
            if self.at(node, key) is not None or self.at(one, key) is None
        ]
        inner: Aim = "known" if self.at(node, key) is None else "none"
        return [reason for one in sides for reason in self.why(one, key, inner, depth)]

    def _parameter(self, node: n.Parameter, key: str, aim: Aim, depth: int) -> list[Reason]:
        label, value, dated = self.speak.say(node), self.at(node, key), self.reference.nodes.dated(node)
        below = [reason for one in node.keys for reason in self.why(one, key, aim, depth + 1)]
        if value is None:
            return [Reason(self.phrase("no_entry", label=label), dated.source, "", tuple(below))]
        since = self.speak.amount(dated.since, None)
        says = self.phrase("parameter", label=label, value=self.naming.say(value, node), since=since)
        return [Reason(says, dated.source, "", tuple(below))]

    def _tariff(self, node: n.Tariff, key: str, aim: Aim, depth: int) -> list[Reason]:
        value, dated = self.at(node, key), self.reference.nodes.dated(node)
        below = self.why(node.x, key, "known" if self.at(node.x, key) is None else "none", depth + 1)
        says, since = self.naming.say(value, node), self.speak.amount(dated.since, None)
        line = self.phrase("parameter", label=self.speak.say(node), value=says, since=since)
        return [Reason(line, dated.source, "", tuple(below))]
