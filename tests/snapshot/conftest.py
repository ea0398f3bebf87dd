from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from snapshot.builders import freeze, make_schema

if TYPE_CHECKING:
    from pathlib import Path

    from tsampa.schema import Schema
    from tsampa.snapshot import Snapshot


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    return make_schema(tmp_path)


@pytest.fixture
def snapshot(schema: Schema, tmp_path: Path) -> Snapshot:
    return freeze(schema, tmp_path / "frozen", extra_files={"notes/problems.csv": b"row,problem\n"})
