"""Splitting a pool in SQL, by weight alone or between floors and caps, in whole units that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.rules.columns.between import Between
from tsampa.rules.columns.frames import Aggregate, Frame, Parts
from tsampa.rules.columns.lower import Lower
from tsampa.rules.columns.numbers import Number
from tsampa.rules.columns.sql import Dialect, Sql, quoted

if TYPE_CHECKING:
    from tsampa.rules.columns.plan import Planner

__all__ = ["Sharing"]


@dataclass(frozen=True)
class _Split:
    """What a share is worked out from: columns of the frame, in the pool's smallest units and in those of the weights."""

    pool: Sql
    weight: Sql
    floor: Sql | None
    cap: Sql | None
    light: bool
    """Whether products of two weights fit 63 bits."""

    @property
    def bounds(self) -> list[Sql]:
        """Those of floor and cap that there are."""
        return [one for one in (self.floor, self.cap) if one is not None]


class Sharing:
    """Writes shares for a planner."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def share(self, home: Frame, node: n.Share) -> Number:
        """The parts of a pool: rounded down first, then one unit each to the largest remainders, ties by key.

        Only rows with some weight can get a part, so only they are put in order; often they are few.
        """
        there = self.planner.frame(home.entity, self.planner.rounds.of(node) - 1)
        lower = self.planner.lower(there)
        digits = self.planner.shapes.of(node.pool).digits
        assert digits is not None
        whole = lower.numbers.scaled(lower.number(node.pool), digits)
        split = self._split(lower, node, whole, digits)
        above = self.planner.bases.link_column(home.entity, node.pool.link)
        parts = Parts(there, there.key, f"g{len(home.aggregates)}")
        parts.text = self._text(split, there, above)
        parts.refs = {above, *split.pool.refs, *split.weight.refs}.union(*(one.refs for one in split.bounds))
        home.aggregates.append(parts)
        unknown = [f"{split.pool.text} IS NULL"] if split.pool.nullable else []
        refs = split.pool.refs
        if split.weight.nullable or any(one.nullable for one in split.bounds):
            missing = self._missing(home, there, above, split)
            unknown, refs = [*unknown, f"COALESCE({missing.text}, 0) > 0"], refs | missing.refs
        part = f"COALESCE({parts.name}.part, 0)"
        if whole.fits and not whole.wide:
            part = f"CAST({part} AS {lower.dialect.narrow})"
        value = self.planner.crossed(home, part, False)
        if unknown:
            value = Sql(
                f"CASE WHEN {' OR '.join(unknown)} THEN NULL ELSE {value.text} END", refs | value.refs
            )
        return Number(value, digits, None, 0, whole.high, not (whole.fits and not whole.wide))

    def _split(self, lower: Lower, node: n.Share, whole: Number, digits: int) -> _Split:
        there, numbers, by = lower.frame, lower.numbers, lower.number(node.by)
        if node.at_least is None and node.at_most is None:
            return _Split(there.named(whole.num), there.named(by.num), None, None, False)
        # Between bounds the pool and all that it is split by are of 64 bits, so that the products are of 126.
        floor, cap = (
            None if one is None else there.named(numbers.stored(lower.number(one), digits))
            for one in (node.at_least, node.at_most)
        )
        pool, weight = there.named(numbers.narrowed(whole)), there.named(numbers.narrowed(by))
        return _Split(pool, weight, floor, cap, by.high is not None and by.high < 2**31)

    def _missing(self, home: Frame, there: Frame, above: str, split: _Split) -> Sql:
        """How many rows that share the pool are not known enough: while there are any, nobody's part is known."""
        name = f"g{len(home.aggregates)}"
        home.aggregates.append(Aggregate(there, above, name, beside=above))
        weight, bounds = split.weight, [one for one in split.bounds if one.nullable]
        known, refs = weight.text, weight.refs.union(*(one.refs for one in bounds))
        if bounds:
            bound = " AND ".join(f"{one.text} IS NOT NULL" for one in bounds)
            known = f"CASE WHEN {weight.text} = 0 OR ({bound}) THEN {weight.text} END"
        column = home.aggregates[-1].column(f"COUNT(*) - COUNT({known})", refs)
        return self.planner.crossed(home, column.text, True)

    def _text(self, split: _Split, there: Frame, above: str) -> str:
        """The SELECT of the rows that take part, each with its ``part``."""
        dialect, key, group = self.planner.dialect, quoted(there.key), quoted(above)
        columns = {"pool": split.pool, "weight": split.weight}
        if split.bounds:
            floor, cap = split.floor or Sql("0", nullable=False), split.cap or split.pool
            columns["low"] = floor if split.cap is None else _least(floor, cap)
            columns["high"] = cap if split.cap is None else _least(cap, split.pool)
        taken = ", ".join(f"CAST({one.text} AS {dialect.wide}) AS {name}" for name, one in columns.items())
        known = " AND ".join(f"{one.text} IS NOT NULL" for one in (split.pool, *split.bounds))
        rows = (
            f"SELECT {key} AS k, {group}, {taken} FROM {there.name} WHERE {split.weight.text} > 0 AND {known}"
        )
        if not split.bounds:
            return _rounded(_in_proportion(rows, dialect, group), group)
        return _rounded(Between(dialect, group, split.light).rests(rows), group)


def _least(one: Sql, other: Sql) -> Sql:
    return Sql(f"LEAST({one.text}, {other.text})")


def _rounded(rests: str, group: str) -> str:
    """One unit each of what ``remaining`` says to the largest remainders, ties by key."""
    return (
        f"SELECT k, base + CASE WHEN ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY rest DESC, k ASC) <= remaining"
        f" THEN 1 ELSE 0 END AS part FROM ({rests}) AS w"
    )


def _in_proportion(weighed: str, dialect: Dialect, group: str) -> str:
    """The parts by weight alone, rounded down, with what that leaves over of each and of the pool."""
    over = f"OVER (PARTITION BY {group})"
    base = dialect.divide(Sql("(pool * weight)"), Sql("total")).text
    total = f"SELECT k, {group}, pool, weight, SUM(weight) {over} AS total FROM ({weighed}) AS w"
    floors = f"SELECT k, {group}, pool, weight, total, {base} AS base FROM ({total}) AS w"
    return (
        f"SELECT k, {group}, base, pool * weight - base * total AS rest, pool - SUM(base) {over} AS remaining"
        f" FROM ({floors}) AS w"
    )
