from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from rules.builders import AREAS, DAY, rulebook_of, variable
from rules.spec import TABLES, home, item, member
from rules.spec_shares import BOUNDED
from tsampa.errors import TsampaError
from tsampa.rules import choose, known, parameters, share, today, unknown, years_between
from tsampa.rules.explain import Explanation, explain
from tsampa.rules.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINE = {
    "line": {
        "en": "line",
        "zh": "标准线",
        "unit": "CNY",
        "values": [
            {"since": "2018-01-01", "value": "70"},
            {"since": "2019-03-01", "value": "90", "source": "Notice 7"},
        ],
    }
}
SCHOOL = variable(lambda p: p.sex == "male", name="schooling", entity="person", en="in school", zh="在读")
AGE = variable(lambda p: years_between(p.birth_date, today), "year", name="age", entity="person", zh="年龄")


def told(
    rule: Callable[[Any], Any], folder: Path, *more: Callable[[], None], unit: str = "", lang: str = "en",
    key: str = "h1", **rows: Any,
) -> Explanation:  # fmt: skip
    """The explanation of one rule for household h1, over these rows."""
    answer = variable(rule, unit, en="answer", zh="结论")
    rulebook = rulebook_of(*more, answer, folder=folder, parameters=LINE, tables=TABLES, shows=["answer"])
    register = {"areas": AREAS, "households": [home()], **rows}
    return explain(Reference(rulebook, DAY, register), key, lang=lang)


def test_a_false_comparison_says_what_is_missing_and_why(tmp_path: Path) -> None:
    found = told(lambda h: h.m >= parameters.line, tmp_path, households=[home(m=8000)])
    lines = found.text().splitlines()
    assert "  - money (80.00 yuan) is less than line (90.00 yuan): short by 10.00 yuan" in lines
    assert "    - money: 80.00 yuan (as registered)" in lines
    assert "    - line: 90.00 yuan, in force since 2019-03-01  [Notice 7]" in lines
    assert found.changes == ("money would have to be at least 90.00 yuan (now 80.00 yuan, 10.00 yuan more)",)
    chinese = told(lambda h: h.m >= parameters.line, tmp_path, households=[home(m=8000)], lang="zh").text()
    assert "金额（80.00元）低于标准线（90.00元），还差10.00元" in chinese
    assert "标准线：90.00元，自2019年3月1日起执行【Notice 7】" in chinese
    assert "金额须达到90.00元（现为80.00元，还差10.00元）" in chinese


def test_only_the_sides_that_decide_are_told(tmp_path: Path) -> None:
    rows = [home(p=True, q=False)]
    text = told(lambda h: h.p & h.q, tmp_path, households=rows).text()
    assert "- q: no" in text
    assert "- p: yes" not in text
    text = told(lambda h: h.p | h.q, tmp_path, households=rows).text()
    assert "- p: yes" in text
    assert "- q: no" not in text
    text = told(lambda h: ~(h.p & known(h.a) & h.q), tmp_path, households=[home(p=True)]).text()
    assert "- a is not known" in text
    assert "q: unknown" not in text


def test_what_is_unknown_names_what_has_to_be_found_out(tmp_path: Path) -> None:
    def rule(h: Any) -> Any:
        return h.checks.where(guarantee="housing").last("date").grade == "A"

    found = told(rule, tmp_path)
    assert found.verdicts[0].value == "unknown"
    assert found.changes == ("needs: a check whose guarantee is safe housing",)
    assert told(rule, tmp_path, lang="zh").changes == ("需补充：核查（保障项目为住房安全）",)
    twice = told(lambda h: rule(h) & (h.a > 1) & rule(h), tmp_path)
    assert twice.changes == ("needs: a check whose guarantee is safe housing", "needs: a")


