"""The demonstration county: the page's numbers, counted from rows, with nothing about its people that must not be there."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo.page import PAGE, differing, records, same
from tsampa.assessment import Assessment, assess
from tsampa.demo import make_demo
from tsampa.demo.scale import AS_OF, Scale, scale_for
from tsampa.errors import TsampaError
from tsampa.figures import TracedRows, compute_figures, trace_figure
from tsampa.snapshot import open_snapshot, verify_snapshot


def test_all_numbers_of_the_page_come_out(county: Assessment) -> None:
    assert len(PAGE) == 75
    assert differing(county) == {}


def test_every_number_of_the_page_opens_to_rows(county: Assessment) -> None:
    for id in PAGE:
        found = trace_figure(county, id)
        assert sum(len(part.rows) for part in found.parts) > 0, id


@pytest.mark.slow
def test_counting_the_opened_rows_with_another_tool_gives_the_number(county: Assessment) -> None:
    """Plain Python over the rows that the trace hands out; a figure of two parts is their share or the years between."""
    single, rest = {}, []
    for id in PAGE:
        parts = trace_figure(county, id).parts
        if len(parts) == 1:
            single[id] = counted_again(parts[0])
        else:
            rest.append(id)
    assert {id: found for id, found in single.items() if not same(PAGE[id], printed(found))} == {}
    assert sorted(rest) == [
        "A1.farmers_and_herders_share", "A2.action_plan_years", "E1.commitment_fields", "E4.adoption_rate", "E5.talk_coverage"
    ]  # fmt: skip


@pytest.mark.parametrize("id", ["A1.farmers_and_herders_share", "E4.adoption_rate", "E5.talk_coverage"])
def test_a_share_is_the_quotient_of_its_two_parts(county: Assessment, id: str) -> None:
    inside, of_all = (counted_again(part) for part in trace_figure(county, id).parts)
    assert same(PAGE[id], str(Decimal(100) * inside / of_all))


def counted_again(part: TracedRows) -> Any:
    terms = [row["term"] for row in part.rows]
    by_hand = {
        "sum": sum,
        "distinct": lambda values: len(set(values)),
        "count": len,
        "min": min,
        "max": max,
        "all": all,
    }
    return by_hand[part.how](terms)


def printed(found: object) -> str:
    return found.strftime("%Y-%m") if isinstance(found, date) else str(found)


def test_every_exit_went_through_a_complete_case(county: Assessment) -> None:
    found = {
        one.id: one.value for one in compute_figures(county, ids=["exited_households", "exits_without_case"])
    }
    assert found["exits_without_case"] == 0
    assert found["exited_households"] > 1_500


def test_a_planted_exit_without_its_steps_is_found(tmp_path: Path) -> None:
    make_demo(tmp_path / "s", households=600, seed=3, plant_exit_without_case=True)
    found = assess(tmp_path / "s", "bailang", AS_OF, tmp_path / "a")
    assert compute_figures(found, ids=["exits_without_case"])[0].value == 1
    [row] = trace_figure(found, "exits_without_case").parts[0].rows
    assert str(row["code"]).startswith("540228")


def test_the_snapshot_is_sound(small: Path) -> None:
    assert verify_snapshot(small) == []


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(small: Path, tmp_path: Path) -> None:
    again = make_demo(tmp_path / "again", households=600, seed=3)
    other = make_demo(tmp_path / "other", households=600, seed=4)
    assert again.manifest.id == open_snapshot(small).manifest.id
    assert other.manifest.id != again.manifest.id


def test_no_identity_number_is_in_any_column(small: Path) -> None:
    names = {column.name for table in open_snapshot(small).schema.tables for column in table.columns}
    assert [one for one in names if "identity" in one or "resident" in one or "name" in one] == ["name"]
    people = open_snapshot(small).schema.by_name["persons"].by_name
    assert "name" not in people


def test_sizes_ages_and_seasons_are_those_of_people(county: Assessment) -> None:
    snapshot = county.snapshot
    homes = Counter(row["household"] for row in records(snapshot, "memberships") if row["until"] is None)
    sizes = Counter(homes.values())
    assert 3.5 < sum(homes.values()) / len(homes) < 5.5
    assert sizes[4] > sizes[1]
    assert max(sizes) <= 10
    born = [row["birth_date"].year for row in records(snapshot, "persons")]
    assert min(born) > 1900
    assert 0.15 < sum(year > 2005 for year in born) / len(born) < 0.45
    barley = [row["date"].month for row in records(snapshot, "deliveries") if row["product"] == "barley"]
    assert set(barley) <= {9, 10}


def test_incomes_of_the_register_rise_above_the_line_over_the_years(county: Assessment) -> None:
    ids = [f"{what}_{year}" for year in range(2015, 2020) for what in ("income_per_head", "line")]
    found = {one.id: one.value for one in compute_figures(county, ids=ids)}
    assert all(isinstance(value, Decimal) for value in found.values())
    assert found["income_per_head_2015"] < found["line_2015"]
    assert found["income_per_head_2019"] > found["line_2019"]


def test_proportions_are_kept_at_other_sizes() -> None:
    assert scale_for(None) == Scale()
    assert scale_for(125_000).lifted == 40_710
    assert scale_for(1_250).jobs == 56


def test_too_small_a_county_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TsampaError) as caught:
        make_demo(tmp_path / "s", households=10)
    assert caught.value.code == "demo-too-small"
    assert not (tmp_path / "s").exists()


def test_what_stands_at_the_output_is_refused_before_anything_is_drawn(small: Path) -> None:
    drawn: list[str] = []
    with pytest.raises(TsampaError) as caught:
        make_demo(small, progress=lambda step, done, total: drawn.append(step))
    assert caught.value.code == "output-exists"
    assert drawn == []


def test_nothing_but_the_snapshot_is_left_behind(small: Path) -> None:
    assert [one.name for one in small.parent.iterdir()] == ["snapshot"]
