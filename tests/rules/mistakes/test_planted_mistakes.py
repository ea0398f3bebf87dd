"""Each mistake is caught when the rulebook is loaded, with file, formula and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tsampa.errors import TsampaError
from tsampa.rules import load_rulebook
from tsampa.schema import find_programme

HEAD = """from tsampa.rules import (
    choose, divide, formula, household, known, parameters, person, quantity, rounded, share, today, unknown, village, year_of, years_between,
)

def rule(entity, **more):
    return formula(entity, en="a", zh="甲", source="planted", **{"since": "2019-01-01", **more})
"""
DOC = '    """A planted mistake.\n\n    植入的错误。\n    """\n'

MISTAKES = {
    "unknown name": ("rule-name-unknown", '@rule(household, unit="CNY/year")\ndef planted(h):\n{doc}    return h.net_incom\n'),
    "wrong unit declared": ("rule-wrong-unit", '@rule(household, unit="CNY/month")\ndef planted(h):\n{doc}    return h.net_income\n'),
    "units added": ("rule-wrong-unit", '@rule(household, unit="CNY/year")\ndef planted(h):\n{doc}    return h.net_income + h.members.count()\n'),
    "wrong entity": ("rule-wrong-entity", '@rule(household)\ndef planted(h):\n{doc}    return h.members.sex == "female"\n'),
    "a person's value in a household's": ("rule-wrong-entity", '@rule(household, unit="CNY/year")\ndef planted(h):\n{doc}    return h.net_income + h.members.age\n'),
    "cycle": ("rule-cycle", '@rule(household)\ndef planted(h):\n{doc}    return ~h.other\n\n@rule(household)\ndef other(h):\n{doc}    return ~h.planted\n'),
    "missing parameter date": ("rule-parameter-date", '@rule(household, since="1990-01-01")\ndef planted(h):\n{doc}    return parameters.poverty_line > 0\n'),
    "missing parameter": ("rule-parameter-unknown", '@rule(household)\ndef planted(h):\n{doc}    return parameters.poverty_lime > 0\n'),
    "overlapping dates": ("rule-dates-overlap", '@rule(household)\ndef planted(h):\n{doc}    return h.members.exists()\n\n@rule(household, since="2020-01-01")\ndef planted(h):\n{doc}    return ~h.members.exists()\n'),
    "money times money": ("rule-money-times-money", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return h.net_income * h.net_income\n'),
    "text against number": ("rule-compare-kinds", '@rule(household)\ndef planted(h):\n{doc}    return h.code == 3\n'),
    "a word that is no choice": ("rule-choice-unknown", '@rule(person)\ndef planted(p):\n{doc}    return p.sex == "femal"\n'),
    "division by what may be nothing": ("rule-divide-by-nothing", '@rule(household, unit="CNY/person/year")\ndef planted(h):\n{doc}    return h.net_income / h.members.count()\n'),
    "bare money": ("rule-bare-money", '@rule(household)\ndef planted(h):\n{doc}    return h.net_income > 3000\n'),
    "a binary float": ("rule-float", '@rule(household, unit="CNY/year")\ndef planted(h):\n{doc}    return h.net_income * 0.4\n'),
    "Python's and": ("rule-python-logic", '@rule(household)\ndef planted(h):\n{doc}    return h.members.exists() and h.members.exists()\n'),
    "sum of a quotient": ("rule-quotient-over-rows", '@rule(village, unit="CNY/year")\ndef planted(v):\n{doc}    return (v.households.net_income / 3).sum()\n'),
    "unrounded money": ("rule-unrounded", '@rule(household, unit="CNY/year")\ndef planted(h):\n{doc}    return h.net_income * 1 + h.net_income * quantity("0.001", "1")\n'),
    "a share of what may be negative": ("rule-share-negative", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.net_income)\n'),
    "a floor that may be negative": ("rule-share-negative", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_least=h.net_income * quantity("1", "year"))\n'),
    "a floor in another unit": ("rule-wrong-unit", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_least=h.size)\n'),
    "a cap that is bare money": ("rule-bare-money", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_most=500)\n'),
    "a cap with more decimals than the pool": ("rule-unrounded", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_most=h.paid * quantity("0.001", "1"))\n'),
    "a cap that is no number": ("rule-kind", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_most=h.registered)\n'),
    "a floor of the village": ("rule-wrong-entity", '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.dividend_pool, by=h.size, at_least=h.members.age)\n'),
    "a share of a pool two rows above": (
        "rule-share-far",
        '@rule(household, unit="CNY")\ndef planted(h):\n{doc}    return share(h.village.township.pool, by=h.members.count())\n',
    ),
    "a unit that does not exist": ("unit-unknown", '@rule(household, unit="persn")\ndef planted(h):\n{doc}    return h.members.count()\n'),
    "no meaning": ("rule-meaning", '@rule(household)\ndef planted(h):\n    return h.members.exists()\n'),
    "syntax": ("rule-syntax", 'def planted(h:\n'),
}  # fmt: skip


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    shutil.copytree(find_programme("middle_village"), folder)
    return folder


@pytest.mark.parametrize("title", MISTAKES)
def test_a_mistake_is_caught_on_loading(title: str, programme: Path) -> None:
    code, text = MISTAKES[title]
    place = programme / "rules" / "zz_planted.py"
    place.write_text(
        HEAD.replace("divide,", "divide, quantity,") + "\n" + text.replace("{doc}", DOC), encoding="utf-8"
    )
    with pytest.raises(TsampaError) as caught:
        load_rulebook(programme)
    assert caught.value.code == code
    assert "zz_planted.py" in caught.value.where
    assert "planted" in caught.value.where.replace("zz_planted", "") or code in ("rule-syntax", "rule-cycle")
    assert caught.value.remedy


def test_the_copy_without_a_mistake_loads_and_has_the_same_version(programme: Path) -> None:
    assert load_rulebook(programme).version == load_rulebook("middle_village").version


def test_a_comment_changes_no_version_and_a_parameter_does(programme: Path) -> None:
    before = load_rulebook(programme).version
    rule = programme / "rules" / "income.py"
    rule.write_text("# a comment\n" + rule.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_rulebook(programme).version == before
    values = programme / "parameters" / "standard.yaml"
    values.write_text(values.read_text(encoding="utf-8").replace("3218", "3219"), encoding="utf-8")
    assert load_rulebook(programme).version != before
