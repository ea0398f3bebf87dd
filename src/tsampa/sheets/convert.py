"""From a cell to the stored value of a column: exact, bounded, and with a reason where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tsampa.schema import INT64, Column, Kind, from_minor
from tsampa.sheets.cells import (
    EXACT,
    FORMULA_ERRORS,
    Cell,
    Outcome,
    Trouble,
    as_text,
    clean,
    read_date,
    read_number,
    show,
)
from tsampa.sheets.identity import AS_NUMBER, holds_identity, lost_digits
from tsampa.sheets.mapping import Field, did_you_mean

__all__ = ["Converter", "Reading", "make_converter", "say"]

Converter = Callable[[Cell], Outcome]
EMPTY: Outcome = (None, None)

_TRUE = frozenset({"true", "yes", "y", "1", "是", "有"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "无"})
_OLDEST = 150
"""A date more years before the day of the register than this is a slip."""


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are read. ``code``: an 18-digit or 1E+17 value is a spoilt code, not a value."""

    as_of: date
    missing: frozenset[str] = frozenset()
    formats: tuple[str, ...] = ()
    decimal: str = "."
    scale: Decimal = Decimal(1)
    code: bool = False
    future: bool = False


def make_converter(column: Column, field: Field, reading: Reading) -> Converter:
    """What turns the field's cells into values of this column."""
    act = _ACTS[column.type.kind](column, reading)
    values = {clean(text).casefold(): clean(value) for text, value in field.values.items()}

    def convert(cell: Cell) -> Outcome:
        if cell is None:
            return EMPTY
        text = as_text(cell)
        if text in reading.missing:
            return EMPTY
        if text in FORMULA_ERRORS:
            return None, Trouble(
                "formula-error", f"the sheet's formula failed: {text}", "Mend the formula in the sheet."
            )
        if not values:
            return act(cell)
        found = values.get(text.casefold())
        if found is None:
            return None, Trouble(
                "value-not-mapped", f"'{show(text)}' is not in the mapping's values", _values_remedy(field)
            )
        return act(found) if found else EMPTY

    return convert


def say(column: Column, value: object) -> str:
    """A stored value as messages show it: amounts in whole units of the currency, not in cents."""
    if isinstance(value, int) and column.type.kind is Kind.NUMBER:
        return str(from_minor(value, column.type.digits))
    return show(value)


def _values_remedy(field: Field) -> str:
    return f"Write one of {', '.join(list(field.values)[:12])}, or add it to 'values' in the mapping."


def _number(column: Column, reading: Reading) -> Converter:
    digits = column.type.digits
    low = -INT64 if column.low is None else column.low
    high = INT64 if column.high is None else column.high

    def act(cell: Cell) -> Outcome:
        number = read_number(cell, reading.decimal)
        if number is None:
            return None, Trouble(
                "text-in-number",
                f"'{show(cell)}' is not a number",
                "Write digits only; leave unknown cells blank.",
            )
        stored = EXACT.scaleb(EXACT.multiply(number, reading.scale), digits)
        if not low <= stored <= high:
            return None, Trouble(
                "value-out-of-range",
                f"{show(cell)} is not between {from_minor(low, digits)} and {from_minor(high, digits)}",
                "Correct the cell; leave it blank if unknown.",
            )
        if stored != int(stored):
            return None, Trouble(
                "too-many-decimals",
                f"{show(cell)} has more than {digits} decimals",
                "Round it in the sheet, or with rounded(…) in the mapping.",
            )
        return int(stored), None

    return act


def _text(column: Column, reading: Reading) -> Converter:
    words = _words(column)

    def act(cell: Cell) -> Outcome:
        if reading.code and lost_digits(cell):
            return None, AS_NUMBER
        text = as_text(cell)
        if not words:
            trouble = holds_identity(text)
            return (None, trouble) if trouble else (text, None)
        word = words.get(text.casefold())
        if word is None:
            return None, Trouble(
                "choice-unknown",
                f"'{show(text)}' is none of the choices",
                _offered(text, column),
            )
        return word, None

    return act


def _offered(text: str, column: Column) -> str:
    """The choice that is meant, in the language it was written in; or all, each so that readers of either language know it."""
    labels = column.choice_labels
    names = [name for label in labels.values() for name in (label.en, label.zh)]
    listed = [f"{word} ({labels[word].zh})" if word in labels else word for word in column.type.choices]
    return did_you_mean(text, [*column.type.choices, *names], listed)


def _words(column: Column) -> dict[str, str]:
    """The choices by themselves and by their names in both languages, so that 女 needs no value map."""
    words = {
        name.casefold(): word for word, label in column.choice_labels.items() for name in (label.en, label.zh)
    }
    return words | {word.casefold(): word for word in column.type.choices}


def _date(column: Column, reading: Reading) -> Converter:
    oldest = date(max(reading.as_of.year - _OLDEST, 1), 1, 1)

    def act(cell: Cell) -> Outcome:
        day = read_date(cell, reading.formats)
        if isinstance(day, Trouble):
            return None, day
        if day > reading.as_of and not reading.future:
            return None, Trouble(
                "date-in-future",
                f"{day} is after the day of the register, {reading.as_of}",
                "Correct the date, or as_of in the mapping.",
            )
        if day < oldest:
            return None, Trouble(
                "value-out-of-range",
                f"{day} is more than {_OLDEST} years ago",
                "Correct the date; leave it blank if unknown.",
            )
        return day, None

    return act


def _bool(column: Column, reading: Reading) -> Converter:
    def act(cell: Cell) -> Outcome:
        text = as_text(cell).casefold()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE, None
        return None, Trouble(
            "choice-unknown",
            f"'{show(text)}' is neither yes nor no",
            "Write yes or no; leave it blank if unknown.",
        )

    return act


_ACTS = {Kind.NUMBER: _number, Kind.TEXT: _text, Kind.DATE: _date, Kind.BOOL: _bool}
