"""A short way to say 'these rows under this mapping', and where the real sheets lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tsampa.errors import Problem
from tsampa.sheets import Imported

PROGRAMMES = Path(__file__).resolve().parents[2] / "src" / "tsampa" / "programmes"
VILLAGE_SHEETS = PROGRAMMES / "middle_village" / "sheets"

HEAD = """
programme: middle_village
as_of: 2019-12-31
row: person
areas:
  levels:
    county: {code: {constant: "999901"}, name: {constant: County}}
    township: {code: {constant: "999901101"}, name: {constant: Township}}
    village: {code: {constant: "999901101001"}, name: {constant: Village}}
"""

PEOPLE = (
    HEAD
    + """
tables:
  households: {fields: {code: household}}
  persons: {fields: {code: person, sex: sex, birth_date: born}}
  memberships: {fields: {relationship: relation}}
"""
)


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def rows(found: Imported, table: str) -> list[dict[str, Any]]:
    return found.tables[table].to_struct_array().to_pylist()


def column(found: Imported, table: str, name: str) -> list[Any]:
    return found.tables[table][name].to_pylist()


def only(found: Imported, code: str) -> Problem:
    hits = [problem for problem in found.problems if problem.code == code]
    assert len(hits) == 1, [problem.code for problem in found.problems]
    return hits[0]


def shared_data(name: str) -> Path:
    """A real sheet that is not part of the repository; the test is skipped where it is not at hand."""
    folder = os.environ.get("TSAMPA_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(folder) / name
    if not path.is_file():
        pytest.skip(f"{name} is not part of the repository; set TSAMPA_SHARED_DATA to its folder")
    return path
