"""Opens a CSV or XLSX file and gives its header and rows as cleaned cells, numbered as a person sees them."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import python_calamine

from tsampa.errors import Problem, TsampaError
from tsampa.sheets.cells import Cell, clean
from tsampa.sheets.mapping import did_you_mean, normal_header

__all__ = ["Grid", "Lines", "Opening", "as_grid", "open_book", "read_grid", "read_lines", "text_lines"]

_MOST_LINES = 100
"""A quoted cell over more lines than this is a quote that was never closed."""


class Opening(Protocol):
    """What reading needs to know of a sheet."""

    sheet: str | None
    encoding: str
    delimiter: str


@dataclass(slots=True)
class Grid:
    """A sheet: ``header`` and ``rows``, each with the number a person sees (the first row of the file is 1)."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    blank: int = 0
    problems: list[Problem] = field(default_factory=list)
    """Rows that could not be taken, by what is wrong; they count as read and rejected."""

    @property
    def rejected(self) -> int:
        """How many rows were rejected while reading."""
        return sum(problem.effect == "row_rejected" for problem in self.problems)


@dataclass(slots=True)
class Lines:
    """All lines of a sheet, before it is known which is the header; ``merged`` counts the areas over several rows."""

    name: str
    rows: Iterable[list[Cell]]
    merged: int = 0
    is_text: bool = False


def read_grid(path: Path, opening: Opening, header_row: int = 1) -> Grid:
    """The sheet at ``path``.

    Raises TsampaError ``file-missing``, ``sheet-format``, ``sheet-missing``, ``sheet-encoding``, ``sheet-quote-open``,
    ``sheet-malformed`` or ``sheet-empty``.
    """
    return as_grid(read_lines(path, opening), header_row)


def read_lines(path: Path, opening: Opening, book: Any = None) -> Lines:
    """The lines of the sheet at ``path``, read from ``book`` where that is open already. Raises as ``read_grid``."""
    if not path.is_file():
        raise TsampaError(
            "file-missing", "no such file", where=str(path), remedy="Check the path.", usage=True
        )
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        return text_lines(path.name, path.read_bytes(), opening)
    lines, sheet, merged = _workbook_rows(path, opening.sheet, book)
    return Lines(f"{path.name} [{sheet}]", lines, merged)


def text_lines(name: str, data: bytes, opening: Opening) -> Lines:
    """The lines of the CSV file that holds these bytes. Raises as ``read_grid``."""
    return Lines(name, _csv_rows(name, data, opening), is_text=True)


def as_grid(lines: Lines, header_row: int = 1) -> Grid:
    """The lines as a grid with this header. Raises TsampaError ``sheet-empty`` or, while reading, as ``read_grid``."""
    rows = iter(lines.rows)
    header = next(itertools.islice(rows, header_row - 1, None), [])
    titles = [normal_header(str(cell)) if cell is not None else "" for cell in header]
    while titles and not titles[-1]:
        titles.pop()
    grid = Grid(lines.name, titles, [])
    _fill(grid, rows, header_row, lines.is_text)
    if not titles or not (grid.rows or grid.problems):
        what = "only a header" if titles else "nothing in its header row"
        remedy = "Check that it is the right file and sheet, and header_row in the mapping."
        raise TsampaError("sheet-empty", f"the sheet has {what}", where=lines.name, remedy=remedy)
    if lines.merged:
        message = f"{lines.merged} merged areas: the value was taken for every row of the area"
        grid.problems.append(Problem("cells-merged", message, "Unmerge cells to be sure.", lines.name))
    return grid


def _fill(grid: Grid, rows: Iterator[list[Cell]], header_row: int, is_text: bool) -> None:
    width = len(grid.header)
    for number, row in enumerate(rows, header_row + 1):
        extra = any(cell is not None for cell in row[width:]) if len(row) > width else False
        if not extra and not any(cell is not None for cell in row):
            grid.blank += 1
        elif extra and is_text:
            remedy = (
                "Put quotes around cells that hold the delimiter (numbers with thousands separators, say)."
            )
            message = f"the row has {len(row)} cells and the header {width}"
            grid.problems.append(
                Problem("row-too-long", message, remedy, grid.name, number, "", "row_rejected")
            )
        else:
            if extra:
                message = "a cell stands in a column without a header"
                grid.problems.append(
                    Problem("cell-without-header", message, "Give the column a name.", grid.name, number)
                )
            if len(row) < width:
                message = (
                    f"the row has {len(row)} cells and the header {width}; the others are taken as unknown"
                )
                remedy = "Fill the row, or save the sheet anew."
                grid.problems.append(Problem("row-too-short", message, remedy, grid.name, number))
                row = row + [None] * (width - len(row))
            grid.rows.append((number, row))


