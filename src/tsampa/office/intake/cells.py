"""From a row's cells to values in storage form, each cell that gives none with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tsampa.errors import Problem
from tsampa.office.intake.layout import Sheet, SheetColumn
from tsampa.office.intake.reading import ReadSheet
from tsampa.office.register.columns import MODELS
from tsampa.office.register.identity import identity_hash, read_identity
from tsampa.schema import Kind, Label
from tsampa.sheets.cells import Cell, Outcome, Trouble, as_text
from tsampa.sheets.convert import Reading, make_converter
from tsampa.sheets.identity import lost_digits
from tsampa.sheets.mapping import Field

__all__ = ["BOTH", "Row", "RowReader", "choice_label"]

_DAY = re.compile(r"(\d{4})\s*[./年-]\s*(\d{1,2})\s*[./月-]\s*(\d{1,2})\s*日?(?:\s+00?:00(?::00)?)?")
_EIGHT = re.compile(r"(?:19|20)\d{6}")
_FORMATS = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y")
_CLEARS = frozenset({"unknown", "未知", "不详"})
"""Words that make a value unknown; an empty cell leaves it as it is."""
_REMEMBERED = 20_000
BOTH = {"是 yes": "yes", "否 no": "no"}
"""Yes and no as drop-downs write them."""
_IN_SHEET = {
    "date-unreadable": "Write it as YYYY-MM-DD.",
    "date-as-number": "Give the cell a date format in the sheet.",
    "date-in-future": "Correct the date.",
    "identity-not-kept": "Write identity numbers in their own column only.",
}
"""Remedies where there is no mapping to be mended."""

Convert = Callable[[Cell], Outcome]


@dataclass(slots=True)
class Row:
    """One row of a sheet. ``values`` has what it says, by the sheet's columns; None where it says 'unknown'."""

    sheet: Sheet
    name: str
    number: int
    cells: list[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    identity: str = ""
    problems: list[Problem] = field(default_factory=list)
    bad: bool = False
    waiting: bool = False
    code: str = ""
    staged: int = 0

    def reject(self, code: str, message: str, remedy: str, column: str = "") -> None:
        """The row is not taken, for this reason."""
        found = self.sheet.by_name.get(column)
        shown = found.label.zh if found else column
        self.problems.append(Problem(code, message, remedy, self.name, self.number, shown, "row_rejected"))
        self.bad = True


class RowReader:
    """Reads the rows of one sheet, all for the same day ``on``; ``made_up`` as in ``read_identity``."""

    def __init__(self, read: ReadSheet, on: date, *, made_up: bool) -> None:
        self._read, self._on, self._made_up = read, on, made_up
        self._columns = [
            (place, column, _remembering(_converter(column, on)))
            for place, column in enumerate(read.columns)
            if column is not None and column.does not in ("identity", "township")
        ]
        self._identity = _place(read, "identity")
        self._letters = {_letters(place) for place, column in enumerate(read.columns) if column is not None}

    def row(self, number: int, cells: list[Cell]) -> Row:
        """The row with this number."""
        row = Row(self._read.sheet, self._read.name, number, cells)
        values = row.values
        for place, column, convert in self._columns:
            cell = cells[place]
            if cell is None:
                continue
            if isinstance(cell, str) and cell in _CLEARS and not column.column.required:
                values[column.name] = None
                continue
            value, trouble = convert(cell)
            if trouble is not None:
                row.reject(
                    trouble.code, trouble.message, _IN_SHEET.get(trouble.code, trouble.remedy), column.name
                )
            else:
                values[column.name] = value
        if self._identity is not None and cells[self._identity] is not None:
            self._read_identity(row, cells[self._identity])
        if number in self._read.formulas and self._letters & set(self._read.formulas[number]):
            row.reject("cell-formula", "a cell holds a formula", "Copy the cells and paste them as values.")
        return row

    def _read_identity(self, row: Row, cell: Cell) -> None:
        found, trouble = read_identity(cell, self._on, made_up=self._made_up)
        if found is None:
            assert trouble is not None
            row.reject(trouble.code, trouble.message, trouble.remedy, "identity")
            return
        if trouble is not None:
            label = row.sheet.by_name["identity"].label.zh
            row.problems.append(Problem(*trouble, row.name, row.number, label))
        row.identity = found.number
        row.values["identity_hash"] = identity_hash(found.number)
        for name, says in (("birth_date", found.birth_date.isoformat()), ("sex", found.sex)):
            if row.values.setdefault(name, says) != says:
                message = f"{name} is {row.values[name]} and the identity number says otherwise"
                row.reject("identity-disagrees", message, "Compare both with the identity card.", name)


def choice_label(label: Label) -> str:
    """A choice as drop-downs write it, in both languages."""
    return f"{label.zh} {label.en}"


def _place(read: ReadSheet, does: str) -> int | None:
    return next(
        (at for at, column in enumerate(read.columns) if column is not None and column.does == does), None
    )


def _letters(place: int) -> str:
    """The letters of a column as workbooks name it: 0 is A, 26 is AA."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters, place = chr(65 + rest) + letters, place - 1
    return letters


def _remembering(convert: Convert) -> Convert:
    known: dict[Cell, Outcome] = {}

    def act(cell: Cell) -> Outcome:
        found = known.get(cell)
        if found is None:
            found = convert(cell)
            if len(known) < _REMEMBERED:
                known[cell] = found
        return found

    return act


def _converter(column: SheetColumn, on: date) -> Convert:
    kind = column.column.type.kind
    if column.does in ("ref", "key", "link", "area"):
        return _code
    reading = Reading(on, formats=_FORMATS, code=False, future=column.name == "until" or column.column.ahead)
    act = make_converter(column.column, Field(), reading)
    if kind is Kind.DATE:
        return _dated(act)
    if kind is Kind.BOOL or column.column.type.choices:
        offered = {choice_label(label): word for word, label in column.column.choice_labels.items()} or BOTH
        return lambda cell: act(offered.get(cell, cell) if isinstance(cell, str) else cell)
    return _bounded(act, _longest(column)) if kind is Kind.TEXT else act


def _code(cell: Cell) -> Outcome:
    if lost_digits(cell):
        return None, Trouble(
            "code-as-number", "a long code was stored as a number and has lost digits",
            "Format the column as text before typing it, or export it again from where it came.",
        )  # fmt: skip
    text = as_text(cell)
    if len(text) > 64 or not text.isprintable():
        return None, Trouble("code-malformed", "this is no code", "Write the code as the register shows it.")
    return text, None


def _dated(act: Convert) -> Convert:
    def convert(cell: Cell) -> Outcome:
        value, trouble = act(_tidy(cell))
        return (value.isoformat() if isinstance(value, date) else value), trouble

    return convert


def _tidy(cell: Cell) -> Cell:
    """Days as people write them (2019/5/1, 2019.5.1, 2019年5月1日, 20190501) in the one order that cannot be mistaken."""
    text = as_text(cell) if isinstance(cell, (str, Decimal)) else ""
    day = _DAY.fullmatch(text)
    if day:
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if _EIGHT.fullmatch(text) else cell


def _bounded(act: Convert, longest: int) -> Convert:
    def convert(cell: Cell) -> Outcome:
        value, trouble = act(cell)
        if trouble is None and isinstance(value, str) and (len(value) > longest or not _printable(value)):
            return None, Trouble(
                "text-too-long" if len(value) > longest else "text-unprintable",
                f"the text has {len(value)} characters, or some that cannot be printed",
                f"Write at most {longest} characters, without control characters.",
            )
        return value, trouble

    return convert


def _printable(text: str) -> bool:
    return text.isprintable() or all(one.isprintable() or one in "\n\t" for one in text)


def _longest(column: SheetColumn) -> int:
    model = MODELS.get(column.table)
    names = {one.name: one for one in model._meta.concrete_fields} if model else {}
    return int(getattr(names.get(column.name), "max_length", None) or 1000)
