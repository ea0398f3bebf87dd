"""The exact arithmetic and three-valued logic of the rule language, apart from any row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, floor

from tsampa.rules.nodes import Rounding

__all__ = ["both", "completed_years", "either", "in_units", "opposite", "round_to"]


def both(left: bool | None, right: bool | None) -> bool | None:
    """And: false when a side is false; otherwise unknown when a side is; otherwise true."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """Or: true when a side is true; otherwise unknown when a side is; otherwise false."""
    return opposite(both(opposite(left), opposite(right)))


def opposite(x: bool | None) -> bool | None:
    """Not: unknown stays unknown."""
    return None if x is None else not x


def round_to(x: Fraction, how: Rounding, digits: int) -> Fraction:
    """``x`` rounded to whole units of ``10 ** -digits``."""
    scaled = x * 10**digits
    if how == "down":
        whole = floor(scaled)
    elif how == "up":
        whole = ceil(scaled)
    elif how == "half_even":
        whole = round(scaled)
    else:
        whole = floor(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
    return Fraction(whole, 10**digits)


def completed_years(start: date, end: date) -> int:
    """Birthdays passed; who is born on 29 February has one on 1 March in other years."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def in_units(x: Fraction, digits: int) -> int:
    """A number of so many decimals at most, counted in its smallest units."""
    return floor(x * Fraction(10) ** digits)
