"""What a stored value may be: true or false, an exact number with a unit, a text, a date; each may be unknown (null).

Numbers are stored as whole multiples of ``10 ** -digits`` in 64 bits (money: minor units), never as floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tsampa.schema.units import NO_UNIT, Unit

__all__ = ["BOOL", "DATE", "INT64", "TEXT", "Kind", "Type", "from_minor", "to_minor"]

INT64 = 2**63 - 1
"""The largest whole number a stored value may hold; the smallest is its negative."""


class Kind(StrEnum):
    """The four kinds of value."""

    BOOL = "bool"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True)
class Type:
    """The type of a stored value. ``choices`` (texts only) lists the allowed words; empty allows any."""

    kind: Kind
    unit: Unit = NO_UNIT
    digits: int = 0
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind is Kind.NUMBER:
            return f"number in {self.unit}"
        return f"one of {', '.join(self.choices)}" if self.choices else str(self.kind)


BOOL = Type(Kind.BOOL)
TEXT = Type(Kind.TEXT)
DATE = Type(Kind.DATE)


def to_minor(value: Decimal | Fraction | int, digits: int) -> int:
    """The value as a whole number of its smallest parts: ``to_minor(Decimal("29.52"), 2) == 2952``.

    Raises ValueError where the value has more digits than the type holds: nothing is rounded silently.
    """
    scaled = Fraction(value) * 10**digits
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {digits} decimals")
    return int(scaled)


def from_minor(value: int, digits: int) -> Decimal:
    """The inverse of ``to_minor``: ``from_minor(2952, 2) == Decimal("29.52")``."""
    return Decimal(value).scaleb(-digits)
