"""Bad rows go back as a workbook: the same sheets and cells, the reasons beside them, ready to be corrected and sent again."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from tsampa.messages import say_message
from tsampa.office.intake.book import Book
from tsampa.office.intake.layout import Layout, read_layout
from tsampa.office.intake.models import Batch, RowProblem, StagedRow
from tsampa.office.intake.reading import REASONS
from tsampa.office.intake.staging import cells_of
from tsampa.office.register.columns import schema
from tsampa.sheets.cells import Cell

__all__ = ["write_bad_rows"]

_NO_CELLS = "problems 问题"


def write_bad_rows(batch: Batch, out: Path) -> int:
    """Writes the rows that were not taken; says how many. What has no row of cells stands in a sheet of its own."""
    layout = read_layout(schema())
    reasons: dict[tuple[str, int], list[RowProblem]] = defaultdict(list)
    for problem in batch.problems.filter(effect="row_rejected").order_by("pk"):
        reasons[(problem.sheet, problem.row)].append(problem)
    book = Book(out, layout)
    written = sum(_sheet(book, batch, layout, sheet, reasons) for sheet in batch.sheets)
    _rest(book, reasons)
    book.close()
    return written


def _sheet(
    book: Book, batch: Batch, layout: Layout, told: dict[str, Any], reasons: dict[tuple[str, int], list[RowProblem]]
) -> int:  # fmt: skip
    staged = StagedRow.objects.filter(batch=batch, sheet=told["name"], outcome="bad").order_by("number")
    rows = list(staged.values_list("number", "cells"))
    found = layout.sheet(told["table"])
    if not rows or found is None:
        return 0
    headers, width = told["header"], len(told["header"])
    columns = [found.by_name.get(name) if name else None for name in told["columns"]]
    sheet = book.sheet(found.title, headers, columns)
    book.explain(sheet, width, REASONS)
    for at, (number, sealed) in enumerate(rows, 1):
        for place, cell in enumerate(cells_of(sealed)):
            _write(sheet, at, place, cell)
        sheet.write_number(at, width, number)
        for place, text in enumerate(_say(reasons.pop((told["name"], number), [])), width + 1):
            sheet.write_string(at, place, text)
    return len(rows)


def _write(sheet: Any, row: int, place: int, cell: Cell) -> None:
    if isinstance(cell, Decimal):
        # A long code that became a number shows its fifteen digits: writing it as text would hide that it lost the others.
        sheet.write_number(row, place, float(cell))
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, datetime.combine(cell, time()))
    elif cell is not None:
        sheet.write_string(row, place, cell)


def _say(problems: list[RowProblem]) -> list[str]:
    """What is wrong and what to do, in English and in Chinese."""
    return [
        "\n".join(dict.fromkeys(say_message(getattr(one, name), lang) for one in problems))
        for lang in ("en", "zh")
        for name in ("message", "remedy")
    ]


def _rest(book: Book, reasons: dict[tuple[str, int], list[RowProblem]]) -> None:
    if not reasons:
        return
    sheet = book.sheet(_NO_CELLS, ["sheet 表", *REASONS], [None] * (len(REASONS) + 1))
    for at, ((name, number), problems) in enumerate(sorted(reasons.items()), 1):
        sheet.write_row(at, 0, [name, number, *_say(problems)])
