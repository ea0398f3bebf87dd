"""Rules that look beyond a household's village: what is explained must be what was assessed, and say where it comes from."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assessment.explained import differing
from assessment.test_partitions import DAY, freeze
from tsampa.assessment import Assessment, assess, explain_household, open_assessment
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot

WIDE = '''
"""Rules that look beyond a village."""

from tsampa.rules import area, choose, divide, formula, greatest, household, rounded, share, unknown, village

county, township = area("county"), area("township")
WORDS = {"since": "2018-01-01", "source": "Test, article 1", "zh": "测试"}
DOC = """What a test asks.

测试所求。"""


def rule(entity, name, unit, tree):
    tree.__doc__ = DOC
    formula(entity, name=name, en=name.replace("_", " "), unit=unit, **WORDS)(tree)


rule(county, "county_pool", "CNY", lambda c: c.pools.amount.sum())
rule(county, "county_people", "person", lambda c: c.households.size.sum())
rule(township, "town_pool", "CNY", lambda t: t.pools.amount.sum())
rule(household, "by_size", "CNY", lambda h: share(h.county.county_pool, by=h.size))
rule(household, "by_decimals", "CNY", lambda h: share(h.county.county_pool, by=rounded(divide(1, h.size + 1, when_zero=unknown), "half_up", digits=3)))
rule(household, "of_town", "CNY", lambda h: share(h.township.town_pool, by=h.size * 3))
rule(household, "nested", "CNY", lambda h: choose((h.size > 2, share(h.county.county_pool, by=h.size)), otherwise=0))
rule(household, "bounded", "CNY", lambda h: share(h.county.county_pool, by=h.size, at_most=h.of_town))
rule(household, "wide_weight", "CNY", lambda h: share(h.county.county_pool, by=h.size * h.county.county_people))
rule(household, "people_around", "person", lambda h: h.county.county_people)
rule(household, "larger_than_most", "", lambda h: h.size * 3 > h.people_around)
rule(village, "village_part", "CNY", lambda v: share(v.county.county_pool, by=v.population))
rule(household, "nobody", "CNY", lambda h: share(h.county.county_pool, by=h.size * 0))
rule(household, "some_unknown", "CNY", lambda h: share(h.county.county_pool, by=greatest(h.net_income, 0)))
'''
SHOWN = (
    "by_size",
    "by_decimals",
    "of_town",
    "nested",
    "bounded",
    "wide_weight",
    "people_around",
    "larger_than_most",
    "nobody",
    "some_unknown",
)


def town(villages: int) -> dict[str, list[dict[str, Any]]]:
    """A county of two townships; in each village two households, of more members from village to village."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("areas", "households", "persons", "memberships", "pools")
    }
    rows["areas"].append({"code": "c", "name": "c", "level": "county", "parent": None})
    for t in ("t0", "t1"):
        rows["areas"].append({"code": t, "name": t, "level": "township", "parent": "c"})
        rows["pools"].append(
            {"code": f"p{t}", "area": t, "name": "dividend", "year": 2020, "amount": 100_001}
        )
    rows["pools"].append({"code": "pc", "area": "c", "name": "dividend", "year": 2020, "amount": 1_000_003})
    for v in range(villages):
        rows["areas"].append({"code": f"v{v}", "name": f"v{v}", "level": "village", "parent": f"t{v % 2}"})
        for home in ("A", "B"):
            rows["households"].append({"code": f"v{v}{home}", "area": f"v{v}"})
            for number in range(v + (home == "B")):
                person = f"v{v}{home}{number}"
                rows["persons"].append({"code": person, "birth_date": date(1980, 1, 1)})
                rows["memberships"].append(
                    {"code": f"m{person}", "person": person, "household": f"v{v}{home}", "since": date(2015, 1, 1), "until": None}
                )  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("wide")
    shutil.copytree(find_programme("middle_village"), folder / "programme")
    (folder / "programme" / "rules" / "wide.py").write_text(WIDE, encoding="utf-8")
    settings = folder / "programme" / "programme.yaml"
    shown = ", ".join(SHOWN)
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("shows: [", f"shows: [{shown}, "), encoding="utf-8"
    )
    freeze(folder / "snapshot", town(5))
    return assess(folder / "snapshot", folder / "programme", DAY, folder / "assessment")


def test_the_middle_village_is_explained_as_it_was_assessed(tmp_path: Path) -> None:
    sheets = find_programme("middle_village") / "sheets"
    import_to_snapshot(sheets / "households.csv", sheets / "households.yaml", tmp_path / "snapshot")
    found = assess(tmp_path / "snapshot", "middle_village", date(2019, 12, 31), tmp_path / "assessment")
    compared, wrong = differing(found, found.results("household")["code"].to_pylist())
    assert compared > 1000
    assert wrong == {}


def test_whatever_looks_beyond_the_village_comes_from_the_results(wide: Assessment) -> None:
    compared, wrong = differing(wide, [f"v{v}{home}" for v in range(5) for home in ("A", "B")])
    assert compared > 500
    assert wrong == {}


def test_a_wider_pool_is_told_with_all_its_weights(wide: Assessment) -> None:
    lines = [line.strip("- ") for line in explain_household(wide, "v3A").text().splitlines()]
    # 0 + 1 + 1 + 2 + 2 + 3 + 3 + 4 + 4 + 5 members in all
    assert "weights of all 10 added up: 25 persons (as assessed for the whole area)" in lines
    assert "10,000.03 yuan × 3 persons / 25 persons, rounded down: 1,200.00 yuan" in lines
    # v1 and v3 lie in the other township
    assert "weights of all 4 added up: 30 persons (as assessed for the whole area)" in lines
    assert "1,000.01 yuan × 9 persons / 30 persons, rounded down: 300.00 yuan" in lines
    assert "county c: county people: 25 persons (as assessed for the whole area)" in lines
    assert any(line.startswith("the floors and caps of all who share decide besides") for line in lines)
    assert "nobody has a weight, so every part is nothing" in lines
    assert "the weights of 10 of those who share are not known yet" in lines
    assert "nested: 1,200.00 yuan (as assessed for the whole area)" in lines
    chinese = explain_household(wide, "v3A", "zh").text()
    assert "全部10户的权数合计：25人（取自全区域测算结果）" in chinese
    assert "10,000.03元 × 3人 ÷ 25人，向下取整：1,200.00元" in chinese
    assert "还取决于所有参与分配者的保底数和封顶数" in chinese


def test_weights_with_decimals_add_up(wide: Assessment) -> None:
    lines = explain_household(open_assessment(wide.path), "v0A").text()
    # 1 + 2 × .5 + 2 × .333 + 2 × .25 + 2 × .2 + .167
    assert "weights of all 10 added up: 3.733 per person (as assessed for the whole area)" in lines
    assert "10,000.03 yuan × 1 per person / 3.733 per person, rounded down: 2,678.81 yuan" in lines
    assert "one more unit, 0.01 yuan" in lines
    assert "by decimals: 2,678.82 yuan" in lines