def test_a_member_that_decides_is_named_by_relationship_age_and_code_only(tmp_path: Path) -> None:
    people = {
        "persons": [
            {"code": "p1", "sex": "male", "birth_date": date(1980, 1, 1), "name": "Secret"},
            {"code": "p2", "sex": "female", "birth_date": date(2012, 1, 1), "name": "Secret"},
            {"code": "p3"},
        ],
        "memberships": [
            member("m1", "p1", "h1", relationship="head"),
            member("m2", "p2", "h1", relationship="child"),
        ],
    }
    found = told(lambda h: h.members.schooling.all(), tmp_path, SCHOOL, AGE, **people)
    assert "  - child, 8, p2" in found.text().splitlines()
    assert "head" not in found.text()
    assert "Secret" not in found.text()
    chinese = told(lambda h: h.members.schooling.all(), tmp_path, SCHOOL, AGE, **people, lang="zh").text()
    assert "  - 子女，8岁，p2" in chinese.splitlines()
    unclear = told(lambda h: (h.members.age > 9).all(), tmp_path, AGE, **people | {"persons": [{"code": "p1"}, {"code": "p2"}]})  # fmt: skip
    assert unclear.changes == ("head, p1: needs: date of birth", "child, p2: needs: date of birth")


def test_many_rows_are_summed_up(tmp_path: Path) -> None:
    items = [item(f"i{index}", a=100 * index) for index in range(9)]
    text = told(lambda h: h.items.a.sum(), tmp_path, unit="1", items=items).text()
    assert "… and 6 more" in text
    assert text.count("item (") == 3


def test_a_rule_that_leaves_something_unknown_says_so(tmp_path: Path) -> None:
    found = told(lambda h: choose((h.items.exists(), h.a > 0), otherwise=unknown), tmp_path)
    assert "there are no items" in found.text()
    assert "therefore the rule leaves it unknown" in found.text()
    assert found.changes == ("needs: an item",)


POOL = variable(lambda v: v.pools.amount.sum(), "CNY", name="pool", entity="village", en="pool", zh="资金池")


def test_a_share_tells_pool_weights_and_the_last_unit(tmp_path: Path) -> None:
    rows = {
        "households": [home("h1", w=1), home("h2", w=2)],
        "pools": [{"code": "l", "area": "v1", "name": "x", "year": 2020, "amount": 100}],
    }
    text = told(lambda h: share(h.village.pool, by=h.w), tmp_path, POOL, unit="CNY", key="h2", **rows).text()
    assert "answer: 0.67 yuan" in text
    assert "village V1: pool: 1.00 yuan" in text
    assert "weights of all 2 added up: 3" in text
    assert "1.00 yuan × 2 / 3, rounded down: 0.66 yuan" in text
    assert "one more unit, 0.01 yuan" in text
    rows["households"].append(home("h3"))
    text = told(lambda h: share(h.village.pool, by=h.w), tmp_path, POOL, unit="CNY", **rows).text()
    assert "the weights of 1 of those who share are not known yet" in text


def bounded(tmp_path: Path, pool: int, key: str, *rows: tuple[Any, Any, Any], lang: str = "en") -> str:
    """The explanation of a part of a pool between floors and caps; of each household weight, floor and cap."""
    homes = [
        home(f"h{i + 1}", w=w, floor=floor, cap=cap, pool=pool) for i, (w, floor, cap) in enumerate(rows)
    ]
    total = variable(
        lambda v: v.households.pool.max(), "CNY", name="pool", entity="village", en="pool", zh="资金池"
    )
    part = variable(
        lambda h: share(h.village.pool, by=h.w, at_least=h.floor, at_most=h.cap), "CNY", en="answer"
    )
    rulebook = rulebook_of(total, part, folder=tmp_path, tables=BOUNDED, shows=["answer"])
    return explain(Reference(rulebook, DAY, {"areas": AREAS, "households": homes}), key, lang=lang).text()


