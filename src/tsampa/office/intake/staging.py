"""Between a file and the tables of a batch: rows staged with their cells sealed, the plan and its problems stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from tsampa.errors import Problem
from tsampa.office.intake import bulk
from tsampa.office.intake.cells import Row, RowReader
from tsampa.office.intake.layout import Layout
from tsampa.office.intake.models import Batch, Doubt, PlannedRow, RowProblem, StagedRow, Touched
from tsampa.office.intake.persons import Persons
from tsampa.office.intake.plan import Plan, Planned
from tsampa.office.intake.reading import ReadSheet
from tsampa.office.intake.whereabouts import areas_planned
from tsampa.office.register.identity import as_text, protect, seal, unseal
from tsampa.office.register.models import Person
from tsampa.sheets.cells import Cell
from tsampa.sheets.grid import Grid

__all__ = ["cells_of", "mark", "problems_of_sheets", "read_rows", "stage", "staged_rows", "store"]

Progress = Callable[[str, int, int], None]
Rows = dict[str, list[Row]]

_CELLS = "intake cells"
_TOLD_EVERY = 5000
_TEXTS = frozenset({str, type(None)})
"""What cells of CSV are, which JSON holds as they are."""


def read_rows(
    reads: Iterable[ReadSheet], on: date, *, made_up: bool, progress: Progress | None
) -> tuple[Rows, list[tuple[str, Problem]], list[dict[str, Any]]]:
    """All rows of the sheets by table, what is wrong with whole sheets, and the sheets described for the batch."""
    rows: Rows = {}
    problems: list[tuple[str, Problem]] = []
    sheets = []
    for read in reads:
        table = read.sheet.table.name
        reader = RowReader(read, on, made_up=made_up)
        found = rows.setdefault(table, [])
        total = len(read.grid.rows)
        for done, (number, cells) in enumerate(read.grid.rows):
            found.append(reader.row(number, cells))
            if progress and done % _TOLD_EVERY == 0:
                progress(f"reading {read.name}", done, total)
        problems += [(table, one) for one in read.problems]
        sheets.append(_described(read))
    return rows, problems, sheets


def _described(read: ReadSheet) -> dict[str, Any]:
    """What must be known of a sheet to read its staged rows again."""
    return {
        "name": read.name, "table": read.sheet.table.name, "header": read.grid.header,
        "columns": [one.name if one else None for one in read.columns],
        "formulas": {str(row): letters for row, letters in read.formulas.items()},
        "rejected": read.grid.rejected, "blank": read.grid.blank,
    }  # fmt: skip


def stage(batch: Batch, rows: Rows) -> None:
    """Stores the rows' cells, encrypted."""
    bulk.insert(StagedRow, (
        {"batch_id": batch.pk, "table": table, "sheet": row.name, "number": row.number, "outcome": _outcome(row), "cells": _sealed(row.cells)}
        for table, found in rows.items() for row in found
    ))  # fmt: skip


def staged_rows(batch: Batch, layout: Layout, *, made_up: bool) -> Rows:
    """The staged rows read again, as when they were sent."""
    rows: Rows = {}
    for sheet in batch.sheets:
        found = layout.sheet(sheet["table"])
        assert found is not None
        columns = [found.by_name[name] if name else None for name in sheet["columns"]]
        formulas = {int(row): letters for row, letters in sheet["formulas"].items()}
        reader = RowReader(
            ReadSheet(sheet["name"], found, Grid(sheet["name"], sheet["header"], []), columns, formulas),
            batch.on,
            made_up=made_up,
        )
        staged = StagedRow.objects.filter(batch=batch, sheet=sheet["name"]).order_by("number")
        some = rows.setdefault(sheet["table"], [])
        for key, number, sealed in staged.values_list("pk", "number", "cells").iterator(5000):
            row = reader.row(number, cells_of(sealed))
            row.staged = key
            some.append(row)
    return rows


