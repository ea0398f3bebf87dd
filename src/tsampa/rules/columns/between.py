"""The proportions of a pool between floors and caps, in SQL that needs no loop.

Every part is clamp(level × weight, floor, cap) at the one level at which the parts sum to the pool. Each row meets two
thresholds as the level rises: at floor / weight its part begins to grow, at cap / weight it stops. In the order of thresholds,
running sums say what all parts add up to at each of them; which of a row's thresholds lie below the pool tells whether it
stands at its floor, at its cap, or shares what these leave in proportion (Helgason, Kennington and Lall 1980).

All is exact and in whole numbers. Pool, weights and bounds are of 64 bits, and every product is of two such, so that 128 bits
hold it, whatever the number of rows; sums over rows are held in 128 bits too.
"""

from __future__ import annotations

from dataclasses import dataclass

from tsampa.rules.columns.sql import Dialect, Sql

__all__ = ["Between"]

SHIFT = 2**63
"""Fractions are put in order digit by digit, in digits of this size."""


@dataclass(frozen=True)
class Between:
    """Writes the steps, each a SELECT over the one before. ``group`` is the column that says whose pool it is.

    ``light``: products of two weights fit 62 bits. Two fractions with such weights below differ in their first digit
    already, all others in the second at the latest, for they differ by 1 / (weight × weight) at least.
    """

    dialect: Dialect
    group: str
    light: bool

    def rests(self, rows: str) -> str:
        """From rows of k, pool, weight, low and high: each one's ``base``, the ``rest`` rounding leaves, and ``remaining`` units."""
        return self._rests(self._passed(self._reached(self._running(self._thresholds(self._floors(rows))))))

    def _floors(self, rows: str) -> str:
        """Where the floors are more than the pool, they are what it is split in proportion to, and no part reaches them."""
        lows = f"SELECT *, SUM(low) OVER (PARTITION BY {self.group}) AS lows FROM ({rows}) AS w"
        short = "CASE WHEN lows > pool THEN {} ELSE {} END AS {}"
        columns = [
            ("low", "weight", "weight"),
            ("0", "low", "low"),
            ("low", "high", "high"),
            ("0", "lows", "lows"),
        ]
        return f"SELECT k, {self.group}, pool, {', '.join(short.format(*one) for one in columns)} FROM ({lows}) AS w"

    def _thresholds(self, rows: str) -> str:
        """Each row twice, with the bound at which it begins (0) or stops (1), and bound / weight as digits."""
        twice = (
            f"SELECT w.*, stop, CASE WHEN stop = 0 THEN low ELSE high END AS bound FROM ({rows}) AS w"
            " CROSS JOIN (SELECT 0 AS stop UNION ALL SELECT 1 AS stop) AS e WHERE weight > 0"
        )
        text = f"SELECT *, {self._divided('bound')} AS digit0, bound % weight AS over0 FROM ({twice}) AS w"
        for digit in range(1, self._digits + 1):
            above = f"(over{digit - 1} * CAST({SHIFT} AS {self.dialect.wide}))"
            over = f"{above} % weight AS over{digit}"
            text = f"SELECT *, {self._divided(above)} AS digit{digit}, {over} FROM ({text}) AS w"
        return text

    @property
    def _digits(self) -> int:
        return 1 if self.light else 2

    def _divided(self, above: str, below: str = "weight") -> str:
        return self.dialect.divide(Sql(above), Sql(below)).text

    def _running(self, thresholds: str) -> str:
        """At each threshold: the weights of rows that are ``growing``, and the bounds of those that stand ``fixed`` at one."""
        order = ", ".join(f"digit{digit}" for digit in range(self._digits + 1))
        over = f"OVER (PARTITION BY {self.group} ORDER BY {order}, stop, k ROWS UNBOUNDED PRECEDING)"
        growing = f"SUM(CASE WHEN stop = 0 THEN weight ELSE -weight END) {over} AS growing"
        fixed = f"lows + SUM(CASE WHEN stop = 0 THEN -bound ELSE bound END) {over} AS fixed"
        return f"SELECT *, {growing}, {fixed} FROM ({thresholds}) AS w"

    def _reached(self, running: str) -> str:
        """Whether the parts add up to the pool at most at this threshold: fixed + growing × bound / weight <= pool."""
        most = self._divided("(GREATEST(pool - fixed, 0) * weight)", "growing")
        reached = (
            f"CASE WHEN fixed > pool THEN 0 WHEN growing = 0 THEN 1 WHEN {most} >= bound THEN 1 ELSE 0 END"
        )
        return f"SELECT *, {reached} AS reached FROM ({running}) AS w"

    def _passed(self, reached: str) -> str:
        """How many of its thresholds each row has passed: at its floor 0, in proportion 1, at its cap 2."""
        kept = ", ".join(f"MAX({name}) AS {name}" for name in ("pool", "weight", "low", "high"))
        return f"SELECT k, {self.group}, {kept}, SUM(reached) AS passed FROM ({reached}) AS w GROUP BY k, {self.group}"

    def _rests(self, passed: str) -> str:
        over = f"OVER (PARTITION BY {self.group})"
        bound = "CASE WHEN passed = 0 THEN low WHEN passed = 2 THEN high ELSE {} END"
        fixed = (
            f"SELECT *, SUM({bound.format('0')}) {over} AS fixed, SUM(CASE WHEN passed = 1 THEN weight ELSE 0 END) {over} AS total"
            f" FROM ({passed}) AS w"
        )
        share = self._divided("((pool - fixed) * weight)", "total")
        bases = f"SELECT *, {bound.format(share)} AS base FROM ({fixed}) AS w"
        rest = "CASE WHEN passed = 1 THEN (pool - fixed) * weight - base * total ELSE 0 END"
        remaining = f"CASE WHEN total > 0 THEN pool - SUM(base) {over} ELSE 0 END"
        return f"SELECT k, {self.group}, base, {rest} AS rest, {remaining} AS remaining FROM ({bases}) AS w"
