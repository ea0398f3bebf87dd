"""Figures against the reference engine, their traces recounted, their bytes the same whatever the threads and order."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Table

from tsampa.assessment import Assessment, assess
from tsampa.errors import TsampaError
from tsampa.figures import canonical_figures, compute_figures, compute_level, read_areas, trace_figure
from tsampa.rules.reference import Reference
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot
from tsampa.snapshot import write_snapshot
from tsampa.snapshot.sql import connect

SHEETS = find_programme("middle_village") / "sheets"
DAY = date(2019, 12, 31)


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("village")
    import_to_snapshot(SHEETS / "households.csv", SHEETS / "households.yaml", folder / "snapshot")
    return assess(folder / "snapshot", "middle_village", DAY, folder / "assessment")


def rows(table: Any) -> list[dict[str, Any]]:
    names = table.schema.names
    columns = [[value.as_py() for value in table.column(name)] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def test_every_figure_of_every_area_is_the_reference_engines(village: Assessment) -> None:
    register = {
        table.name: rows(village.snapshot.table(table.name)) for table in village.rulebook.schema.tables
    }
    reference = Reference(village.rulebook, DAY, register)
    compared = 0
    for level in village.rulebook.schema.levels:
        for one in compute_level(village, level):
            exact = reference.figure(one.id, one.area)
            digits = village.rulebook.figures[one.id].digits
            expected = None if exact is None else Decimal(round(Fraction(exact) * 10**digits)).scaleb(-digits)
            assert one.value == expected, (one.id, one.area)
            compared += 1
    assert compared == 6 * len(village.rulebook.figures)


@pytest.mark.slow
def test_counts_and_sums_are_recounted_from_their_rows(village: Assessment) -> None:
    recounted = 0
    for area in read_areas(village):
        for one in compute_figures(village, area=area):
            if one.value is None or one.sureness is not None:  # measures: see test_measured
                continue
            found = trace_figure(village, one.id, area=area)
            if len(found.parts) != 1:
                continue
            (part,) = found.parts
            total = (
                len(part.rows) if part.how == "count" else sum((row["term"] for row in part.rows), Decimal(0))
            )
            assert total == one.value, (one.id, area)
            recounted += 1
    assert recounted > 100


def test_the_canonical_bytes_do_not_depend_on_the_order_of_rows(village: Assessment, tmp_path: Path) -> None:
    shuffled: dict[str, Any] = {}
    with connect() as con:
        for table in village.rulebook.schema.tables:
            source = village.snapshot.table(table.name)
            order = list(range(source.num_rows))
            random.Random(7).shuffle(order)
            con.register("source", source)
            shuffled[table.name] = Table(con.sql("SELECT * FROM source ORDER BY hash(code)"))
            con.unregister("source")
    schema = village.rulebook.schema
    write_snapshot(
        tmp_path / "s",
        shuffled,
        schema=schema,
        programme="middle_village",
        as_of=DAY,
        source=village.snapshot.manifest.source,
    )
    again = assess(tmp_path / "s", village.rulebook, DAY, tmp_path / "a")
    first, second = (canonical_figures(compute_figures(one)) for one in (village, again))
    assert first.replace(village.snapshot.id.encode(), b"") == second.replace(again.snapshot.id.encode(), b"")
    assert [entry.sha256 for entry in village.manifest.files] == [
        entry.sha256 for entry in again.manifest.files
    ]


def test_what_is_not_there_is_said_with_what_is(village: Assessment) -> None:
    for arguments, code in (({"ids": ["persns"]}, "figure-unknown"), ({"area": "99990"}, "area-unknown")):
        with pytest.raises(TsampaError) as caught:
            compute_figures(village, **arguments)  # type: ignore[arg-type]
        assert caught.value.code == code
        assert caught.value.remedy
