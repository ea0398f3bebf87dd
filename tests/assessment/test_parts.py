"""Parts of results: rows that come in their place are written as they come, others are sorted, to the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

import tsampa.assessment.parts as parts
import tsampa.assessment.sources as sources
from assessment.test_broken_snapshots import counties
from assessment.test_partitions import DAY
from tsampa.assessment import Assessment, assess
from tsampa.rules.columns import Output
from tsampa.schema import Kind
from tsampa.snapshot.sql import connect

COLUMNS = {"area": Kind.TEXT, "code": Kind.TEXT, "size": Kind.NUMBER}
ROWS = "SELECT printf('A%03d', i // 1000) AS area, printf('%06d', i) AS code, i % 7 AS size, i AS __place FROM range(100000) t(i)"


class Copies:
    """Whether each entity's rows were sorted, and how often they were written."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sorted: list[tuple[str, bool]] = []
        self._copied = parts._copied
        monkeypatch.setattr(parts, "_copied", self._note)

    def _note(self, con, output, query, order, beside):
        self.sorted.append((output.entity, bool(order)))
        return self._copied(con, output, query, order, beside)


def written(folder: Path, order: str, *, placed: bool = True) -> list[tuple[str, int, str]]:
    """The parts of the rows, when they come in this order."""
    with connect() as con:
        con.execute("SET threads = 1")
        con.execute(f"CREATE TABLE rows AS SELECT * FROM ({ROWS}) ORDER BY {order}")
        output = Output("household", ("area", "code"), ("size",), "SELECT * FROM rows", COLUMNS, placed)
        found = parts.write_parts(con, folder, output, output.query, "county", "9")
    return [(one.path, one.rows, one.sha256) for one in found]


def test_rows_are_sorted_only_where_they_are_out_of_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(monkeypatch)
    plain = written(tmp_path / "a", "__place", placed=False)
    assert [rows for _, rows, _ in plain] == [40_960, 40_960, 18_080]
    assert written(tmp_path / "b", "__place") == plain
    assert written(tmp_path / "c", "__place % 1000, __place") == plain
    assert [one for _, one in copies.sorted] == [True, False, False, True]
    assert len(list((tmp_path / "c").rglob("*.parquet"))) == 3  # of the first attempt nothing is left


def files(found: Assessment) -> list[tuple[str, str]]:
    return [(one.path, one.sha256) for one in found.manifest.files]


def test_households_of_counties_are_written_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, copies = counties(tmp_path, 4), Copies(monkeypatch)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    found = assess(places, "middle_village", DAY, tmp_path / "as they come")
    assert {one for entity, one in copies.sorted if entity == "household"} == {False}
    monkeypatch.setattr(sources, "_placed", lambda *_: {})
    copies.sorted.clear()
    assert files(assess(places, "middle_village", DAY, tmp_path / "sorted")) == files(found)
    assert {one for entity, one in copies.sorted if entity == "household"} == {True}


def test_several_threads_hand_rows_on_in_no_order_that_could_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, copies = counties(tmp_path, 1), Copies(monkeypatch)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assess(places, "middle_village", DAY, tmp_path / "out")
    assert {one for entity, one in copies.sorted if entity == "household"} == {True}
