"""Why a part of a pool is what it is: the pool, the weights, what floors and caps decided, and how the last units went."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.explain.asking import Aim, Asking
from tsampa.rules.explain.result import Reason
from tsampa.rules.reference import Answer, Pooled
from tsampa.rules.rulebook import Name

if TYPE_CHECKING:
    from tsampa.measures import Shares

__all__ = ["Sharing"]


class Sharing(Asking):
    """Reasons for shares."""

    def _share(self, node: n.Share, key: str, aim: Aim, depth: int) -> list[Reason]:
        """The pool, the row's weight and bounds, all weights together, what decided, and how the last units went."""
        above = self.reference.register.above(node.pool.entity, key, node.pool.link)
        found = self._own(node, key, self.at(node, key), depth)
        if above is None or self.at(node.pool, key) is None:
            return found
        missing = self._missing(node, self.reference.nodes.sharers(node, above))
        shared = self.reference.nodes.shared_out(node, above)
        return [*found, *missing] if shared is None else found + self._shared(node, key, above, shared)

    def _own(self, node: n.Share, key: str, part: Answer, depth: int) -> list[Reason]:
        """The pool, and the row's own weight and bounds."""
        found = self.why(node.pool, key, "known" if part is None else "none", depth)
        if self.at(node.pool, key) is None:
            return found
        for one in (node.by, node.at_least, node.at_most):
            if one is not None:
                found += self.why(one, key, "known" if self.at(one, key) is None else "none", depth)
        return found

    def pooled(self, name: Name, key: str) -> Pooled | None:
        """Who shares the pool with a row whose part was handed in; None where the variable is no share, or nobody says."""
        formula = self.reference.formulas.get(name)
        if formula is None or not isinstance(formula.node, n.Share):
            return None
        above = self.reference.register.above(name[0], key, formula.node.pool.link)
        return None if above is None else self.reference.pooled.get((name, above))

    def pooled_share(self, name: Name, key: str, pooled: Pooled, depth: int) -> list[Reason]:
        """The same as ``_share`` where most of those who share are not at hand, and the part itself was handed in."""
        node, part = self.reference.formulas[name].node, self.reference.value(name, key)
        assert isinstance(node, n.Share)
        found = self._own(node, key, part, depth)
        if self.at(node.pool, key) is None:
            return found
        if pooled.unknown:
            return [*found, Reason(self.phrase("weights_unknown", many=pooled.unknown))]
        total = self._added_up(node, pooled.many, pooled.weight)
        found.append(Reason(self.phrase("given", says=total)))
        return found + [Reason(line) for line in self._pooled_part(node, key, pooled, part)]

    def _pooled_part(self, node: n.Share, key: str, pooled: Pooled, part: Answer) -> list[str]:
        if pooled.weight == 0:
            return [self.phrase("no_weights")]
        if self.at(node.by, key) == 0:
            return [self.phrase("no_weight")]
        if node.at_least is not None or node.at_most is not None:
            return [self.phrase("bounds_of_all", part=self.naming.say(part, node.pool))]
        assert isinstance(part, Fraction)
        pool, weight = self._number(node.pool, key), self._number(node.by, key)
        said = self._weighed(node, weight), self._weighed(node, pooled.weight)
        units = 10 ** self.reference.nodes.share_digits(node)
        return self._exact(node, int(pool * units), weight / pooled.weight, int(part * units), *said)

    def _added_up(self, node: n.Share, many: int, total: Fraction) -> str:
        name = "weights" if node.pool.entity == "household" else "weights_any"
        return self.phrase(name, many=many, total=self._weighed(node, total))

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
        lines = [self._added_up(node, len(keys), total)]
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
                node, shared.rest, floor / self._in_pool(node, int(shared.weight)), shared.parts[row], *said
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
            node, shared.rest, weight / shared.weight, shared.parts[row], self._weighed(node, weight), weights
        )

    def _exact(
        self, node: n.Share, rest: int, ratio: Fraction, part: int, weight: str, total: str
    ) -> list[str]:
        """The row's proportion rounded down, and the unit that it got besides."""
        base = int(rest * ratio)
        pool, down = self._units(node, rest), self._units(node, base)
        lines = [self.phrase("exact_part", pool=pool, weight=weight, total=total, base=down)]
        if part > base:
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
