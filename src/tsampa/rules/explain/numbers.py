"""Why a number is what it is: its operands, and for a share the pool, the weights and the last units."""

from __future__ import annotations

from fractions import Fraction

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim, Asking
from tsampa.rules.explain.result import Reason
from tsampa.rules.reference import Answer

__all__ = ["Numbers"]


class Numbers(Asking):
    """Reasons for arithmetic, parameters and shares."""

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

    def _share(self, node: n.Share, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The pool, the weight, all weights together, and how the last units went."""
        above = self.reference.register.above(node.pool.entity, key, node.pool.link)
        inner: Aim = "known" if self.at(node, key) is None else "none"
        found = self.why(node.pool, key, inner, depth)
        if above is None or self.at(node.pool, key) is None:
            return found
        found += self.why(node.by, key, "known" if self.at(node.by, key) is None else "none", depth)
        weights = self.reference.nodes.weights(node, above)
        missing = sum(weight is None for weight in weights.values())
        if missing:
            return [*found, Reason(self.phrase("weights_unknown", many=missing))]
        return found + self._split(node, key, weights)

    def _split(self, node: n.Share, key: str, weights: dict[str, Answer]) -> list[Reason]:
        total = sum((weight for weight in weights.values() if isinstance(weight, Fraction)), Fraction(0))
        unit = self.reference.shapes.of(node.by).unit
        name = "weights" if node.pool.entity == "household" else "weights_any"
        said = self.speak.amount(total, unit)
        lines = [Reason(self.phrase(name, many=len(weights), total=said))]
        if total == 0:
            return [*lines, Reason(self.phrase("no_weights"))]
        pool, weight, part = self.at(node.pool, key), self.at(node.by, key), self.at(node, key)
        assert isinstance(pool, Fraction) and isinstance(weight, Fraction) and isinstance(part, Fraction)  # noqa: PT018
        step = Fraction(1, 10 ** (self.reference.shapes.of(node.pool).digits or 0))
        base = pool * weight / total // step * step
        words = {"pool": self.naming.say(pool, node.pool), "base": self.naming.say(base, node.pool)}
        exact = self.phrase("exact_part", weight=self.speak.amount(weight, unit), total=said, **words)
        lines.append(Reason(exact))
        if part > base:
            lines.append(Reason(self.phrase("remainder", unit=self.naming.say(step, node.pool))))
        return lines

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
