"""Runs an import of a sheet that a test writes out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets.builders import PEOPLE, write_workbook
from tsampa.sheets import Imported, import_sheet

Imports = Callable[..., Imported]


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    """Imports a CSV given as text, or rows of cells as a workbook, under a mapping given as text."""

    def run(sheet: str | bytes | list[list[Any]], mapping: str = PEOPLE, **options: Any) -> Imported:
        (tmp_path / "mapping.yaml").write_text(textwrap.dedent(mapping), encoding="utf-8")
        if isinstance(sheet, list):
            path = tmp_path / "sheet.xlsx"
            write_workbook(path, {"Sheet1": sheet})
        else:
            path = tmp_path / "sheet.csv"
            data = sheet if isinstance(sheet, bytes) else textwrap.dedent(sheet).lstrip("\n").encode()
            path.write_bytes(data)
        return import_sheet(path, tmp_path / "mapping.yaml", **options)

    return run
