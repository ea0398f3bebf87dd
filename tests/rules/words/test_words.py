from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from rules.builders import counted, rulebook_of, variable
from rules.spec import SPECS, TABLES
from tsampa.rules import (
    alkire_foster,
    at_risk_of_poverty,
    choose,
    divide,
    fgt,
    gini,
    greatest,
    known,
    load_rulebook,
    parameters,
    rounded,
    share,
    theil,
    today,
    unknown,
    year_of,
    years_between,
)
from tsampa.rules.nodes import Node, walk
from tsampa.rules.words import in_words, say_unit, say_value, speaker
from tsampa.rules.words.speaker import METHODS
from tsampa.schema import Label, parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PARAMETERS = {
    "line": {"en": "poverty line", "zh": "贫困线", "unit": "CNY/year", "values": [{"since": "2018-01-01", "value": "9"}]},
    "price": {"en": "price", "zh": "价格", "keys": ["word"], "values": [{"since": "2018-01-01", "value": {"x": "1", "y": "2"}}]},
    "steps": {"en": "reward", "zh": "奖补标准", "threshold_unit": "1", "values": [{"since": "2018-01-01", "steps": {"0": "1"}}]},
}  # fmt: skip


def said(rule: Callable[[Any], Any], unit: str, folder: Path, entity: str = "household") -> tuple[str, str]:
    """A rule in English and in Chinese."""
    rulebook = rulebook_of(
        variable(
            lambda v: v.pools.amount.sum(),
            "CNY",
            entity="village",
            name="pool",
            en="dividend pool",
            zh="资金池",
        ),
        variable(lambda h: h.members.count(), "person", name="size", en="household size", zh="家庭人口"),
        variable(lambda h: h.incomes.amount.sum(), "CNY/year", name="net", en="net income", zh="纯收入"),
        variable(lambda h: h.p, name="good", en="in need", zh="困难"),
        variable(rule, unit, entity=entity),
        folder=folder,
        parameters=PARAMETERS,
        tables=TABLES,
    )
    node = rulebook.formulas[entity, "answer"][0].node
    return in_words(node, rulebook, "en"), in_words(node, rulebook, "zh")


