"""Cells: cleaned on reading, shown safely in messages, read as exact numbers and dates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["EXACT", "Cell", "Outcome", "Trouble", "as_text", "clean", "read_date", "read_number", "show"]

Cell = str | Decimal | date | None
"""A cell after cleaning: nothing, a text, an exact number or a date (XLSX knows the last two)."""

EXACT = Context(prec=60)
"""Sixty digits: no sum or product of readable numbers is rounded."""

FORMULA_ERRORS = frozenset({"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"})

_WIDE = {0xFF10 + i: chr(0x30 + i) for i in range(10)}
_WIDE |= {0xFF21 + i: chr(0x41 + i) for i in range(26)} | {0xFF41 + i: chr(0x61 + i) for i in range(26)}
_WIDE |= dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F), " ") | dict.fromkeys(
    (0x200B, 0xFEFF, 0x200E, 0x200F), ""
)
_LONG_DIGITS = re.compile(r"(?<!\d)(\d{6})\d{5,8}(\d{3}[\dXx]?)(?!\d)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_LONGEST_NUMBER = 40


class Trouble(NamedTuple):
    """Why a cell gave no value, before it is known which row it stood in."""

    code: str
    message: str
    remedy: str


Outcome = tuple[Any, Trouble | None]
"""A value (None: unknown) and what was wrong, if anything."""


def clean(text: str) -> str:
    """The text without outer spaces, full-width digits, letters and spaces made ordinary; punctuation is kept."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text.translate(_WIDE)).strip()


def as_text(cell: Cell) -> str:
    """The cell as a person reads it: 5 for a number cell that holds 5.0, an ISO date for a date."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return str(int(cell)) if cell == cell.to_integral_value() else format(cell, "f")
    return "" if cell is None else cell.isoformat()


def show(cell: object) -> str:
    """The cell as messages may print it: short, on one line, and long digit runs (identity numbers) masked."""
    text = as_text(cell) if isinstance(cell, (str, Decimal, date)) else str(cell)
    text = _LONG_DIGITS.sub(r"\1********\2", " ".join(text.split()))
    return text if len(text) <= 40 else text[:37] + "…"


def read_number(cell: Cell, decimal: str = ".") -> Decimal | None:
    """The exact number in the cell, or None where there is none. Thousands may be grouped by , or space or '."""
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str) or len(cell) > _LONGEST_NUMBER:
        return None
    text = unicodedata.normalize("NFKC", cell).replace("−", "-").strip()
    if decimal == ",":
        text = text.translate({ord("."): ",", ord(","): "."})
    if _GROUPED.fullmatch(text):
        text = re.sub("[, ']", "", text)
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def read_date(cell: Cell, formats: tuple[str, ...]) -> date | Trouble:
    """The date in the cell: a date cell, an ISO text, or a text in one of ``formats`` (as ``strptime`` writes them)."""
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", as_text(cell))
    iso = _ISO.fullmatch(text)
    found = {_day(int(iso[1]), int(iso[2]), int(iso[3]))} if iso else {_parsed(text, one) for one in formats}
    found.discard(None)
    days = sorted(day for day in found if day)
    if len(days) == 1:
        return days[0]
    if days:
        either = " or ".join(day.isoformat() for day in days)
        return Trouble("date-ambiguous", f"'{show(text)}' can be {either}", "Write it as YYYY-MM-DD.")
    if isinstance(cell, Decimal):
        remedy = "Give the cell a date format in the sheet, or list the format in the mapping under formats."
        return Trouble("date-as-number", f"the number {show(cell)} stands where a date belongs", remedy)
    remedy = "Write it as YYYY-MM-DD, or list its format in the mapping under formats."
    return Trouble("date-unreadable", f"'{show(text)}' is not a date", remedy)


@lru_cache(maxsize=4096)
def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
