"""The sheets that come with the programmes, and the real survey, from file to snapshot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sheets.builders import PEOPLE, PROGRAMMES, VILLAGE_SHEETS, column, rows, shared_data
from tsampa.sheets import import_sheet, import_to_snapshot

MAPPING = VILLAGE_SHEETS / "households.yaml"


def test_middle_village_has_no_mistake():
    found = import_sheet(VILLAGE_SHEETS / "households.csv", MAPPING)
    assert found.problems == []
    assert found.programme == "middle_village"
    assert found.totals.records == {
        "areas": 6, "households": 25, "persons": 80, "memberships": 80, "incomes": 78, "checks": 142, "statuses": 25,
        "pools": 6, "payments": 6, "land_parcels": 0, "poverty_drivers": 0,
    }  # fmt: skip


def test_middle_village_has_households_exactly_on_the_line_and_one_a_cent_below():
    found = import_sheet(VILLAGE_SHEETS / "households.csv", MAPPING)
    members = Counter(column(found, "memberships", "household"))
    income: Counter[str] = Counter()
    for row in rows(found, "incomes"):
        income[row["household"]] += row["amount"] * (-1 if row["source"] == "production_cost" else 1)
    assert [code for code in sorted(members) if income[code] == 321_800 * members[code]] == [
        "A01",
        "B04",
        "B07",
        "C02",
    ]
    assert income["A09"] == 321_800 * members["A09"] - 1
    assert "A06" not in income


def test_each_planted_mistake_is_found():
    found = import_sheet(VILLAGE_SHEETS / "with_mistakes.csv", MAPPING)
    assert {(problem.row, problem.code) for problem in found.problems} == {
        (4, "date-in-future"), (8, "text-in-number"), (21, "choice-unknown"), (23, "household-incomplete"),
        (24, "area-unknown"), (36, "household-two-heads"), (42, "choice-unknown"), (48, "conflicting-values"),
        (59, "value-missing"), (62, "value-out-of-range"), (70, "household-incomplete"), (73, "person-in-two-households"),
    }  # fmt: skip
    assert (found.totals.rows_read, found.totals.rows_rejected) == (93, 3)


def test_the_real_survey_is_taken_whole_and_its_faults_are_told():
    found = import_sheet(
        shared_data("costa-rica-households.csv"), PROGRAMMES / "costa_rica" / "sheets" / "survey.yaml"
    )
    assert (found.totals.rows_read, found.totals.rows_kept) == (9557, 9557)
    assert {name: count for name, count in found.totals.records.items() if count} == {
        "areas": 19, "households": 2988, "persons": 9557, "memberships": 9557,
    }  # fmt: skip
    assert found.totals.problems == {"conflicting-values": 85, "household-no-head": 15, "none-chosen": 15}
    assert Counter(column(found, "memberships", "relationship"))["head"] == 2973
    assert Counter(column(found, "households", "vulnerability_group"))[None] == 85
    assert Counter(column(found, "persons", "sex")) == {"female": 4937, "male": 4620}
    assert sum(value is not None for value in column(found, "persons", "years_behind_in_school")) == 1629


def test_from_sheet_to_snapshot(tmp_path: Path):
    from tsampa.snapshot import open_snapshot, verify_snapshot

    out = tmp_path / "snapshot"
    found = import_to_snapshot(VILLAGE_SHEETS / "with_mistakes.csv", MAPPING, out)
    assert found.snapshot is not None
    text = (out / "problems.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfsheet,row,")
    assert len(text.decode("utf-8-sig").splitlines()) == len(found.problems) + 1
    assert "with_mistakes.csv sha256:" in open_snapshot(out).manifest.source
    verify_snapshot(out)


def test_where_no_row_is_good_nothing_is_written(tmp_path: Path):
    (tmp_path / "m.yaml").write_text(PEOPLE)
    (tmp_path / "s.csv").write_text("household,person,sex,born,relation\n,P1,,,head\n")
    found = import_to_snapshot(tmp_path / "s.csv", tmp_path / "m.yaml", tmp_path / "out")
    assert found.snapshot is None
    assert found.totals.problems == {"value-missing": 1}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("times", [2])
def test_the_same_sheet_gives_the_same_tables(times):
    found = [import_sheet(VILLAGE_SHEETS / "with_mistakes.csv", MAPPING) for _ in range(times)]
    assert len({repr({name: rows(one, name) for name in one.tables}) for one in found}) == 1
    assert len({repr(one.problems) for one in found}) == 1
