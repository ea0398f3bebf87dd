"""Templates, made from the register's own definitions: a workbook with every sheet, or one table as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from tsampa.errors import TsampaError
from tsampa.office.intake.book import Book
from tsampa.office.intake.layout import SheetColumn, read_layout
from tsampa.office.register.columns import schema

__all__ = ["LANGUAGES", "write_template"]

LANGUAGES = ("both", "en", "zh")
"""In which words headers may stand; each of them is recognised."""

_LEFT_OUT = ("areas",)
"""Areas are seldom sent, and then by who keeps them; their sheet is read all the same."""


def write_template(out: Path, *, table: str = "", words: str = "both") -> None:
    """The template ``out``: ``.xlsx`` with all sheets, or ``.csv`` of one ``table``. Headers are in ``en``, ``zh`` or ``both``.

    Raises TsampaError ``intake-table`` or ``intake-template-kind``.
    """
    layout = read_layout(schema())
    named = layout.sheet(table) if table else None
    if out.suffix.lower() not in (".xlsx", ".csv"):
        raise TsampaError(
            "intake-template-kind", f"'{out.name}' does not say what kind of template to write", usage=True,
            remedy="End the name in .xlsx or .csv.",
        )  # fmt: skip
    if (table or out.suffix.lower() == ".csv") and named is None:
        raise TsampaError(
            "intake-table", f"'{table}' names no table of the register", usage=True,
            remedy=f"Name the file or --table after one of {', '.join(one.table.name for one in layout.sheets)}.",
        )  # fmt: skip
    if out.suffix.lower() == ".csv":
        assert named is not None
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(" ".join(_header(one, words).split("\n")) for one in named.columns)
        return
    book = Book(out, layout)
    for sheet in [named] if named else [one for one in layout.sheets if one.table.name not in _LEFT_OUT]:
        book.sheet(sheet.title, [_header(one, words) for one in sheet.columns], sheet.columns)
    book.close()


def _header(column: SheetColumn, words: str) -> str:
    return column.header if words == "both" else column.label.say(words)