def store(
    batch: Batch, plan: Plan, persons: Persons, rows: Rows, sheet_problems: list[tuple[str, Problem]]
) -> None:
    """Stores what was found and what would change; what an earlier check stored is replaced."""
    numbers = {one.number: one.identity for one in rows.get("persons", ()) if one.identity}
    ciphers = _former_ciphers(plan)
    for model in (PlannedRow, RowProblem, Doubt, Touched):
        model._default_manager.filter(batch=batch).delete()
    bulk.insert(
        PlannedRow, (_planned(batch, one, numbers, ciphers) for one in plan if one.kind != "unchanged")
    )
    said = [(table, one) for table, found in rows.items() for row in found for one in row.problems]
    bulk.insert(RowProblem, (_problem(batch, table, one) for table, one in [*sheet_problems, *said]))
    bulk.insert(Doubt, (
        {"batch_id": batch.pk, "sheet": row.name, "row": row.number, "key": persons.keys[id(row)],
         "candidates": [one._asdict() for one in persons.doubts[id(row)].candidates]}
        for row in rows.get("persons", ()) if id(row) in persons.doubts
    ))  # fmt: skip
    bulk.insert(Touched, ({"batch_id": batch.pk, "area": area} for area in sorted(areas_planned(plan))))
    batch.counts, batch.rows = plan.counts(), _counted(batch, rows)


def problems_of_sheets(batch: Batch, rows: Rows) -> list[tuple[str, Problem]]:
    """What was found wrong with whole sheets, and with lines that became no row: no check of the rows finds it again."""
    there = {(row.name, row.number) for found in rows.values() for row in found}
    return [
        (one.table, Problem(one.code, one.message, one.remedy, one.sheet, one.row, one.column, one.effect))
        for one in batch.problems.order_by("pk")
        if (one.sheet, one.row) not in there
    ]


def mark(batch: Batch, rows: Rows) -> None:
    """Notes anew which staged rows are bad or wait."""
    StagedRow.objects.filter(batch=batch).update(outcome="good")
    other = (row for some in rows.values() for row in some if row.bad or row.waiting)
    bulk.update(StagedRow, ((row.staged, {"outcome": _outcome(row)}) for row in other))


def _outcome(row: Row) -> str:
    return "bad" if row.bad else "waiting" if row.waiting else "good"


def _counted(batch: Batch, rows: Rows) -> dict[str, int]:
    found = Counter(_outcome(row) for some in rows.values() for row in some)
    lost = sum(sheet["rejected"] for sheet in batch.sheets)
    return {
        "read": sum(found.values()) + lost, "good": found["good"], "bad": found["bad"] + lost, "waiting": found["waiting"]
    }  # fmt: skip


def _planned(
    batch: Batch, one: Planned, numbers: dict[int, str], ciphers: dict[str, bytes]
) -> dict[str, Any]:
    before, after = one.before, one.after
    if one.table == "persons" and "identity_hash" in after:
        assert one.row is not None
        after = {**after, "identity_cipher": as_text(protect(numbers[one.row.number]).cipher)}
        if one.stood:
            former = ciphers.get(one.code)
            before = {**before, "identity_cipher": as_text(former) if former else None}
    return {
        "batch_id": batch.pk, "table": one.table, "code": one.code, "kind": one.kind, "row": one.row.number if one.row else 0,
        "before": before, "after": after, "stood": one.stood,
    }  # fmt: skip


def _former_ciphers(plan: Plan) -> dict[str, bytes]:
    codes = [one.code for one in plan.planned("persons") if one.stood and "identity_hash" in one.after]
    found: dict[str, bytes] = {}
    for start in range(0, len(codes), 10_000):
        chosen = Person.objects.filter(code__in=codes[start : start + 10_000])
        found |= {
            code: bytes(cipher or b"") for code, cipher in chosen.values_list("code", "identity_cipher")
        }
    return found


def _problem(batch: Batch, table: str, one: Problem) -> dict[str, Any]:
    return {"batch_id": batch.pk, "table": table, **one.to_dict(), "column": one.column[:255]}


def _sealed(cells: list[Cell]) -> bytes:
    plain = cells if _TEXTS.issuperset(map(type, cells)) else [_plain(cell) for cell in cells]
    return seal(msgspec.json.encode(plain), _CELLS)


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Decimal):
        return ["n", str(cell)]
    return ["d", cell.isoformat()] if isinstance(cell, date) else cell


def cells_of(sealed: bytes | memoryview) -> list[Cell]:
    """The cells that were staged."""
    plain = msgspec.json.decode(unseal(bytes(sealed), _CELLS))
    return [_cell(one) for one in plain]


def _cell(plain: Any) -> Cell:
    if isinstance(plain, list):
        kind, text = plain
        return Decimal(text) if kind == "n" else date.fromisoformat(text)
    return plain  # type: ignore[no-any-return]
