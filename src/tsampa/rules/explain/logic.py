"""Why something is true, false or unknown: only the sides that decide, and how far a comparison is from holding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import OPPOSITE, Aim, Asking
from tsampa.rules.explain.result import Reason

__all__ = ["Logic"]

CONTRARY: dict[str, Any] = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}


class Logic(Asking):
    """Reasons for logic and comparisons."""

    def _logic(self, node: n.And | n.Or, key: str, aim: Aim, depth: int) -> list[Reason]:
        value = self.at(node, key)
        sides = [node.left, node.right]
        decides = value is isinstance(node, n.Or) or value is None
        if decides:
            sides = [side for side in sides if self.at(side, key) is value]
        aim = "known" if value is None and aim != "none" else aim
        return [reason for side in sides for reason in self.why(side, key, aim, depth)]

    def _not(self, node: n.Not, key: str, aim: Aim, depth: int) -> list[Reason]:
        return self.why(node.x, key, OPPOSITE.get(aim, aim), depth)

    def _known(self, node: n.IsKnown, key: str, aim: Aim, depth: int) -> list[Reason]:
        if self.at(node, key):
            return []
        return [Reason(self.speak.say(n.Not(node)), because=tuple(self.why(node.x, key, "known", depth + 1)))]

    def _else(self, node: n.Else, key: str, aim: Aim, depth: int) -> list[Reason]:
        if self.at(node.x, key) is not None:
            return self.why(node.x, key, aim, depth)
        if self.at(node.default, key) is None:
            sides = (node.x, node.default)
            return [reason for side in sides for reason in self.why(side, key, "known", depth)]
        default = self.naming.say(self.at(node.default, key), node)
        says = self.phrase("default", label=self.speak.say(node.x), default=default)
        below = [*self.why(node.x, key, "known", depth + 1), *self.why(node.default, key, aim, depth + 1)]
        return [Reason(says, because=tuple(below))]

    def _case(self, node: n.Case, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The condition that chose, or all that failed where none did; then the value chosen.

        A condition that only guards against unknown goes without saying where it holds.
        """
        failed: list[n.Node] = []
        otherwise = node.otherwise
        left_open = isinstance(otherwise, n.Literal) and otherwise.value is None
        for condition, value in zip(node.conditions, node.values, strict=True):
            held = self.at(condition, key)
            if held is None:
                return self.why(condition, key, "known", depth)
            if held and left_open:
                return self.why(value, key, aim, depth)
            if held:
                chose: Aim = "false" if aim == "other" else "none"
                return [*self.why(condition, key, chose, depth), *self.why(value, key, aim, depth)]
            failed.append(condition)
        wanted: Aim = "true" if aim in ("other", "known") or left_open else "none"
        found = [reason for one in failed for reason in self.why(one, key, wanted, depth)]
        return (
            [*found, Reason(self.phrase("by_rule"))]
            if left_open
            else [*found, *self.why(otherwise, key, aim, depth)]
        )

    # comparisons

    def _compare(self, node: n.Compare, key: str, aim: Aim, depth: int) -> list[Reason]:
        node, value = self.speak.in_order(node), self.at(node, key)
        plain = self._truth_side(node)
        if plain is not None:
            return self.why(plain[0], key, aim if plain[1] else OPPOSITE.get(aim, aim), depth)
        sides = [side for side in (node.left, node.right) if not isinstance(side, n.Literal)]
        if value is None:
            below = [
                r
                for side in sides
                if self.at(side, key) is None
                for r in self.why(side, key, "known", depth + 1)
            ]
            return [Reason(self.phrase("unjudged", says=self.speak.say(node)), because=tuple(below))]
        below = [reason for side in sides for reason in self.why(side, key, "none", depth + 1)]
        how = node.how if value else CONTRARY[node.how]
        relation = self.speak.relation(how, node.left)
        left, right = (
            self._with_value(node.left, node.right, key),
            self._with_value(node.right, node.left, key),
        )
        says = self.phrase("compare", left=left, relation=relation, right=right)
        if not value:
            says = self._gap(node, key, says)
            self._would_change(node, key, aim)
        return [Reason(says, because=tuple(below))]

    def _truth_side(self, node: n.Compare) -> tuple[n.Node, bool] | None:
        for literal, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(literal, n.Literal) and isinstance(literal.value, bool):
                return other, literal.value == (node.how == "==")
        return None

    def _with_value(self, node: n.Node, beside: n.Node, key: str) -> str:
        if isinstance(node, n.Literal):
            return self.speak.side(node, beside)
        value = self.naming.say(self.at(node, key), node)
        return self.phrase("with_value", label=self.speak.side(node, beside), value=value)

    def _difference(self, node: n.Compare, key: str) -> tuple[Fraction, str] | None:
        """How much is missing (or too much), and that in words."""
        left, right = self.at(node.left, key), self.at(node.right, key)
        if not isinstance(left, Fraction) or not isinstance(right, Fraction) or left == right:
            return None
        unit = self.reference.shapes.of(node.left).unit or self.reference.shapes.of(node.right).unit
        exact = self.reference.rulebook.schema.exponent if unit and unit.money_power else None
        return right - left, self.speak.amount(abs(right - left), unit, exact)

    def _gap(self, node: n.Compare, key: str, says: str) -> str:
        found = self._difference(node, key)
        if found is None or node.how in ("==", "!="):
            return says
        return self.phrase("short" if node.how in (">", ">=") else "over", says=says, gap=found[1])

    def _would_change(self, node: n.Compare, key: str, aim: Aim) -> None:
        """What a false comparison lacks. Nobody can change an age, so nothing is said of one."""
        if aim not in ("true", "other") or self._is_age(node.left):
            return
        label, now = self.speak.say(node.left), self.naming.say(self.at(node.left, key), node.left)
        to = self.speak.side(node.right, node.left)
        if not isinstance(node.right, n.Literal):
            to = self.naming.say(self.at(node.right, key), node.right)
        gap, whose = self._difference(node, key), self._whose(node.left, key)
        if gap is None or node.how in ("==", "!="):
            names = {">": "need_above", "<": "need_below"}
            name = names.get(node.how, "need_word")
            self.change(aim, name, whose, label=label, to=to, now=now)
        else:
            name = "need_more" if node.how in (">", ">=") else "need_less"
            self.change(aim, name, whose, label=label, to=to, now=now, gap=gap[1])

    def _whose(self, node: n.Node, key: str) -> tuple[str, str] | None:
        entity = entity_of(node)
        return (entity, key) if entity and self.reference.register.has(entity, key) else None

    def _is_age(self, node: n.Node) -> bool:
        trees = [node, *(f.node for one in n.walk(node) if isinstance(one, n.Value)
                         and (f := self.reference.formulas.get((one.entity, one.name))))]  # fmt: skip
        return any(isinstance(one, n.Years) for tree in trees for one in n.walk(tree))

    def _one_of(self, node: n.OneOf, key: str, aim: Aim, depth: int) -> list[Reason]:
        value, held = self.at(node.x, key), self.at(node, key)
        if held is None:
            below = self.why(node.x, key, "known", depth + 1)
            return [Reason(self.phrase("unjudged", says=self.speak.say(node)), because=tuple(below))]
        now, label = self.naming.say(value, node.x), self.speak.say(node.x)
        if not held and aim in ("true", "other"):
            to = self.phrase("or").join(self.speak.word(word, node.x) for word in node.words)
            self.change(aim, "need_word", self._whose(node.x, key), label=label, to=to, now=now)
        below = self.why(node.x, key, "none", depth + 1)
        return [Reason(self.phrase("is_word", label=label, value=now), because=tuple(below))]


def entity_of(node: n.Node) -> str | None:
    """The entity of the row a node is read at, where it says so."""
    for one in n.walk(node):
        if isinstance(one, (n.Value, n.Up)):
            return one.entity
        if isinstance(one, (n.Fold, n.Pick)):
            return one.rows.parent
    return None
