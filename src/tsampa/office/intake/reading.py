"""From a file to its sheets: which table each is of, where its header stands, which column each header means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tsampa.errors import Problem, TsampaError
from tsampa.office.intake.door import Admitted, members
from tsampa.office.intake.layout import Layout, Sheet, SheetColumn, comparable
from tsampa.sheets.cells import Cell
from tsampa.sheets.grid import Grid, Lines, as_grid, open_book, read_lines, text_lines

__all__ = ["HIDDEN", "LISTS", "MARK", "REASONS", "ReadSheet", "look_at_text", "read_file"]

HIDDEN, LISTS = "_tsampa", "_lists"
"""Sheets of the template that hold its version and its drop-downs."""
MARK = "tsampa intake template"
REASONS = (
    "row in the file\n原行号", "what is wrong\nEnglish", "what to do\nEnglish", "what is wrong\n问题", "what to do\n处理办法",
)  # fmt: skip
"""Headers that only the workbook of bad rows has; they are passed over when it comes back."""
_PASSED_OVER = frozenset(comparable(one) for one in REASONS)
_LOOKED_AT = 15
"""A header stands among the first rows; what is above it are titles."""
_FEWEST = 2


class _Opening(msgspec.Struct):
    sheet: str | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = ","


@dataclass(frozen=True)
class ReadSheet:
    """A sheet that was recognised. ``columns`` has, for each of its headers, the column it means, None where none."""

    name: str
    sheet: Sheet
    grid: Grid
    columns: list[SheetColumn | None]
    formulas: dict[int, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_file(file: Admitted, layout: Layout, *, table: str = "", encoding: str = "") -> Iterator[ReadSheet]:
    """The sheets of the file that are of this register, one at a time.

    ``table`` names the table of a CSV file whose name does not. Raises TsampaError ``intake-template-old``,
    ``intake-nothing``, ``intake-table`` or ``sheet-…``.
    """
    opening = _Opening(encoding=encoding or "utf-8-sig")
    if file.is_text:
        data = file.path.read_bytes()
        yield _text_sheet(file.path.name, data, layout, opening, table)
        return
    if file.is_bundle:
        for name, data in members(file):
            yield _text_sheet(name, data, layout, opening)
        return
    book = open_book(file.path)
    _check_version(file, book, layout)
    taken = 0
    for name in book.sheet_names:
        if name in (HIDDEN, LISTS):
            continue
        lines = read_lines(file.path, _Opening(sheet=name), book)
        found = _recognised(name, lines, layout)
        if found is not None:
            taken += 1
            yield _read(name, lines, *found, file.formulas.get(name, {}))
    if not taken:
        raise TsampaError(
            "intake-nothing", "no sheet of the workbook has a name or headers of the register", where=file.path.name,
            remedy="Fill in the template: tsampa intake template OUT.xlsx.",
        )  # fmt: skip


def _check_version(file: Admitted, book: Any, layout: Layout) -> None:
    if HIDDEN not in book.sheet_names:
        return
    said = [str(cell) for row in book.get_sheet_by_name(HIDDEN).to_python()[:1] for cell in row]
    version = said[1] if len(said) > 1 and said[0] == MARK else "unknown"
    if version != layout.version:
        raise TsampaError(
            "intake-template-old",
            f"the template's version is {version}, and the register's is {layout.version}",
            where=file.path.name,
            remedy="Take a new template and copy the rows into it: tsampa intake template OUT.xlsx.",
        )


def look_at_text(path: Path, name: str, layout: Layout, *, table: str = "", encoding: str = "") -> str:
    """The table of a CSV file called ``name``, which is whole and in this encoding.

    Raises TsampaError ``intake-table``, ``sheet-empty`` and ``sheet-encoding``.
    """
    sheet = _named(name, layout, table)
    lines = text_lines(name, path.read_bytes(), _Opening(encoding=encoding or "utf-8-sig"))
    if next(iter(lines.rows), None) is None:
        raise TsampaError(
            "sheet-empty", "the file is empty", where=name, remedy="Check that it is the right file."
        )
    return sheet.table.name


def _named(name: str, layout: Layout, table: str) -> Sheet:
    told = table or Path(name).stem
    sheet = next((one for one in layout.sheets if comparable(told) in one.titles), None)
    if sheet is None:
        raise TsampaError(
            "intake-table", f"'{told}' names no table of the register", where=name, usage=True,
            remedy=f"Name the file or --table after one of {', '.join(one.table.name for one in layout.sheets)}.",
        )  # fmt: skip
    return sheet


def _text_sheet(name: str, data: bytes, layout: Layout, opening: _Opening, table: str = "") -> ReadSheet:
    sheet = _named(name, layout, table)
    lines = text_lines(name, data, opening)
    rows = list(lines.rows)
    lines.rows = rows
    return _read(name, lines, sheet, _header_row(rows, sheet)[0] or 1, {})


def _recognised(name: str, lines: Lines, layout: Layout) -> tuple[Sheet, int] | None:
    """The table of the sheet and the row of its header: by the sheet's name, otherwise by its headers."""
    rows = list(lines.rows)
    lines.rows = rows
    for sheet in layout.sheets:
        if comparable(name) in sheet.titles:
            at, hits = _header_row(rows, sheet)
            return (sheet, at) if hits else None
    scored = [(hits, at, sheet) for sheet in layout.sheets for at, hits in [_header_row(rows, sheet)]]
    hits, at, sheet = max(scored, key=lambda one: one[0])
    return (sheet, at) if hits > _FEWEST else None


def _header_row(rows: list[list[Cell]], sheet: Sheet) -> tuple[int, int]:
    """The row (the first is 1) with most of the sheet's headers, the last of several, and how many it has."""
    best = (0, 0)
    for number, row in enumerate(rows[:_LOOKED_AT], 1):
        known = {sheet.by_header[one].name for one in map(_title, row) if one in sheet.by_header}
        if known and len(known) >= best[1]:
            best = (number, len(known))
    return best


def _title(cell: Cell) -> str:
    return comparable(cell) if isinstance(cell, str) else ""


def _read(name: str, lines: Lines, sheet: Sheet, header: int, formulas: dict[int, list[str]]) -> ReadSheet:
    try:
        grid = as_grid(lines, header)
    except TsampaError as error:
        if error.code != "sheet-empty":
            raise
        grid = Grid(lines.name, [], [])
    found = ReadSheet(name, sheet, grid, [], formulas)
    seen: set[str] = set()
    for title in grid.header:
        column = sheet.by_header.get(comparable(title))
        if column is not None and column.name in seen:
            column = None
        if column is None and title and comparable(title) not in _PASSED_OVER:
            message = f"the column '{title}' is none of the sheet's and is not read"
            remedy = "Rename it to a header of the template, if it belongs to the register."
            found.problems.append(Problem("column-unknown", message, remedy, name, header, title))
        elif column is not None:
            seen.add(column.name)
        found.columns.append(column)
    found.problems.extend(grid.problems)
    return found