def _csv_rows(name: str, data: bytes, opening: Opening) -> Iterator[list[Cell]]:
    text = _decoded(name, data, opening.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=opening.delimiter, strict=False)
    before = 0
    try:
        for row in reader:
            if reader.line_num - before > 1:
                _check_closed(name, text, before, reader.line_num, opening.delimiter)
            before = reader.line_num
            yield [clean(cell) or None for cell in row]
    except csv.Error as error:
        remedy = "Look at the quotes near that line, or save the sheet anew."
        raise TsampaError(
            "sheet-malformed", str(error), where=f"{name}:{before + 1}", remedy=remedy
        ) from None


def _check_closed(name: str, text: str, first: int, last: int, delimiter: str) -> None:
    """A cell over several lines is fine; a quote that nobody closed swallows rows and must not pass unseen."""
    lines = text.splitlines(keepends=True)[first:last] if last - first <= _MOST_LINES else []
    try:
        if lines:
            list(csv.reader(lines, delimiter=delimiter, strict=True))
            return
    except csv.Error as error:
        if "unexpected end" not in str(error):
            return
    remedy = "Close the quote in the row that starts there, or save the sheet anew."
    message = "a quote opens a cell here and is not closed"
    raise TsampaError("sheet-quote-open", message, where=f"{name}:{first + 1}", remedy=remedy)


def _decoded(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        remedy = "Use utf-8-sig, gb18030, cp1252 or another name Python knows."
        raise TsampaError(
            "sheet-encoding", f"unknown encoding '{encoding}'", where=name, remedy=remedy
        ) from None
    except UnicodeDecodeError as error:
        # utf-8-sig counts from after its mark
        start = error.start + len(data) - len(error.object)
        line = data.count(b"\n", 0, start) + 1
        message = f"byte {start + 1} (0x{data[start]:02x}) is not {encoding}: the file mixes encodings or has another"
        remedy = "Save it as 'CSV UTF-8', or name its encoding in the mapping (gb18030, cp1252, …)."
        raise TsampaError("sheet-encoding", message, where=f"{name}:{line}", remedy=remedy) from None


def open_book(path: Path) -> python_calamine.CalamineWorkbook:
    """The workbook. Raises TsampaError ``sheet-format``."""
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError):
        remedy = "Give a CSV file (.csv) or a workbook saved as .xlsx."
        raise TsampaError(
            "sheet-format", "the file is not a workbook", where=str(path), remedy=remedy
        ) from None


def _workbook_rows(path: Path, name: str | None, book: Any) -> tuple[list[list[Cell]], str, int]:
    book = book or open_book(path)
    chosen = name if name is not None else book.sheet_names[0]
    if chosen not in book.sheet_names:
        remedy = did_you_mean(chosen, book.sheet_names)
        raise TsampaError(
            "sheet-missing", f"no sheet '{chosen}' in the workbook", where=str(path), remedy=remedy
        )
    sheet = book.get_sheet_by_name(chosen)
    raw = sheet.to_python(skip_empty_area=False)
    ranges = sheet.merged_cell_ranges or []
    for (top, left), (bottom, _) in ranges:
        for row in range(top + 1, min(bottom + 1, len(raw))):
            raw[row][left] = raw[top][left]
    merged = sum(top < bottom for (top, _), (bottom, _) in ranges)
    return [[_cell(value) for value in row] for row in raw], chosen, merged


def _cell(value: Any) -> Cell:
    """Bools become words, so that no cell equals another of a different kind (in Python True equals 1)."""
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return Decimal(int(value)) if value == int(value) else Decimal(repr(value))
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat(" ")
    return value if isinstance(value, date) else str(value)
