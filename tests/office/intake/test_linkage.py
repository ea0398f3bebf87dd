"""With the extra ``linkage``: names that sound alike are found, and what is in doubt waits with its reasons."""

from __future__ import annotations

import pytest

from office.intake.builders import apply, codes, county, number, send, workbook
from tsampa.office.intake import actions, linking
from tsampa.office.register.models import Person

pytestmark = pytest.mark.skipif(not linking._installed(), reason="the extra 'linkage' is not installed")

NAMES = [
    "扎西次仁",
    "卓玛央宗",
    "次仁罗布",
    "央金拉姆",
    "平措旺堆",
    "德吉白珍",
    "尼玛多吉",
    "拉巴卓嘎",
    "边巴顿珠",
    "仓决曲珍",
    "索朗达杰",
    "白玛措姆",
]


@pytest.fixture
def sheets(office_sqlite, tmp_path):
    county()
    homes = "ref | area\n" + "\n".join(f"{at} | 540228100201" for at in range(6))
    rows = ["household | relationship | since | name | identity"]
    for at, name in enumerate(NAMES):
        born = number(f"19{50 + at * 3}-0{at % 9 + 1}-1{at % 9}", at % 2 + 1)
        rows.append(f"{at // 2} | {'head' if at % 2 == 0 else 'spouse'} | 2015-01-01 | {name} | {born}")
    rows += [
        f"{4 + at} | child | 2015-01-01 | 旦增罗布 | {number('1990-05-05', 1 + 2 * at)}" for at in range(2)
    ]
    made = lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)  # noqa: E731
    apply(made(households=homes, persons="\n".join(rows)))
    return made


def told(name, born, home="540228100201-0001", sex="男"):
    return f"household | relationship | since | name | birth date | sex\n{home} | head | 2015-01-01 | {name} | {born} | {sex}"


def test_who_is_written_otherwise_is_found_and_nothing_is_doubled(sheets):
    batch = send(sheets("b.xlsx", persons=told("扎西茨仁", "1950-01-10", sex="男")))
    assert codes(batch) == []
    assert batch.rows["waiting"] == 0
    assert batch.counts["persons"] == {"new": 0, "changed": 1, "unchanged": 0}


def test_who_is_nobody_of_the_register_is_new(sheets):
    batch = send(sheets("b.xlsx", persons=told("达瓦卓玛", "2001-12-24", sex="女").replace("head", "child")))
    assert (batch.rows["waiting"], batch.counts["persons"]["new"]) == (0, 1)


def test_who_may_be_somebody_waits_with_reasons_and_the_decision_is_heard(sheets):
    row = told("旦增罗布", "1990-05-05", "540228100201-0004").replace("head", "other").replace("2015", "2020")
    batch = send(sheets("b.xlsx", persons=row))
    assert batch.rows["waiting"] == 1, batch.counts
    candidates = batch.doubts.get().candidates
    assert {one["person"] for one in candidates} == {"540228100201-0005-03", "540228100201-0006-03"}
    assert all(one["en"] and one["zh"] for one in candidates)
    actions.decide(str(batch.pk), row=2, person=None, by="pema")
    checked = actions.check_again(str(batch.pk), by="pema")
    assert (checked.rows["waiting"], checked.counts["persons"]["new"]) == (0, 1)
    actions.accept(str(batch.pk), by="tashi")
    assert Person.objects.filter(name="旦增罗布").count() == 3