SAID: list[tuple[Callable[[Any], Any], str, str, str]] = [
    (
        lambda h: divide(h.net, h.size, when_zero=unknown),
        "CNY/person/year",
        "net income divided by household size; where that is zero: unknown",
        "纯收入除以家庭人口；除数为零时为未知",
    ),
    (
        lambda h: h.incomes.where(h.incomes.source != "production_cost").amount.sum(),
        "CNY/year",
        "the sum of amount over incomes whose source of income is not production cost",
        "收入的金额之和（收入来源不是生产经营支出）",
    ),
    (lambda h: (h.a + h.b) * h.a - h.b, "1", "(a plus b) times a less b", "（甲加乙）乘以甲减去乙"),
    (lambda h: h.a - (h.b - h.a), "1", "a less (b less a)", "甲减去（乙减去甲）"),
    (lambda h: h.a + (h.b + h.a), "1", "a plus b plus a", "甲加乙加甲"),
    (lambda h: -h.a, "1", "minus a", "负的甲"),
    (lambda h: (h.p | h.q) & ~h.good, "", "(“p” or “q”) and not “in need”", "（“条件一”或“条件二”）且不符合“困难”"),
    (lambda h: h.net >= parameters.line, "", "net income is at least poverty line", "纯收入不低于贫困线"),
    (lambda h: parameters.line <= h.net, "", "net income is at least poverty line", "纯收入不低于贫困线"),
    (lambda h: h.size > 3, "", "household size is more than 3 persons", "家庭人口大于3人"),
    (lambda h: h.d < today, "", "d is before the day", "日期一早于当日"),
    (lambda h: h.good == False, "", "not “in need”", "不符合“困难”"),  # noqa: E712
    (lambda h: h.word.is_in("x", "y"), "", "word is x or y", "词为子或丑"),
    (lambda h: ~known(h.a), "", "a is not known", "甲未知"),
    (lambda h: h.a.else_(0), "1", "a (0 if unknown)", "甲（未知时取0）"),
    (lambda h: choose((h.p, h.a), otherwise=unknown), "1", "if “p”: a; otherwise: unknown", "若“条件一”，则为甲；否则为未知"),
    (lambda h: greatest(h.a, 0), "1", "the greater of a and 0", "甲与0中的较大者"),
    (lambda h: rounded(h.a, "half_up", 1), "1", "a rounded half up to 1 decimal", "甲四舍五入保留1位小数"),
    (lambda h: parameters.price[h.word], "1", "price (by word)", "价格（按词）"),
    (lambda h: parameters.price["x"], "1", "price (for x)", "价格（子）"),
    (lambda h: parameters.steps.step(h.a), "1", "the step of reward reached by a", "甲在奖补标准中对应的档次"),
    (lambda h: h.members.count(), "person", "the number of members", "家庭成员人数"),
    (
        lambda h: h.members.where(relationship="child").count(),
        "person",
        "the number of members whose relationship to head is child",
        "家庭成员中与户主关系为子女的人数",
    ),
    (lambda h: h.items.p.any(), "", "“p” for at least one of the items", "明细中至少有一个符合“条件一”"),
    (lambda h: h.items.p.all(), "", "“p” for every one of the items", "明细全部符合“条件一”"),
    (lambda h: h.items.exists(), "", "there are items", "有明细记录"),
    (lambda h: h.items.a.max(), "1", "the greatest a of the items", "明细中最大的甲"),
    (
        lambda h: h.checks.where(guarantee="housing").last("date").grade == "C",
        "",
        "the grade of the latest check whose guarantee is safe housing (by date of check) is “C”",
        "最近一条核查（保障项目为住房安全，按核查日期）的等级为“C”",
    ),
    (lambda h: h.village.pool, "CNY", "the village's dividend pool", "所在村的资金池"),
    (
        lambda h: share(h.village.pool, by=h.w),
        "CNY",
        "a share of the village's dividend pool in proportion to weight "
        "(what is left over after rounding down goes to the largest remainders)",
        "按权重分配所在村的资金池所得的份额（先向下取整，余下部分按最大余数法分配）",
    ),
    (
        lambda h: share(h.village.pool, by=h.w, at_least=h.m, at_most=h.m * 2),
        "CNY",
        "a share of the village's dividend pool in proportion to weight, each at least money and at most money times 2 "
        "(what is left over after rounding down goes to the largest remainders)",
        "按权重分配所在村的资金池所得的份额（每份至少金额、至多（金额乘以2）；先向下取整，余下部分按最大余数法分配）",
    ),
    (lambda h: years_between(h.d, today), "year", "completed years from d to the day", "从日期一到当日的整年数"),
    (lambda h: year_of(h.d), "1", "the year of d", "日期一所在年份"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "unit", "english", "chinese"), SAID, ids=[one[2] for one in SAID])
def test_rules_read_as_prose(
    rule: Callable[[Any], Any], unit: str, english: str, chinese: str, tmp_path: Path
) -> None:
    assert said(rule, unit, tmp_path) == (english, chinese)


MEASURED: list[tuple[Callable[[Any], Any], str, str]] = [
    (
        lambda a: fgt(a.households.net, parameters.line, 1, weights=a.households.size),
        "FGT measure of net income below poverty line over households (alpha 1; weighted by household size)",
        "户纯收入低于贫困线的FGT 贫困指数（α=1；按家庭人口加权）",
    ),
    (
        lambda a: gini(a.households.net, ranks="middle", strata=a.households.word, clusters=a.households.area),
        "Gini coefficient of net income over households (ranks in the middle; drawn within strata: word; drawn in clusters: area)",
        "户纯收入的基尼系数（取中位次；分层：词；整群：所在村）",
    ),
    (lambda a: theil(a.households.net), "Theil index of net income over households", "户纯收入的泰尔指数"),
    (
        lambda a: at_risk_of_poverty(a.households.net),
        "at-risk-of-poverty rate of net income over households (line at 3/5 of the median)",
        "户纯收入的相对贫困发生率（贫困线为中位数的3/5）",
    ),
    (
        lambda a: alkire_foster({"bad": a.households.good, "p": a.households.p}, "1/3", shares={"bad": 2, "p": 1}).censored("p"),
        "censored headcount ratio of “in need” (2), “p” (1) over households (p; poor from a cutoff of 1/3)",
        "户“困难”（2）、“条件一”（1）的截断剥夺发生率（p；临界值1/3）",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "english", "chinese"), MEASURED, ids=[one[1] for one in MEASURED])
