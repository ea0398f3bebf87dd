"""What a household is told is what was assessed, also where a pool of the whole county is shared."""

from __future__ import annotations

from assessment.explained import differing
from tsampa.assessment import Assessment, explain_household
from tsampa.snapshot.sql import connect


def one_household_a_village(county: Assessment, every: int) -> list[str]:
    with connect() as con:
        source = county.sources().results["household"]
        found = con.execute(f"SELECT min(code) FROM {source} GROUP BY area ORDER BY area").fetchall()
    return [code for (code,) in found][::every]


def test_every_explained_value_is_the_assessed_one(county: Assessment) -> None:
    compared, found = differing(county, one_household_a_village(county, 48))
    assert compared > 5_000
    assert found == {}


def test_a_part_of_the_countys_pool_adds_up_as_printed(county: Assessment) -> None:
    with connect() as con:
        code, dividend = con.execute(
            f"SELECT code, dividend FROM {county.sources().results['household']} WHERE dividend > 0 ORDER BY code LIMIT 1"
        ).fetchone()  # type: ignore[misc]
        many, total = con.execute(
            f"SELECT count(*), sum(dividend_weight) FROM {county.sources().results['household']}"
            f" WHERE area[:6] = '{code[:6]}'"
        ).fetchone()  # type: ignore[misc]
        pool, weight = con.execute(
            f"SELECT c.dividend_pool, h.dividend_weight FROM {county.sources().results['household']} h,"
            f" {county.sources().results['county']} c WHERE h.code = '{code}' AND c.code = h.area[:6]"
        ).fetchone()  # type: ignore[misc]
    text = explain_household(county, code).text()
    base = pool * weight // total
    assert f"weights of all {many} added up: {total} persons (as assessed for the whole area)" in text
    assert f"/ {total} persons, rounded down: {base // 100:,}.{base % 100:02} yuan" in text
    assert f"dividend: {dividend // 100:,}.{dividend % 100:02} yuan" in text
    assert ("one more unit, 0.01 yuan" in text) is (dividend == base + 1)
    chinese = explain_household(county, code, "zh").text()
    assert f"全部{many}户的权数合计：{total}人（取自全区域测算结果）" in chinese
    assert f"÷ {total}人，向下取整：{base // 100:,}.{base % 100:02}元" in chinese
