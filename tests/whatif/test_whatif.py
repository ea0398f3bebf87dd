"""A reform: an overlay that leaves everything as it was, and what it does to whom."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tsampa.assessment import Assessment, assess, open_assessment
from tsampa.cli import main
from tsampa.errors import TsampaError
from tsampa.figures import compute_figures
from tsampa.rules import load_rulebook, overlay
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot
from tsampa.whatif import compare_reform, try_reform

DAY = date(2019, 12, 31)
SHEETS = find_programme("middle_village") / "sheets"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("village")
    import_to_snapshot(SHEETS / "households.csv", SHEETS / "households.yaml", folder / "s")
    return assess(folder / "s", "middle_village", DAY, folder / "a")


def test_an_overlay_is_another_rulebook_and_the_first_stays() -> None:
    plain = load_rulebook("middle_village")
    version = plain.version
    dear = overlay(plain, DAY, {"poverty_line": "5000", "reward_tariff[4000]": "1200", "reward_cap": "10%"})
    assert plain.version == version != dear.version
    now = dear.parameters["poverty_line"].on(DAY)
    assert now is not None
    assert now.values == (((), Fraction(5000)),)
    steps = dear.parameters["reward_tariff"].on(DAY)
    assert steps is not None
    assert dict(steps.steps)[Fraction(4000)] == 1200
    assert plain.parameters["poverty_line"].on(DAY) != now


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"poverty_lime": "1"}, "overlay-parameter"),
        ({"poverty line": "1"}, "overlay-parameter"),
        ({"poverty_line[x]": "1"}, "overlay-key"),
        ({"reward_tariff": "1"}, "overlay-key"),
        ({"poverty_line": "dear"}, "parameter-value"),
        ({"reward_cap": "0.001"}, "rule-unrounded"),
    ],
)
def test_what_cannot_be_set_says_why(values: dict[str, str], code: str) -> None:
    with pytest.raises(TsampaError) as caught:
        overlay(load_rulebook("middle_village"), DAY, values)
    assert caught.value.code == code


def test_a_higher_line_takes_in_more_households_and_its_cost_is_told(
    village: Assessment, tmp_path: Path
) -> None:
    found = try_reform(village, {"poverty_line": "9000"}, out=tmp_path / "reform", by="registered")
    meets = next(one for one in found.total if one.variable == "income_meets_line")
    reform = open_assessment(tmp_path / "reform")
    old, new = (one.results("household")["income_meets_line"].to_pylist() for one in (village, reform))
    assert (meets.gain, meets.lose) == (0, sum(1 for a, b in zip(old, new, strict=True) if a and b is False))
    assert meets.lose > 0
    assert (meets.before, meets.after) == (old.count(True), new.count(True))
    for name in {one.variable for one in found.total}:
        parts = [one for one in found.kinds if one.variable == name]
        whole = next(one for one in found.total if one.variable == name)
        assert sum(one.households for one in parts) == whole.households == 25
        assert sum((one.change for one in parts), Decimal(0)) == whole.change
        areas = [one for one in found.areas if one.variable == name]
        assert sum(one.gain for one in areas) == whole.gain
        assert sum(one.lose for one in areas) == whole.lose
    assert {one.before.id for one in found.figures}
    for one in found.figures:
        assert one.after.value == compute_figures(reform, ids=[one.after.id], area=one.after.area)[0].value


def test_a_dearer_benefit_costs_what_households_gain(village: Assessment) -> None:
    found = try_reform(village, {"reward_tariff[4000]": "1500", "reward_cap": "9000"})
    reward = next(one for one in found.total if one.variable == "reward")
    assert reward.unit == "CNY"
    assert reward.lose == 0
    assert reward.gain > 0
    assert reward.change > 0


def test_nothing_changed_is_said(village: Assessment) -> None:
    found = try_reform(village, {"poverty_line": "3218"})
    assert found.total == found.areas == found.kinds == []
    assert found.figures == []


def test_unknown_levels_and_kinds_and_other_snapshots_are_refused(
    village: Assessment, tmp_path: Path
) -> None:
    for options, code in (({"level": "street"}, "whatif-level"), ({"by": "income"}, "whatif-kind")):
        with pytest.raises(TsampaError) as caught:
            compare_reform(village, village, **options)
        assert caught.value.code == code
    earlier = assess(village.snapshot.path, "middle_village", date(2019, 6, 30), tmp_path / "b")
    with pytest.raises(TsampaError) as caught:
        compare_reform(village, earlier)
    assert caught.value.code == "whatif-snapshot"


def test_other_rules_may_be_tried(village: Assessment) -> None:
    found = try_reform(village, rules=find_programme("middle_village"))
    assert found.total == []


def test_the_command_prints_tables_or_json(village: Assessment, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--lang", "zh", "--by", "standing"], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main(["whatif", str(village.path), "--set", "poverty_line=9000", *words])
        assert ended.value.code == 0
        printed = capsys.readouterr().out
        assert "income_meets_line" in printed
    assert {"total", "areas", "kinds", "figures"} == set(json.loads(printed))
    with pytest.raises(SystemExit) as ended:
        main(["whatif", str(village.path)])
    assert ended.value.code == 2
