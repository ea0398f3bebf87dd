"""A register nobody here wrote, from its sheet to figures, on both engines."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tsampa.assessment import Assessment, assess
from tsampa.assessment.engines import columns_engine, reference_engine
from tsampa.figures import compute_figures, compute_level, trace_figure
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot

SHARED = Path(
    os.environ.get("TSAMPA_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data")
)
SHEET = SHARED / "costa-rica-households.csv"
pytestmark = pytest.mark.skipif(not SHEET.is_file(), reason="the Costa Rican survey is not on this machine")
DAY = date(2014, 7, 31)


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("costa_rica")
    found = import_to_snapshot(
        SHEET, find_programme("costa_rica") / "sheets" / "survey.yaml", folder / "snapshot"
    )
    assert (found.totals.rows_read, found.totals.rows_kept, found.totals.records["households"]) == (
        9557,
        9557,
        2988,
    )
    assert found.totals.problems["conflicting-values"] == 85
    return assess(folder / "snapshot", "costa_rica", DAY, folder / "assessment")


def test_both_engines_agree_on_every_variable_of_every_row(assessment: Assessment) -> None:
    register = {
        table.name: _rows(assessment.snapshot.table(table.name))
        for table in assessment.rulebook.schema.tables
    }
    reference = reference_engine(assessment.rulebook, DAY, register)
    columns = columns_engine(assessment.rulebook, DAY, register)
    codes = {"household": "households", "person": "persons"}
    compared = 0
    for entity, names in assessment.manifest.variables.items():
        table = codes.get(entity)
        rows = register[table] if table else [row for row in register["areas"] if row["level"] == entity]
        for row in rows:
            for name in names:
                compared += 1
                assert columns((entity, name), row["code"]) == reference((entity, name), row["code"]), (
                    entity,
                    name,
                    row["code"],
                )
    assert compared > 80_000


def test_every_figure_opens_to_the_rows_it_counts(assessment: Assessment) -> None:
    for value in compute_figures(assessment):
        found = trace_figure(assessment, value.id)
        assert found.parts, value.id
        if len(found.parts) == 1 and found.parts[0].how == "count" and value.value is not None:
            assert len(found.parts[0].rows) == value.value, value.id


def test_regions_add_up_to_the_country(assessment: Assessment) -> None:
    country = {one.id: one.value for one in compute_figures(assessment)}
    regions = compute_level(assessment, "region", ["households", "households_in_need"])
    for id in ("households", "households_in_need"):
        assert sum(one.value for one in regions if one.id == id and one.value is not None) == country[id]


def _rows(table: Any) -> list[dict[str, Any]]:
    names = table.schema.names
    columns = [[value.as_py() for value in table.column(name)] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
