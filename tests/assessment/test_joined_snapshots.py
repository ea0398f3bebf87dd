"""Counties' snapshots from different offices counted together, and what keeps them from being."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assessment.test_partitions import DAY, freeze, register
from tsampa.assessment import assess, explain_household, open_assessment
from tsampa.cli import main
from tsampa.errors import TsampaError
from tsampa.figures import compute_figures, trace_figure
from tsampa.snapshot import join_snapshots, open_snapshot, write_snapshot


def test_snapshots_of_counties_give_what_one_snapshot_of_all_gives(tmp_path: Path) -> None:
    freeze(tmp_path / "whole", register(3))
    apart = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (2, 0, 1)]
    whole = assess(tmp_path / "whole", "middle_village", DAY, tmp_path / "a")
    joined = open_assessment(assess(apart, "middle_village", DAY, tmp_path / "b").path)
    assert joined.results("household") == whole.results("household")
    assert joined.manifest.rows == whole.manifest.rows
    for code in ("00", "01t", "02v"):
        mine, theirs = (compute_figures(one, area=code) for one in (joined, whole))
        assert [one.to_dict() for one in mine] == [one.to_dict() for one in theirs]
    assert len(trace_figure(joined, "households", area="01").parts[0].rows) == 2
    assert explain_household(joined, "02B").text() == explain_household(whole, "02B").text()


def test_areas_above_are_told_by_all_and_counted_once(tmp_path: Path) -> None:
    paths = []
    for c in (0, 1):
        rows = register(1, c)
        for row in rows["areas"]:
            row["water_zone"] = "ordinary"
        paths.append(freeze(tmp_path / f"s{c}", rows).path)
    joined = join_snapshots([open_snapshot(path) for path in paths])
    assert joined.partitions == ["00", "01"]
    assert joined.count("households") == 4
    assert [path.parts[-3:] for path in joined.files("areas", "01")] == [("s1", "areas", "part-0.parquet")]


def rows_with_village(owner: int) -> dict[str, list[dict[str, Any]]]:
    rows = register(1, owner)
    for number, row in enumerate(rows["areas"]):
        if row["level"] == "village":
            rows["areas"][number] = {**row, "code": "xv"}
    for row in rows["households"]:
        row["area"] = "xv"
    return rows


def test_two_counties_claiming_one_village_are_refused(tmp_path: Path) -> None:
    paths = [freeze(tmp_path / f"s{c}", rows_with_village(c)).path for c in (0, 1)]
    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "a")
    assert caught.value.code == "snapshots-village"
    for named in ("xv", "00t", "01t", str(paths[0]), str(paths[1])):
        assert named in caught.value.message
    assert not (tmp_path / "a").exists()


def test_a_village_told_alike_by_two_belongs_to_one(tmp_path: Path) -> None:
    other = register(1, 1)
    other["areas"] += register(1)["areas"]
    other["households"][0]["area"] = "00v"
    paths = [
        freeze(tmp_path / "s0", register(1)).path,
        freeze(tmp_path / "s1", other).path,
    ]
    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "a")
    assert caught.value.code == "snapshots-partition"
    assert "00" in caught.value.message


def test_an_area_told_otherwise_is_refused_naming_both(tmp_path: Path) -> None:
    other = register(1, 1)
    other["areas"] += [{**register(1)["areas"][0], "name": "another"}]
    paths = [freeze(tmp_path / f"s{n}", rows).path for n, rows in enumerate((register(1), other))]
    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "a")
    assert caught.value.code == "snapshots-rows"
    assert all(str(path) in caught.value.message for path in paths)


def of_years(county: int, *years: int) -> dict[str, list[dict[str, Any]]]:
    rows = register(1, county)
    home = rows["households"][0]["code"]
    incomes = [
        {"code": f"{home}{year}", "household": home, "source": "wage", "accounting_year": year, "amount": 100}
        for year in years
    ]
    return rows | ({"incomes": incomes} if incomes else {})


def test_counties_of_different_accounting_years_are_refused(tmp_path: Path) -> None:
    paths = [
        freeze(tmp_path / f"[s{c}]", of_years(c, *years)).path
        for c, years in enumerate([(2018, 2019), (2019,), (2018,)])
    ]
    with pytest.raises(TsampaError) as caught:
        assess(paths, "middle_village", DAY, tmp_path / "a")
    assert caught.value.code == "snapshots-year"
    assert {"2018", "2019"} <= set(re.findall(r"\b20\d\d\b", caught.value.message))
    assert not (tmp_path / "a").exists()


def test_a_county_without_incomes_has_no_year_to_differ(tmp_path: Path) -> None:
    paths = [
        freeze(tmp_path / f"s{c}", of_years(c, *years)).path
        for c, years in enumerate([(2018, 2019), (2019,), ()])
    ]
    assert assess(paths, "middle_village", DAY, tmp_path / "a").manifest.rows["household"] == 6


@pytest.mark.parametrize(
    ("table", "own", "taken"), [("households", "01B", "00A"), ("persons", "01B1", "00A1")]
)
def test_a_code_that_two_counties_use_is_refused(tmp_path: Path, table: str, own: str, taken: str) -> None:
    paths = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (0, 2)]
    rows = register(1, 1)
    for name in rows:
        rows[name] = [
            {k: taken if v == own and name != "areas" else v for k, v in row.items()} for row in rows[name]
        ]
    paths.append(freeze(tmp_path / "s1", rows).path)
    earlier = assess(paths[:2], "middle_village", DAY, tmp_path / "earlier").path
    for since in (None, earlier):
        with pytest.raises(TsampaError) as caught:
            assess(paths, "middle_village", DAY, tmp_path / "a", since=since)
        assert caught.value.code == "snapshots-code"
        for named in (f"'{taken}'", table, str(paths[0]), str(paths[2])):
            assert named in caught.value.message
        assert str(paths[1]) not in caught.value.message
    assert not (tmp_path / "a").exists()


def test_a_code_newly_used_by_two_counties_is_found_by_the_next_full_count(tmp_path: Path) -> None:
    paths = [freeze(tmp_path / f"s{c}", register(1, c)).path for c in (0, 1)]
    assess(paths, "middle_village", DAY, tmp_path / "earlier")
    rows = register(1, 1)
    rows["households"].append({"code": "00A", "area": "01v"})
    changed = freeze(tmp_path / "changed", rows).path
    assess([paths[0], changed], "middle_village", DAY, tmp_path / "a", since=tmp_path / "earlier")
    with pytest.raises(TsampaError) as caught:
        assess([paths[0], changed], "middle_village", DAY, tmp_path / "b")
    assert caught.value.code == "snapshots-code"


def test_codes_whose_ranges_meet_may_still_differ(tmp_path: Path) -> None:
    rows = register(1, 1)
    for name in ("households", "persons", "memberships"):
        for row in rows[name]:
            for column in ("code", "household", "person"):
                if str(row.get(column, "")).startswith("01B"):
                    row[column] = row[column].replace("01B", "00AB")
    paths = [freeze(tmp_path / "s0", register(1)).path, freeze(tmp_path / "s1", rows).path]
    assert join_snapshots([open_snapshot(path) for path in paths]).count("households") == 4


def test_one_county_twice_is_refused(tmp_path: Path) -> None:
    paths = [freeze(tmp_path / f"s{number}", register(1)).path for number in (0, 1)]
    with pytest.raises(TsampaError) as caught:
        join_snapshots([open_snapshot(path) for path in paths])
    assert caught.value.code == "snapshots-partition"


def test_different_days_and_tables_are_refused(tmp_path: Path) -> None:
    first = freeze(tmp_path / "a", register(1))
    later = write_snapshot(
        tmp_path / "b", {}, schema=first.schema, programme="middle_village", as_of=date(2021, 1, 1)
    )
    with pytest.raises(TsampaError) as caught:
        join_snapshots([first, later])
    assert caught.value.code == "snapshots-day"
    newer = write_snapshot(
        tmp_path / "n", {}, schema=replace(first.schema, version=0), programme="middle_village", as_of=DAY
    )  # fmt: skip
    with pytest.raises(TsampaError) as caught:
        join_snapshots([first, newer])
    assert caught.value.code == "snapshots-schema"
    assert "0" in caught.value.message
    from tsampa.schema import find_programme, read_schema

    other = write_snapshot(
        tmp_path / "c", {}, schema=read_schema(find_programme("bailang")), programme="bailang", as_of=DAY
    )
    with pytest.raises(TsampaError) as caught:
        join_snapshots([first, other])
    assert caught.value.code == "snapshots-schema"


def test_the_command_takes_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(freeze(tmp_path / f"s{c}", register(1, c)).path) for c in (0, 1)]
    with pytest.raises(SystemExit) as ended:
        main(["assess", *paths, "--programme", "middle_village", "--on", "2020-06-30", str(tmp_path / "out")])
    assert ended.value.code == 0
    assert open_assessment(tmp_path / "out").manifest.rows["household"] == 4
    capsys.readouterr()
