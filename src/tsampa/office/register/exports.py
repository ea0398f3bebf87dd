"""Lists of households as files: CSV and XLSX, written a part at a time, with no cell that a sheet would take for a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

import xlsxwriter

__all__ = ["KINDS", "guarded", "write_csv", "write_xlsx"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would reckon out."""

Rows = Iterable[Sequence[Any]]


def guarded(cell: Any) -> Any:
    """The cell, with an apostrophe before a text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def write_csv(rows: Rows) -> IO[bytes]:
    """A file of the rows, in UTF-8 with the mark that spreadsheets need to read Chinese."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def write_xlsx(rows: Rows) -> IO[bytes]:
    """A workbook of the rows; their first is its head. A row is written out before the next is read."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    told = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, told)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 24)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, guarded(cell), None if at else bold)
            else:
                sheet.write(at, column, cell, None if at else bold)
    book.close()
    file.seek(0)
    return file


KINDS: dict[str, tuple[str, Callable[[Rows], IO[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}
