"""Why a part of a pool is what it is: the pool, the weights, what floors and caps decided, and how the last units went."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim, Asking
from tsampa.rules.explain.result import Reason

if TYPE_CHECKING:
    from tsampa.measures import Shares

__all__ = ["Sharing"]


class Sharing(Asking):
    """Reasons for shares."""

    def _share(self, node: n.Share, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The pool, the row's weight and bounds, all weights together, what decided, and how the last units went."""
        above = self.reference.register.above(node.pool.entity, key, node.pool.link)
        inner: Aim = "known" if self.at(node, key) is None else "none"
        found = self.why(node.pool, key, inner, depth)
        if above is None or self.at(node.pool, key) is None:
            return found
        for one in (node.by, node.at_least, node.at_most):
            if one is not None:
                found += self.why(one, key, "known" if self.at(one, key) is None else "none", depth)
        missing = self._missing(node, self.reference.nodes.sharers(node, above))
        shared = self.reference.nodes.shared_out(node, above)
        return [*found, *missing] if shared is None else found + self._shared(node, key, above, shared)

    def _missing(self, node: n.Share, keys: list[str]) -> list[Reason]:
        """How many of those who share have no known weight, and how many no known floor or cap."""
        weights = {key: self.at(node.by, key) for key in keys}
        bounds = [one for one in (node.at_least, node.at_most) if one is not None]
        unbound = [key for key in keys if weights[key] and any(self.at(one, key) is None for one in bounds)]
        many = {
            "weights_unknown": sum(weight is None for weight in weights.values()),
            "bounds_unknown": len(unbound),
        }
        return [Reason(self.phrase(name, many=count)) for name, count in many.items() if count]

    def _shared(self, node: n.Share, key: str, above: str, shared: Shares) -> list[Reason]:
        keys = self.reference.nodes.sharers(node, above)
        total = sum((self._number(node.by, one) for one in keys), Fraction(0))
        name = "weights" if node.pool.entity == "household" else "weights_any"
        lines = [self.phrase(name, many=len(keys), total=self._weighed(node, total))]
        if total == 0:
            lines.append(self.phrase("no_weights"))
        elif self.at(node.by, key) == 0:
            lines.append(self.phrase("no_weight"))
        else:
            lines += self._decided(node, key, shared, keys.index(key))
        return [Reason(line) for line in lines]

    def _decided(self, node: n.Share, key: str, shared: Shares, row: int) -> list[str]:
        """What decided the part of a row that has a weight."""
        lines, part = [], self._units(node, shared.parts[row])
        if self._is_floor_above_cap(node, key):
            lines.append(self.phrase("floor_above_cap"))
        if shared.short:
            floor = min(self._number(one, key) for one in (node.at_least, node.at_most) if one is not None)
            said = (
                self.naming.say(one, node.pool) for one in (floor, self._in_pool(node, int(shared.weight)))
            )
            lines.append(self.phrase("floors_short", total=self._units(node, int(shared.weight))))
            return lines + self._exact(
                node, shared, floor / self._in_pool(node, int(shared.weight)), row, *said
            )
        if not {"floor", "weight"} & set(shared.decided):
            return [*lines, self.phrase("caps_reached", part=part, left=self._units(node, shared.left))]
        if shared.decided[row] != "weight":
            return [*lines, self.phrase(f"{shared.decided[row]}_decides", part=part)]
        weights, weight = self._weighed(node, shared.weight), self._number(node.by, key)
        fixed = sum(one in ("floor", "cap") for one in shared.decided)
        if fixed:
            rest = self._units(node, shared.rest)
            lines.append(self.phrase("bounds_fixed", many=fixed, rest=rest, total=weights))
        return lines + self._exact(
            node, shared, weight / shared.weight, row, self._weighed(node, weight), weights
        )

    def _exact(
        self, node: n.Share, shared: Shares, ratio: Fraction, row: int, weight: str, total: str
    ) -> list[str]:
        """The row's proportion rounded down, and the unit that it got besides."""
        base = int(shared.rest * ratio)
        pool, down = self._units(node, shared.rest), self._units(node, base)
        lines = [self.phrase("exact_part", pool=pool, weight=weight, total=total, base=down)]
        if shared.parts[row] > base:
            lines.append(self.phrase("remainder", unit=self._units(node, 1)))
        return lines

    def _is_floor_above_cap(self, node: n.Share, key: str) -> bool:
        if node.at_least is None or node.at_most is None:
            return False
        return self._number(node.at_least, key) > self._number(node.at_most, key)

    def _number(self, node: n.Node, key: str) -> Fraction:
        found = self.at(node, key)
        assert isinstance(found, Fraction)
        return found

    # amounts in words

    def _in_pool(self, node: n.Share, units: int) -> Fraction:
        return Fraction(units, 10 ** self.reference.nodes.share_digits(node))

    def _units(self, node: n.Share, units: int) -> str:
        return self.naming.say(self._in_pool(node, units), node.pool)

    def _weighed(self, node: n.Share, weight: Fraction) -> str:
        return self.speak.amount(weight, self.reference.shapes.of(node.by).unit)
