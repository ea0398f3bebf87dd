"""A sheet and its mapping in, tables and problems out; and from there into a snapshot."""

from __future__ import annotations

import contextlib
import csv
import gc
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import arro3.core as arro

from tsampa.errors import Problem
from tsampa.schema import Schema, find_programme, read_programme, read_schema
from tsampa.sheets.gather import Gathered, gather_source
from tsampa.sheets.grid import Grid, read_grid
from tsampa.sheets.mapping import Mapping, read_mapping
from tsampa.sheets.plan import plan_areas, plan_source
from tsampa.sheets.settle import settle

__all__ = [
    "Imported",
    "SheetRows",
    "Totals",
    "import_sheet",
    "import_to_snapshot",
    "problems_csv",
    "without_collector",
]

Progress = Callable[[str, int, int], None]
_COLUMNS = ("sheet", "row", "column", "code", "message", "remedy", "effect")


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet: ``read`` is ``kept`` and ``rejected`` together; ``blank`` ones are not read."""

    read: int
    kept: int
    rejected: int
    blank: int


@dataclass(frozen=True)
class Totals:
    """What became of the rows of all sheets (a file of areas aside, which stands in ``sheets`` only)."""

    rows_read: int
    rows_kept: int
    rows_rejected: int
    records: dict[str, int]
    problems: dict[str, int]
    sheets: dict[str, SheetRows]

    def to_dict(self) -> dict[str, Any]:
        """The totals as ``--json`` prints them."""
        sheets = {name: vars(rows) for name, rows in self.sheets.items()}
        return {**vars(self), "sheets": sheets}


@dataclass(frozen=True)
class Imported:
    """What an import gave. ``snapshot`` is what was written, None where nothing was (yet)."""

    tables: dict[str, arro.Table]
    problems: list[Problem]
    totals: Totals
    schema: Schema
    programme: str
    as_of: date
    snapshot: Any = field(default=None, compare=False)


def import_sheet(sheet: Path, mapping: Path, *, progress: Progress | None = None) -> Imported:
    """The register that this sheet holds, read by this mapping. Wrong data come back as ``problems``.

    ``progress(stage, done, total)`` is called every few thousand rows. Raises TsampaError ``mapping-…``, ``sheet-…`` or
    ``programme-unknown`` where the mapping does not fit the programme or the sheet, or the sheet cannot be read at all.
    """
    read = read_mapping(mapping)
    folder = _programme_folder(read)
    schema = read_schema(folder)
    gathered = Gathered(schema, read.as_of)
    with without_collector():
        rows = _gather_all(gathered, read, Path(sheet), progress)
        tables = settle(gathered)
    problems = sorted(gathered.problems, key=lambda one: (one.sheet, one.row))
    totals = _totals(rows, read, tables, problems)
    return Imported(tables, problems, totals, schema, read_programme(folder).name, read.as_of)


def import_to_snapshot(
    sheet: Path, mapping: Path, out: Path, *, progress: Progress | None = None
) -> Imported:
    """Imports, then writes the snapshot ``out`` with the complete ``problems.csv`` beside the tables.

    Where no row was good nothing is written and ``snapshot`` is None. Raises TsampaError as ``import_sheet`` and
    ``write_snapshot`` do.
    """
    from tsampa.snapshot import write_snapshot

    found = import_sheet(sheet, mapping, progress=progress)
    if not found.totals.rows_kept:
        return found
    digest = hashlib.sha256(Path(sheet).read_bytes()).hexdigest()
    snapshot = write_snapshot(
        out, found.tables, schema=found.schema, programme=found.programme, as_of=found.as_of,
        source=f"{Path(sheet).name} sha256:{digest}", extra_files={"problems.csv": problems_csv(found.problems)},
        progress=progress,
    )  # fmt: skip
    return Imported(**{**vars(found), "snapshot": snapshot})


def problems_csv(problems: list[Problem]) -> bytes:
    """All problems, a line each, as spreadsheets open it (UTF-8 with a mark)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_harmless(getattr(problem, name)) for name in _COLUMNS] for problem in problems)
    return text.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    """No cell that a spreadsheet would take for a formula: headers and file names come from outside."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Millions of small records live till the end; looking for cycles among them again and again doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _programme_folder(mapping: Mapping) -> Path:
    beside = mapping.path.parent / mapping.programme
    return find_programme(beside if (beside / "programme.yaml").is_file() else mapping.programme)


def _gather_all(
    gathered: Gathered, mapping: Mapping, sheet: Path, progress: Progress | None
) -> dict[str, SheetRows]:
    rows: dict[str, SheetRows] = {}
    home = mapping.path.parent
    if mapping.areas and mapping.areas.file:
        grid = _open(home / mapping.areas.file, mapping.areas, 1, progress)
        _count(
            rows,
            grid,
            gather_source(gathered, plan_areas(mapping, gathered.schema, grid), progress, grid.name),
        )
    grid = _open(sheet, mapping, mapping.header_row, progress)
    _count(
        rows,
        grid,
        gather_source(gathered, plan_source(mapping, mapping, gathered.schema, grid), progress, grid.name),
    )
    for number, also in enumerate(mapping.also):
        grid = _open(home / also.file if also.file else sheet, also, also.header_row, progress)
        plan = plan_source(mapping, also, gathered.schema, grid, ("also", number))
        _count(rows, grid, gather_source(gathered, plan, progress, grid.name))
    return rows


def _open(path: Path, opening: Any, header_row: int, progress: Progress | None) -> Grid:
    if progress:
        progress(f"opening {path.name}", 0, 1)
    return read_grid(path, opening, header_row)


def _count(rows: dict[str, SheetRows], grid: Grid, kept: int) -> None:
    read = len(grid.rows) + grid.rejected
    rows[grid.name] = SheetRows(read, kept, read - kept, grid.blank)


def _totals(
    rows: dict[str, SheetRows], mapping: Mapping, tables: dict[str, arro.Table], problems: list[Problem]
) -> Totals:
    counted = list(rows.values())[1 if mapping.areas and mapping.areas.file else 0 :]
    return Totals(
        rows_read=sum(one.read for one in counted),
        rows_kept=sum(one.kept for one in counted),
        rows_rejected=sum(one.rejected for one in counted),
        records={name: table.num_rows for name, table in tables.items()},
        problems=dict(sorted(Counter(problem.code for problem in problems).items())),
        sheets=rows,
    )
