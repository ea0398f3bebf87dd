"""Resident identity numbers: checked and used to find people twice, never kept and never printed whole."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from tsampa.sheets.cells import Cell, Trouble, as_text

__all__ = ["AS_NUMBER", "Identity", "holds_identity", "lost_digits", "mask", "read_identity"]

_SHAPE = re.compile(r"\d{17}[\dX]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2}")
_LOST = Decimal(10) ** 15
"""A number cell holds 15 digits; what is longer has lost its end."""

AS_NUMBER = Trouble(
    "identity-as-number",
    "a long number was stored as a number and has lost digits",
    "Format the column as text before typing it, or export it again from where it came.",
)
_KEPT_OUT = Trouble(
    "identity-not-kept",
    "a resident identity number stands here; the register does not keep it",
    "Map the column under persons as 'identity:', and use another code.",
)


class Identity(NamedTuple):
    """What a right number says. ``number`` lives in memory only, to find the same person again."""

    number: str
    birth_date: date
    sex: str


def mask(number: str) -> str:
    """The number with its middle (the date of birth) hidden: 110105********002X."""
    return f"{number[:6]}{'*' * 8}{number[14:]}" if len(number) >= 15 else "*" * len(number)


def lost_digits(cell: Cell) -> bool:
    """Whether the cell is a code that went through a number: 1.1E+17, or a number cell of more than 15 digits."""
    if isinstance(cell, Decimal):
        return abs(cell) >= _LOST
    return isinstance(cell, str) and bool(_SCIENTIFIC.fullmatch(cell))


def holds_identity(text: str) -> Trouble | None:
    """The trouble with keeping this text, if it is a right identity number."""
    if len(text) != 18 or not _SHAPE.fullmatch(text.upper()):
        return None
    return _KEPT_OUT if ric.calc_check_digit(text.upper()) == text[-1].upper() else None


def read_identity(cell: Cell, as_of: date) -> tuple[Identity | None, Trouble | None]:
    """The number in the cell, or what is wrong; an unknown place is only noted: no table of places is complete."""
    if cell is None:
        return None, None
    if isinstance(cell, Decimal) or lost_digits(cell):
        return None, AS_NUMBER
    number = re.sub(r"[\s'-]", "", unicodedata.normalize("NFKC", as_text(cell))).upper()
    shown, remedy = mask(number), "Compare it with the identity card."
    if not _SHAPE.fullmatch(number):
        message = f"{shown} is not 17 digits and a check character"
        return None, Trouble("identity-malformed", message, remedy)
    if ric.calc_check_digit(number) != number[-1]:
        return None, Trouble("identity-check-wrong", f"the check character of {shown} is not right", remedy)
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        born = date.max
    if born > as_of:
        return None, Trouble("identity-birth-date-wrong", f"{shown} holds no possible date of birth", remedy)
    identity = Identity(number, born, "male" if int(number[16]) % 2 else "female")
    if _place_known(number[:6], born.year):
        return identity, None
    message = f"the place in {shown} is not in the table of places"
    return identity, Trouble(
        "identity-place-unknown", message, "Nothing, if the place is right: the table has gaps."
    )


@lru_cache(maxsize=65536)
def _place_known(place: str, year: int) -> bool:
    try:
        ric.get_birth_place(f"{place}{year}01010000")
    except (InvalidComponent, LookupError):
        # LookupError: stdnum's table knows provinces without counties (340524) and then trips over itself
        return False
    return True
