"""Exact numbers in SQL: a whole number, how many of its digits are decimals, and for a quotient the whole number below.

``num / (10 ** digits * den)`` is the value; ``den`` is above zero or null. Whole numbers stay in 64 bits as long as their
bounds prove they fit; beyond, 128-bit arithmetic is used, whose overflow is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from tsampa.rules.columns.sql import Dialect, Sql, sql
from tsampa.rules.nodes import Rounding
from tsampa.schema import INT64

__all__ = ["Number", "Numbers"]

Whole = int | None


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number as SQL. ``low`` and ``high`` bound ``num``, ``most`` bounds ``den``; ``wide``: ``num`` is held in 128 bits."""

    num: Sql
    digits: int = 0
    den: Sql | None = None
    low: Whole = None
    high: Whole = None
    wide: bool = True
    most: Whole = None

    @property
    def nullable(self) -> bool:
        """Whether it can be unknown."""
        return self.num.nullable or (self.den is not None and self.den.nullable)

    @property
    def fits(self) -> bool:
        """Whether its bounds prove that it fits 64 bits."""
        return self.low is not None and self.high is not None and self.low >= -INT64 and self.high <= INT64

    def over(self, den: Number | None) -> Number:
        """The same ``num`` over another denominator."""
        return replace(self, den=None if den is None else den.num, most=None if den is None else den.high)

    def within(self, low: Whole, high: Whole) -> Number:
        """The same number, known to keep these bounds too."""
        lows = [one for one in (self.low, low) if one is not None]
        highs = [one for one in (self.high, high) if one is not None]
        return replace(self, low=max(lows, default=None), high=min(highs, default=None))


