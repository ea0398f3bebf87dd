"""A pool split by weights, between floors and caps, in whole units that add up to it exactly.

Each part is its weight's proportion, held between its floor and its cap: the one solution of part = clamp(λ × weight, floor,
cap) whose parts sum to the pool. It is found by fixing rows at the bounds they break and sharing the rest again among the
others (Bitran and Hax 1981; Patriksson 2008 surveys the problem). What rounding down leaves over goes by largest remainder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from numbers import Integral
from typing import Any, Literal

from tsampa.measures.columns import Column, exactly, listed, same_length
from tsampa.measures.mistakes import mistake

__all__ = ["Decided", "Shares", "share", "share_out"]

Decided = Literal["weight", "floor", "cap", "nothing"]
"""What decided a row's part: its weight, its floor, its cap; or it has no weight and takes no part."""


@dataclass(frozen=True)
class Shares:
    """How a pool was shared out. ``parts`` has a whole number for each row, ``decided`` what each rests on.

    The rows decided by weight shared ``rest`` among them, in proportion to weights that sum to ``weight``. ``left`` is what
    stays in the pool. Where ``short``, the pool does not reach all floors, and it is the floors that stand as weights.
    """

    parts: list[int]
    decided: list[Decided]
    rest: int
    weight: Fraction
    left: int
    short: bool = False


def share(pool: int, weights: Column, floors: Column | None = None, caps: Column | None = None) -> list[int]:
    """``pool`` in whole parts proportional to ``weights``, none below its floor or above its cap, that add up to it.

    Rows with a weight above nought take part; all others get 0. Pool, floors and caps are whole units, such as fen; weights
    are any exact numbers. The last units go to the largest remainders, of equal ones to the row that comes first. Where
    the caps together are less than the pool, each row gets its cap; where the floors are more, the pool is split in
    proportion to the floors. A floor above its row's cap counts as that cap.

    Raises TsampaError ``measure-pool``, ``measure-bound``, ``measure-weight-negative``, ``measure-share-unknown``,
    ``measure-column``, ``measure-not-a-number`` and ``measure-lengths-differ``.
    """
    return share_out(pool, weights, floors, caps).parts


def share_out(pool: int, weights: Column, floors: Column | None = None, caps: Column | None = None) -> Shares:
    """As ``share``, with what decided each part and what is left. Raises the same errors."""
    if isinstance(pool, bool) or not isinstance(pool, Integral) or pool < 0:
        raise mistake(
            "measure-pool", "the pool is no whole number from 0 on",
            "Give it in smallest units: 1000 fen for 10.00 yuan.", "pool",
        )  # fmt: skip
    given = listed(weights, "weights")
    known = [_exact(one, "weights") for one in given]
    if any(one < 0 for one in known):
        raise mistake(
            "measure-weight-negative", "a weight is below nought", "Give each row a weight of nought or more.", "weights",
        )  # fmt: skip
    pool = int(pool)
    taking = [row for row, weight in enumerate(known) if weight > 0]
    lows = _bounds(floors, "floors", taking, len(known), 0)
    # Without caps none is in the way of a floor, not even of one that is more than the pool.
    highs = _bounds(caps, "caps", taking, len(known), max([pool, *lows]))
    found = _settled(pool, [known[row] for row in taking], lows, highs)
    parts, decided = [0] * len(known), list[Decided](["nothing"]) * len(known)
    for row, part, why in zip(taking, found.parts, found.decided, strict=True):
        parts[row], decided[row] = part, why
    return Shares(parts, decided, found.rest, found.weight, pool - sum(parts), found.short)


def _bounds(values: Column | None, name: str, taking: list[int], rows: int, without: int) -> list[int]:
    """The bounds of the rows that take part; ``without`` where none are given."""
    if values is None:
        return [without] * len(taking)
    given = listed(values, name)
    same_length(given, rows, name)
    found = [_exact(given[row], name) for row in taking]
    if any(one < 0 or one.denominator != 1 for one in found):
        raise mistake(
            "measure-bound", "a floor or cap is no whole number from 0 on",
            "Give floors and caps in the pool's smallest units.", name,
        )  # fmt: skip
    return [int(one) for one in found]


def _exact(value: Any, name: str) -> int | Fraction:
    if value is None or value != value:
        raise mistake(
            "measure-share-unknown", "a value is unknown",
            "Every part rests on all rows: share the pool out when all are known.", name,
        )  # fmt: skip
    return int(value) if isinstance(value, Integral) else exactly(value, name)


def _settled(pool: int, weights: Sequence[int | Fraction], floors: list[int], caps: list[int]) -> Shares:
    lows = [min(floor, cap) for floor, cap in zip(floors, caps, strict=True)]
    if sum(lows) > pool:
        decided: list[Decided] = ["floor"] * len(lows)
        return _rounded(_Filling(pool, lows, decided=decided, open=list(range(len(lows)))), 1, True)
    highs = [min(cap, pool) for cap in caps]
    if sum(highs) <= pool:
        return Shares(highs, ["cap"] * len(highs), 0, Fraction(0), pool - sum(highs))
    scale = lcm(*(weight.denominator for weight in weights))
    return _rounded(_filled(pool, [int(weight * scale) for weight in weights], lows, highs), scale, False)


@dataclass
class _Filling:
    """How far the sharing has come: ``rest`` is still to go to the ``open`` rows, by weight; the others have their parts."""

    rest: int
    weights: list[int]
    decided: list[Decided]
    open: list[int]
    parts: dict[int, int] = field(default_factory=dict)

    def fix(self, rows: list[int], bounds: list[int], why: Decided) -> None:
        """Gives these rows their bound, so that the rest is shared again among the others."""
        for row in rows:
            self.parts[row], self.decided[row] = bounds[row], why
        self.rest -= sum(bounds[row] for row in rows)
        self.open = [row for row in self.open if row not in self.parts]


def _filled(pool: int, weights: list[int], lows: list[int], highs: list[int]) -> _Filling:
    """Fixes rows at their bounds until the proportion breaks none. The bounds can be kept: their sums enclose the pool."""
    found = _Filling(pool, weights, ["weight"] * len(weights), list(range(len(weights))))
    while True:
        rest, total = found.rest, sum(weights[row] for row in found.open)
        below = [row for row in found.open if rest * weights[row] < lows[row] * total]
        above = [row for row in found.open if rest * weights[row] > highs[row] * total]
        lacking = sum(lows[row] * total - rest * weights[row] for row in below)
        over = sum(rest * weights[row] - highs[row] * total for row in above)
        # Where more is lacking than is over, the level will come down, so that those below their floors stay there.
        if lacking >= over:
            found.fix(below, lows, "floor")
        if over >= lacking:
            found.fix(above, highs, "cap")
        if lacking == over:
            return found


def _rounded(found: _Filling, scale: int, short: bool) -> Shares:
    """Rounds the open rows' proportions down; the units left over go one each to the largest remainders, ties by row."""
    total = sum(found.weights[row] for row in found.open)
    rests = {}
    for row in found.open:
        found.parts[row], rests[row] = divmod(found.rest * found.weights[row], total) if total else (0, 0)
    units = found.rest - sum(found.parts[row] for row in found.open) if total else 0
    for row in sorted(found.open, key=lambda row: (-rests[row], row))[:units]:
        found.parts[row] += 1
    parts = [found.parts[row] for row in range(len(found.weights))]
    return Shares(parts, found.decided, found.rest, Fraction(total, scale), 0, short)
