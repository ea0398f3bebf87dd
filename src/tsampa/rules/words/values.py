"""Numbers, money, dates and truths as a person reads them, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tsampa.rules.parameter import decimals
from tsampa.schema import NO_UNIT, Label, Unit
from tsampa.schema.units import NAMES

__all__ = ["say_date", "say_number", "say_unit", "say_value"]

LONGEST = 6
"""How many decimals a number is said with where nothing asks for fewer."""

SINGULAR = frozenset({"kg", "mu", "percent"})
"""Units whose English name has no plural."""

CURRENCIES = {"CNY": Label("yuan", "元")}
"""Currencies with a name of their own; others go by their code."""

COUNTED = {"village": "个村", "month": "个月", "room": "间", "animal": "头"}
"""Chinese units that need another word after a number than after 每."""


def say_value(
    value: bool | Fraction | str | date | None,
    unit: Unit | None,
    lang: str,
    *,
    digits: int | None = None,
    units: Mapping[str, Label] | None = None,
) -> str:
    """The value in words: ``3,218.00 yuan per person and year``, ``每人每年3,218.00元``, ``yes``, ``未知``.

    ``digits`` is how many decimals a number is shown with; where that rounds it, the number is said to be about that.
    ``units`` names a programme's own units.
    """
    if value is None:
        return "未知" if lang == "zh" else "unknown"
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if isinstance(value, date):
        return say_date(value, lang)
    if isinstance(value, str):
        return value
    unit = unit or NO_UNIT
    number = say_number(value, 2 if digits is None and unit.money_power else digits, unit)
    exact = Fraction(number.replace(",", "")) == value
    about = "" if exact else "约" if lang == "zh" else "about "
    return about + _with_unit(number, value, unit, lang, units or {})


def say_number(value: Fraction, digits: int | None = None, unit: Unit = NO_UNIT) -> str:
    """The number with its decimals and commas; years and other small bare whole numbers go without commas."""
    if digits is None:
        found = decimals(value)
        digits = LONGEST if found is None else min(found, LONGEST)
    whole = round(value * 10**digits)
    sign, text = ("-" if whole < 0 else ""), str(abs(whole)).rjust(digits + 1, "0")
    front, back = (text[:-digits], text[-digits:]) if digits else (text, "")
    bare = unit == NO_UNIT and not digits and len(front) <= 4
    front = front if bare else f"{int(front):,}"
    return f"{sign}{front}.{back}" if back else f"{sign}{front}"


def say_date(day: date, lang: str) -> str:
    """The date: ``2020-06-30`` or ``2020年6月30日``."""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()


def say_unit(
    unit: Unit, lang: str, units: Mapping[str, Label] | None = None, *, value: Fraction = Fraction(2)
) -> str:
    """The unit alone, as a table heads a column: ``yuan per person and year``, ``元/人/年``; in English as many as ``value``."""
    if unit == NO_UNIT:
        return "1"
    if lang != "zh":
        return _with_unit("", value, unit, "en", units or {}).strip()
    above, below = _sides(unit)
    names = [_name(base, "zh", units or {}) for base in below]
    return "/".join(["·".join(_name(base, "zh", units or {}) for base in above) or "1", *names])


def _sides(unit: Unit) -> tuple[list[str], list[str]]:
    above = [base for base, power in unit.powers for _ in range(power)]
    below = [base for base, power in unit.powers for _ in range(-power)]
    return above, below


def _name(base: str, lang: str, units: Mapping[str, Label]) -> str:
    if base in CURRENCIES:
        return CURRENCIES[base].say(lang)
    if base in units:
        return units[base].say(lang)
    return NAMES[base][1 if lang == "zh" else 0] if base in NAMES else base


def _with_unit(number: str, value: Fraction, unit: Unit, lang: str, units: Mapping[str, Label]) -> str:
    above, below = _sides(unit)
    if lang == "zh":
        each = "".join(f"每{_name(base, 'zh', units)}" for base in below)
        counted = "·".join(COUNTED.get(base) or _name(base, "zh", units) for base in above)
        foreign = above and above[0] not in CURRENCIES and above[0].isupper() and len(above[0]) == 3
        return f"{each}{number}{' ' if foreign else ''}{counted}"
    names = [_name(base, "en", units) for base in above]
    if names and (above[-1] in NAMES or above[-1] in units) and above[-1] not in SINGULAR and abs(value) != 1:
        names[-1] = _plural(names[-1])
    said = "%" if above == ["percent"] else f" {' '.join(names)}" if names else ""
    each = " and ".join(_name(base, "en", units) for base in below)
    return f"{number}{said}{f' per {each}' if each else ''}"


def _plural(word: str) -> str:
    """Several of it: a strategy, strategies; a day, days."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"
