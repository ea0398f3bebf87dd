"""Units of measure: parsed from text like ``CNY/person/year``, multiplied, divided and compared exactly.

A base unit of three capital letters is a currency (ISO 4217); every other base must be in ``NAMES`` or declared by the
programme, so that a slip of the pen is an error and not a new unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tsampa.errors import TsampaError

__all__ = ["NAMES", "NO_UNIT", "Unit", "parse_unit"]

NAMES: dict[str, tuple[str, str]] = {
    "person": ("person", "人"),
    "household": ("household", "户"),
    "village": ("village", "村"),
    "record": ("record", "条"),
    "day": ("day", "天"),
    "month": ("month", "月"),
    "year": ("year", "年"),
    "minute": ("minute", "分钟"),
    "kg": ("kg", "公斤"),
    "litre": ("litre", "升"),
    "metre": ("metre", "米"),
    "mu": ("mu", "亩"),
    "hectare": ("hectare", "公顷"),
    "room": ("room", "间"),
    "point": ("point", "分"),
    "percent": ("%", "%"),
    "animal": ("animal", "头"),
}

_BASE = re.compile(r"[A-Za-z][A-Za-z_]*")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Unit:
    """A product of base units with whole exponents, e.g. ``(("CNY", 1), ("year", -1))``; sorted by name."""

    powers: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: Unit) -> Unit:
        return _collect([*self.powers, *other.powers])

    def __truediv__(self, other: Unit) -> Unit:
        return _collect([*self.powers, *((base, -power) for base, power in other.powers)])

    def __str__(self) -> str:
        above = [base for base, power in self.powers for _ in range(power)]
        below = [base for base, power in self.powers for _ in range(-power)]
        return "/".join(["*".join(above) or "1", *below])

    @cached_property
    def currency(self) -> str | None:
        """The currency in this unit, or None; a unit with a currency at a power other than 1 has none to show."""
        found = [base for base, power in self.powers if _CURRENCY.fullmatch(base) and power == 1]
        return found[0] if len(found) == 1 and self.money_power == 1 else None

    @cached_property
    def money_power(self) -> int:
        """How many times money stands in this unit: 1 for CNY/year, 2 for the nonsense CNY*CNY."""
        return sum(power for base, power in self.powers if _CURRENCY.fullmatch(base))


NO_UNIT = Unit()


def _collect(powers: list[tuple[str, int]]) -> Unit:
    total: dict[str, int] = {}
    for base, power in powers:
        total[base] = total.get(base, 0) + power
    return Unit(tuple(sorted((base, power) for base, power in total.items() if power)))


@lru_cache(maxsize=1024)
def parse_unit(text: str, extra: frozenset[str] = frozenset()) -> Unit:
    """The unit written as ``a*b/c/d`` (``1`` for none). ``extra`` names a programme's own base units.

    Raises TsampaError ``unit-unknown`` or ``unit-malformed``.
    """
    unit = NO_UNIT
    for index, part in enumerate(text.replace(" ", "").split("/")):
        for base in part.split("*"):
            if base == "1":
                continue
            _require_known(base, text, extra)
            one = Unit(((base, 1),))
            unit = unit * one if index == 0 else unit / one
    return unit


def _require_known(base: str, text: str, extra: frozenset[str]) -> None:
    if not _BASE.fullmatch(base):
        raise TsampaError(
            "unit-malformed",
            f"'{text}' is not a unit",
            remedy="Write units like CNY/person/year, or 1 for none.",
        )
    if base not in NAMES and base not in extra and not _CURRENCY.fullmatch(base):
        known = ", ".join(sorted({*NAMES, *extra}))
        raise TsampaError(
            "unit-unknown",
            f"unknown unit '{base}' in '{text}'",
            remedy=f"Use one of {known}, a currency such as CNY, or declare it under 'units' in programme.yaml.",
        )