class Numbers:
    """Arithmetic over ``Number`` in one dialect. ``bind`` names a piece that will be used more than once."""

    def __init__(self, dialect: Dialect, bind: Callable[[Sql], Sql]) -> None:
        self.dialect = dialect
        self.bind = bind

    def constant(self, value: Fraction | None) -> Number:
        """A constant, exact: a decimal where it is one, a quotient otherwise."""
        if value is None:
            return Number(Sql(f"CAST(NULL AS {self.dialect.narrow})"), 0, None, 0, 0, False)
        digits = next((d for d in range(19) if (value * 10**d).denominator == 1), None)
        if digits is not None:
            return self._whole(int(value * 10**digits), digits)
        den = self._whole(value.denominator, 0)
        return replace(self._whole(value.numerator, 0), den=den.num, most=den.high)

    def _whole(self, value: int, digits: int) -> Number:
        wide = not -INT64 <= value <= INT64
        text = f"CAST({value} AS {self.dialect.wide})" if wide else self.dialect.whole(value)
        return Number(Sql(text, nullable=False), digits, None, value, value, wide)

    def column(
        self, num: Sql, digits: int, low: Fraction | None, high: Fraction | None, den: Sql | None = None
    ) -> Number:
        """A stored number, which fits 64 bits."""
        part = 10**digits
        lows = -INT64 if low is None else max(-INT64, floor(low * part))
        highs = INT64 if high is None else min(INT64, ceil(high * part))
        return Number(num, digits, den, lows, highs, False)

    def add(self, left: Number, right: Number, how: str) -> Number:
        """``left + right`` or ``left - right``."""
        left, right, den = self.together(left, right)
        low, high = (right.low, right.high) if how == "+" else (_minus(right.high), _minus(right.low))
        found = self._make(
            f"({{}} {how} {{}})", left, right, _plus(left.low, low), _plus(left.high, high), left.digits
        )
        return found.over(den)

    def multiply(self, left: Number, right: Number) -> Number:
        """``left * right``."""
        den = self._both_dens(left, right)
        if _is_one(left) or _is_one(right):
            return (right if _is_one(left) else left).over(den)
        low, high = _corners(left, right)
        return self._make("({} * {})", left, right, low, high, left.digits + right.digits).over(den)

    def divide(self, left: Number, right: Number, never_negative: bool, never_zero: bool) -> Number:
        """``left / right`` as a quotient; null where ``right`` is zero."""
        above, below = (x.over(None) for x in (left, right))
        if right.den is not None:
            above = self.multiply(above, self.below(right))
        if left.den is not None:
            below = self.multiply(below, self.below(left))
        above = self.scaled(above, max(above.digits, below.digits))
        digits = above.digits - below.digits
        divisor, most = below.num, _largest(below)
        if not never_negative:
            divisor = self.bind(divisor)
            sign = sql("CASE WHEN {} < 0 THEN -1 ELSE 1 END", divisor, nullable=False)
            above = self.multiply(above, Number(sign, 0, None, -1, 1, False))
            divisor = sql("abs({})", divisor, nullable=divisor.nullable)
        if not never_zero:
            divisor = sql("NULLIF({}, 0)", divisor)
        if most is None and not below.wide and divisor.refs:  # products of it must not overflow unseen
            divisor = sql(f"CAST({{}} AS {self.dialect.wide})", divisor, nullable=divisor.nullable)
        return replace(above, digits=digits, den=divisor, most=most)

    def compare(self, left: Number, how: str, right: Number) -> Sql:
        """The comparison, by multiplying across: no division, no rounding."""
        left, right, _ = self.together(left, right)
        nullable = left.nullable or right.nullable
        word = {"==": "=", "!=": "<>"}.get(how, how)
        return sql(f"({{}} {word} {{}})", left.num, right.num, nullable=nullable)

    def round(self, x: Number, how: Rounding, digits: int) -> Number:
        """``x`` to ``digits`` decimals."""
        if x.den is None and x.digits <= digits:
            return self.scaled(x, digits)
        above = self._times(x.over(None), 10 ** max(0, digits - x.digits))
        factor = 10 ** max(0, x.digits - digits)
        below = self._times(self.below(x), factor)
        p, q = self.bind(above.num), self.bind(below.num)
        narrow = not above.wide and not below.wide and self._doubled_fits(above, below)
        if not above.wide and not narrow:
            p = sql(f"CAST({{}} AS {self.dialect.wide})", p, nullable=p.nullable)
        low, high = (
            (None, None) if x.den is not None else (_div(above.low, factor, -1), _div(above.high, factor, 1))
        )
        if x.den is not None and above.low is not None and above.high is not None:
            low, high = min(above.low, 0) - 1, max(above.high, 0) + 1
        return Number(self._rounded(p, q, how, narrow), digits, None, low, high, not narrow)

    def _doubled_fits(self, above: Number, below: Number) -> bool:
        if below.low is None or below.high is None or above.low is None or above.high is None:
            return False
        return 2 * max(abs(above.low), abs(above.high)) + 2 * max(abs(below.low), abs(below.high)) <= INT64

    def _rounded(self, p: Sql, q: Sql, how: Rounding, narrow: bool) -> Sql:
        two, div = Sql("2", nullable=False), self.dialect.divide
        nullable = p.nullable or q.nullable

        def signed(positive: Sql, negative: Sql) -> Sql:
            return sql("CASE WHEN {} >= 0 THEN {} ELSE -{} END", p, positive, negative, nullable=nullable)

        minus = sql("(-{})", p, nullable=p.nullable)
        if how in ("down", "up"):
            cut, away = div(p, q), div(sql("({} + {} - 1)", p, q, nullable=nullable), q)
            cut_minus, away_minus = div(minus, q), div(sql("({} + {} - 1)", minus, q, nullable=nullable), q)
            return signed(cut, away_minus) if how == "down" else signed(away, cut_minus)
        size = sql("abs({})", p, nullable=p.nullable)
        doubled, below = (
            sql("({} * {} + {})", two, size, q, nullable=nullable),
            sql("({} * {})", two, q, nullable=q.nullable),
        )
        if not narrow:
            doubled, below = self.bind(doubled), self.bind(below)
            div = self.dialect.divide_wide
        half_up = div(doubled, below)
        if how == "half_even":
            half_up = self.bind(half_up)
            half_up = sql(
                "({} - CASE WHEN {} % {} = 0 AND {} % 2 = 1 THEN 1 ELSE 0 END)",
                half_up,
                doubled,
                below,
                half_up,
                nullable=nullable,
            )
        return sql("CASE WHEN {} >= 0 THEN {} ELSE -{} END", p, half_up, half_up, nullable=nullable)

    def scaled(self, x: Number, digits: int) -> Number:
        """The same number with ``digits`` (not fewer than it has) decimals."""
        return replace(self._times(x, 10 ** (digits - x.digits)), digits=digits)

    def stored(self, x: Number, digits: int) -> Sql:
        """The number as it is stored: 64 bits, ``digits`` decimals; what does not fit is an error."""
        return self.narrowed(self.scaled(x, digits))

    def narrowed(self, x: Number) -> Sql:
        """``num`` in 64 bits."""
        return (
            sql(f"CAST({{}} AS {self.dialect.narrow})", x.num, nullable=x.num.nullable) if x.wide else x.num
        )

    def together(self, left: Number, right: Number) -> tuple[Number, Number, Number | None]:
        """Both over one denominator and with the same decimals, and that denominator."""
        digits = max(left.digits, right.digits)
        left, right = self.scaled(left, digits), self.scaled(right, digits)
        if left.den == right.den:
            return left, right, None if left.den is None else self.below(left)
        den = self._both_dens(left, right)
        over, other = left.over(None), right.over(None)
        if right.den is not None:
            over = self.multiply(over, self.below(right))
        if left.den is not None:
            other = self.multiply(other, self.below(left))
        return over, other, den

    def choose(self, cases: list[tuple[Sql, Number]], otherwise: Number) -> Number:
        """``CASE`` over numbers: the decimals made equal, numerators and denominators chosen by the same conditions."""
        every = [number for _, number in cases] + [otherwise]
        digits = max(number.digits for number in every)
        every = [self.scaled(number, digits) for number in every]
        conditions = [condition for condition, _ in cases]
        num = _case(conditions, [number.num for number in every])
        den, most = None, None
        if any(number.den is not None for number in every):
            one = Sql("1", nullable=False)
            den = _case(conditions, [number.den or one for number in every])
            mosts = [1 if number.den is None else number.most for number in every]
            most = None if None in mosts else max(x for x in mosts if x is not None)
        lows, highs = [number.low for number in every], [number.high for number in every]
        low = None if None in lows else min(x for x in lows if x is not None)
        high = None if None in highs else max(x for x in highs if x is not None)
        return Number(num, digits, den, low, high, any(number.wide for number in every), most)

    def _times(self, x: Number, factor: int) -> Number:
        if factor == 1:
            return x
        return replace(self.multiply(replace(x, digits=0), self._whole(factor, 0)), digits=x.digits)

    def below(self, x: Number) -> Number:
        """The denominator as a number; 1 where there is none."""
        if x.den is None:
            return self._whole(1, 0)
        return Number(x.den, 0, None, 1, x.most, x.most is None or x.most > INT64)

    def _make(
        self,
        template: str,
        left: Number,
        right: Number,
        low: Whole,
        high: Whole,
        digits: int,
    ) -> Number:
        nullable = left.num.nullable or right.num.nullable
        fits = low is not None and high is not None and low >= -INT64 and high <= INT64
        if left.wide or right.wide or fits:
            return Number(
                sql(template, left.num, right.num, nullable=nullable),
                digits,
                None,
                low,
                high,
                left.wide or right.wide,
            )
        widened = sql(f"CAST({{}} AS {self.dialect.wide})", left.num, nullable=left.num.nullable)
        return Number(sql(template, widened, right.num, nullable=nullable), digits, None, low, high, True)

    def _both_dens(self, left: Number, right: Number) -> Number | None:
        if left.den is None and right.den is None:
            return None
        return self.multiply(self.below(left), self.below(right))