def test_a_share_tells_what_floors_and_caps_decided(tmp_path: Path) -> None:
    three = [(1, 4000, 9900), (9, 0, 4500), (2, 0, 9900)]
    text = bounded(tmp_path, 10000, "h1", *three)
    assert "answer: 40.00 yuan" in text
    assert "floor: 40.00 yuan (as registered)" in text
    assert "in proportion it would be less than the floor, so the floor decides: 40.00 yuan" in text
    assert "so the cap decides: 45.00 yuan" in bounded(tmp_path, 10000, "h2", *three)
    text = bounded(tmp_path, 10000, "h3", *three)
    assert "2 get their floor or cap; 15.00 yuan remains for the others, whose weights add up to 2" in text
    assert "15.00 yuan × 2 / 2, rounded down: 15.00 yuan" in text
    assert "按比例不足保底数，故按保底数：40.00元" in bounded(tmp_path, 10000, "h1", *three, lang="zh")


def test_a_share_tells_of_pools_that_reach_too_little_or_too_much(tmp_path: Path) -> None:
    text = bounded(tmp_path, 10001, "h2", (1, 10000, 90000), (5, 5000, 90000), (3, 5000, 90000))
    assert "the floors of all add up to 200.00 yuan, more than the pool" in text
    assert "100.01 yuan × 50.00 yuan / 200.00 yuan, rounded down: 25.00 yuan" in text
    text = bounded(tmp_path, 10000, "h1", (1, 0, 1000), (1, 0, 2000))
    assert "each gets its cap, here 10.00 yuan, and 70.00 yuan stays in the pool" in text
    assert "its floor is above its cap, so the cap counts" in bounded(
        tmp_path, 10000, "h1", (1, 5000, 2000), (1, 0, 90000)
    )
    assert "it has no weight, so it takes no part" in bounded(
        tmp_path, 10000, "h1", (0, 50, 2000), (1, 0, 90000)
    )
    text = bounded(tmp_path, 10000, "h2", (1, 50, None), (1, 0, 90000))
    assert "the floor or cap of 1 of those who share is not known yet" in text


def test_other_households_are_never_told_one_by_one(tmp_path: Path) -> None:
    total = variable(lambda v: v.households.a.sum(), "1", name="total", entity="village")
    rows = [home("h1", a=1), home("neighbour", a=2)]
    text = told(lambda h: h.village.total > 1, tmp_path, total, households=rows).text()
    assert "households: 2 in all" in text
    assert "neighbour" not in text


def test_what_was_told_is_not_told_again_and_values_handed_in_are_marked(tmp_path: Path) -> None:
    twice = variable(lambda h: h.a + 1, "1", name="more")
    text = told(lambda h: (h.more > 1) & (h.more > 2), tmp_path, twice, households=[home(a=900)]).text()
    assert text.count("more: 10.00  [") == 1
    assert "more: 10.00 (explained above)" in text
    rulebook = rulebook_of(POOL, variable(lambda h: h.village.pool, "CNY"), folder=tmp_path, tables=TABLES)
    given = {("village", "pool"): {"v1": 5}}
    reference = Reference(rulebook, DAY, {"areas": AREAS, "households": [home()]}, given=given)
    assert "pool: 5.00 yuan (as assessed for the whole area)" in explain(reference, "h1", ["answer"]).text()


def test_an_explanation_is_plain_data_too(tmp_path: Path) -> None:
    found = told(lambda h: h.m >= parameters.line, tmp_path, households=[home(m=8000)])
    plain = json.loads(json.dumps(found.to_dict()))
    assert plain["household"] == "h1"
    assert plain["day"] == "2020-06-30"
    assert plain["verdicts"][0]["because"][0]["because"][1]["source"] == "Notice 7"


def test_mistakes(tmp_path: Path) -> None:
    with pytest.raises(TsampaError, match="no household"):
        told(lambda h: h.p, tmp_path, households=[home("other")])
    with pytest.raises(TsampaError, match="no language"):
        told(lambda h: h.p, tmp_path, lang="fr")