def test_measures_read_as_prose(
    rule: Callable[[Any], Any], english: str, chinese: str, tmp_path: Path
) -> None:
    rulebook = rulebook_of(
        variable(lambda h: h.members.count(), "person", name="size", en="household size", zh="家庭人口"),
        variable(lambda h: h.incomes.amount.sum(), "CNY/year", name="net", en="net income", zh="纯收入"),
        variable(lambda h: h.p, name="good", en="in need", zh="困难"),
        counted(rule, "1"),
        folder=tmp_path,
        parameters=PARAMETERS,
        tables=TABLES,
    )
    node = rulebook.figures["answer"].node
    assert (in_words(node, rulebook, "en"), in_words(node, rulebook, "zh")) == (english, chinese)


def test_every_node_has_words_in_both_languages(tmp_path: Path) -> None:
    kinds = {kind.__name__ for kind in Node.__subclasses__()}
    assert set(METHODS) == kinds
    rulebook = load_rulebook("middle_village")
    for lang in ("en", "zh"):
        assert speaker(rulebook, lang)  # fails where a language lacks a method


def test_every_specified_tree_can_be_said(tmp_path_factory: pytest.TempPathFactory) -> None:
    for spec in SPECS:
        rulebook = spec.rulebook(tmp_path_factory.mktemp("spec"))
        for formula in rulebook.all_formulas():
            for node in walk(formula.node):
                english, chinese = in_words(node, rulebook, "en"), in_words(node, rulebook, "zh")
                assert english
                assert chinese
                assert not re.search(r"None|Fraction|<|object", english + chinese)


def test_with_the_day_given_its_year_is_said() -> None:
    rulebook = load_rulebook("middle_village")
    node = rulebook.formulas["household", "income_recorded"][0].node
    assert "2020" in speaker(rulebook, "en", day=date(2020, 6, 30)).say(node)


VALUES = [
    (Fraction(3218), "CNY/person/year", None, "3,218.00 yuan per person and year", "每人每年3,218.00元"),
    (Fraction(-29, 2), "CNY", None, "-14.50 yuan", "-14.50元"),
    (Fraction(1, 3), "CNY", 2, "about 0.33 yuan", "约0.33元"),
    (Fraction(1200), "CRC/year", None, "1,200.00 CRC per year", "每年1,200.00 CRC"),
    (Fraction(1), "person", None, "1 person", "1人"),
    (Fraction(12000), "person", None, "12,000 persons", "12,000人"),
    (Fraction(3), "village", None, "3 villages", "3个村"),
    (Fraction(25, 2), "percent", None, "12.5%", "12.5%"),
    (Fraction(2020), "1", None, "2020", "2020"),
    (Fraction(12020), "1", None, "12,020", "12,020"),
    (Fraction(1, 2), "kg/mu", None, "0.5 kg per mu", "每亩0.5公斤"),
    (Fraction(2), "bag", None, "2 sacks", "2袋"),
    (Fraction(1, 400), "1", None, "0.0025", "0.0025"),
    (True, "1", None, "yes", "是"),
    (False, "1", None, "no", "否"),
    (None, "CNY", None, "unknown", "未知"),
    (date(2020, 6, 30), "1", None, "2020-06-30", "2020年6月30日"),
    ("free", "1", None, "free", "free"),
]


@pytest.mark.parametrize(("value", "unit", "digits", "english", "chinese"), VALUES)
def test_values_are_said_with_their_units(
    value: Any, unit: str, digits: int | None, english: str, chinese: str
) -> None:
    found = parse_unit(unit, frozenset({"bag"}))
    units = {"bag": Label("sack", "袋")}
    assert say_value(value, found, "en", digits=digits, units=units) == english
    assert say_value(value, found, "zh", digits=digits, units=units) == chinese


def test_units_alone() -> None:
    assert say_unit(parse_unit("CNY/person/year"), "en") == "yuan per person and year"
    assert say_unit(parse_unit("CNY/person/year"), "zh") == "元/人/年"
    assert say_unit(parse_unit("person"), "zh") == "人"
