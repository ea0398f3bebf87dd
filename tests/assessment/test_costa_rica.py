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
from tsampa.measures import alkire_foster, alkire_foster_estimate, fgt, gini
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


@pytest.mark.slow
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


def test_measures_are_those_of_the_survey_s_own_columns(assessment: Assessment) -> None:
    """The figures against ``tsampa.measures`` called on columns of the assessment and of the snapshot."""
    found = {one.id: one.to_dict() for one in compute_figures(assessment)}
    homes = assessment.table("household")
    needs = {
        name: [None if met is None else not met for met in homes.column(name).to_pylist()]
        for name in ("schooling", "enough_workers", "enough_room", "sound_dwelling", "safe_water", "adequate_sanitation", "powered")
    }  # fmt: skip
    equal = dict.fromkeys(needs, 1)
    design: dict[str, Any] = {"population": homes.column("size"), "clusters": homes.column("code")}
    names: dict[str, dict[str, Any]] = {"mpi_headcount": {"index": "headcount"}, "mpi_intensity": {"index": "intensity"}, "mpi": {"index": "mpi"}}  # fmt: skip
    names |= {f"mpi_{name}": {"index": "censored", "indicator": name} for name in needs}
    plain = alkire_foster(needs, equal, "2/7", population=homes.column("size"))
    values = {"mpi_headcount": plain.headcount, "mpi_intensity": plain.intensity, "mpi": plain.mpi}
    values |= {f"mpi_{name}": share for name, share in plain.censored.items()}
    for id, index in names.items():
        estimate: Any = alkire_foster_estimate(needs, equal, "2/7", **index, **design)
        assert _told(found[id]) == _said(estimate), id
        assert f"{values[id]:.4f}" == found[id]["value"]
        assert 0 < estimate.se < 0.02
    people = _rows(assessment.snapshot.table("persons"))
    homes_of = {row["person"]: row["household"] for row in _rows(assessment.snapshot.table("memberships"))}
    grown = [row for row in people if row["age"] >= 15]
    years = [row["years_of_schooling"] for row in grown]
    everybody = {
        "clusters": [homes_of[row["code"]] for row in people],
        "domain": [row["age"] >= 15 for row in people],
    }
    columns = [row["years_of_schooling"] for row in people]
    assert _told(found["schooling_gini"]) == _said(gini(columns, **everybody))  # type: ignore[arg-type]
    assert _told(found["schooling_gap"]) == _said(fgt(columns, 6, 1, **everybody))  # type: ignore[arg-type]
    assert found["schooling_gap"]["value"] == f"{sum(max(0, 6 - one) / 6 for one in years) / len(years):.4f}"


def _told(figure: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(figure[name] for name in ("value", "se", "low", "high", "n", "not_known"))


def _said(estimate: Any) -> tuple[Any, ...]:
    numbers = (estimate.value, estimate.se, *estimate.ci())
    return (*(f"{one:.4f}" for one in numbers), estimate.n, estimate.unknown)


def test_regions_add_up_to_the_country(assessment: Assessment) -> None:
    country = {one.id: one.value for one in compute_figures(assessment)}
    regions = compute_level(assessment, "region", ["households", "households_in_need"])
    for id in ("households", "households_in_need"):
        assert sum(one.value for one in regions if one.id == id and one.value is not None) == country[id]


def _rows(table: Any) -> list[dict[str, Any]]:
    names = table.schema.names
    columns = [[value.as_py() for value in table.column(name)] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