def _case(conditions: list[Sql], values: list[Sql]) -> Sql:
    arms = " ".join("WHEN {} THEN {}" for _ in conditions)
    parts = [part for pair in zip(conditions, values, strict=False) for part in pair]
    return sql(
        f"CASE {arms} ELSE {{}} END", *parts, values[-1], nullable=any(value.nullable for value in values)
    )


def _largest(x: Number) -> Whole:
    """How far from nought it can be, where that is known."""
    return None if x.low is None or x.high is None else max(abs(x.low), abs(x.high), 1)


def _is_one(x: Number) -> bool:
    return x.low == x.high == 1 and x.digits == 0 and x.den is None and not x.num.nullable


def _plus(left: Whole, right: Whole) -> Whole:
    return None if left is None or right is None else left + right


def _minus(bound: Whole) -> Whole:
    return None if bound is None else -bound


def _div(bound: Whole, factor: int, away: int) -> Whole:
    return None if bound is None else bound // factor + away


def _corners(left: Number, right: Number) -> tuple[Whole, Whole]:
    if None in (left.low, left.high, right.low, right.high):
        return None, None
    corners = [
        a * b
        for a in (left.low, left.high)
        for b in (right.low, right.high)
        if a is not None and b is not None
    ]
    return min(corners), max(corners)
