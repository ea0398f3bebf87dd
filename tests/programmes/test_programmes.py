"""The programmes that come with Tsampa: they load, mean something in both languages, and their cases hold."""

import re
from pathlib import Path

import pytest

from tsampa.assessment.engines import columns_engine, reference_engine
from tsampa.rules import Rulebook, load_rulebook
from tsampa.rules.cases import Case, read_cases, run_case
from tsampa.schema import read_programme
from tsampa.schema.programme import PROGRAMMES

NAMES = sorted(path.parent.name for path in PROGRAMMES.glob("*/programme.yaml"))
RULEBOOKS: dict[str, Rulebook] = {name: load_rulebook(name) for name in NAMES}
CASES: dict[str, list[Case]] = {
    name: read_cases(PROGRAMMES / name / "cases", RULEBOOKS[name]) for name in NAMES
}
EVERY_CASE = [
    pytest.param(name, case, id="-".join([name, *case.path.with_suffix("").parts[-3:]]))
    for name in NAMES
    for case in CASES[name]
]
HAN = re.compile(r"[\u4e00-\u9fff]")
ENGINES = {"reference": reference_engine, "columns": columns_engine}


def expected(name: str) -> set[tuple[str, str]]:
    return {one.name for case in CASES[name] for one in case.expects}


def test_the_two_programmes_are_there():
    assert {"costa_rica", "middle_village"} <= set(NAMES)


def test_middle_village_is_complete_enough_to_learn_from():
    rulebook = RULEBOOKS["middle_village"]
    assert len(rulebook.formulas) >= 40
    assert len(rulebook.figures) >= 12
    assert {entity for entity, _ in rulebook.formulas} == {"person", "household", "village", "township"}
    assert any(len(versions) > 1 for versions in rulebook.formulas.values())
    assert any(len(one.dated) > 1 for one in rulebook.parameters.values())


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_named_and_explained_in_both_languages(name):
    rulebook = RULEBOOKS[name]
    things = [*rulebook.all_formulas(), *rulebook.figures.values()]
    for one in things:
        assert one.label.en, one.at
        assert not HAN.search(one.label.en), one.at
        assert HAN.search(one.label.zh), one.at
        assert one.meaning.en.endswith("."), one.at
        assert HAN.search(one.meaning.zh), one.at
        assert one.meaning.zh.endswith("。"), one.at
    assert all(HAN.search(one.label.zh) for one in rulebook.parameters.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_parameter_and_figure_names_its_source(name):
    rulebook = RULEBOOKS[name]
    assert [one.at for one in (*rulebook.all_formulas(), *rulebook.figures.values()) if not one.source] == []
    assert [one.name for one in rulebook.parameters.values() for dated in one.dated if not dated.source] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_states_its_scope_in_both_languages(name):
    for one in RULEBOOKS[name].figures.values():
        assert one.scope.en, one.id
        assert HAN.search(one.scope.zh), one.id
        assert bool(one.overlap.en) == bool(HAN.search(one.overlap.zh)), one.id


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_that_leaves_the_unknown_out_says_at_least(name):
    figures = RULEBOOKS[name].figures
    gaps = [id for id in figures if id.startswith("gap_")]
    assert gaps
    assert [id for id in gaps if figures[id].bound != "at_least"] == []
    assert [id for id in gaps if id.replace("gap_", "unknown_") not in figures] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_reached_by_some_case(name):
    assert sorted(set(RULEBOOKS[name].formulas) - expected(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_version_of_a_formula_is_in_force_in_some_case(name):
    days = {(one.name, case.day) for case in CASES[name] for one in case.expects}
    for key, versions in RULEBOOKS[name].formulas.items():
        for version in versions:
            assert any(found == key and version.in_force(day) for found, day in days), version.at


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_to_a_household_has_a_case_of_unknown(name):
    unknown = {one.name for case in CASES[name] for one in case.expects if one.value is None}
    never_unknown = {"standing", "gaps", "dividend", "input_grant"}
    shown = set(read_programme(PROGRAMMES / name).shows) - never_unknown
    assert {variable for variable in shown if ("household", variable) not in unknown} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_true_or_false_of_a_household_is_seen_both_ways(name):
    seen: dict[tuple[str, str], set[bool]] = {}
    for one in (one for case in CASES[name] for one in case.expects):
        if isinstance(one.value, bool):
            seen.setdefault(one.name, set()).add(one.value)
    assert sorted(variable for variable, values in seen.items() if len(values) < 2) == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "case"), EVERY_CASE)
def test_a_case_holds(name, case, engine):
    assert [str(one) for one in run_case(case, RULEBOOKS[name], ENGINES[engine])] == []


def test_costa_rica_says_what_it_is():
    file = read_programme(PROGRAMMES / "costa_rica")
    assert "not an official standard" in " ".join(file.about_en.split())
    assert "不是哥斯达黎加的官方标准" in file.about_zh
    sources = [one.source for one in RULEBOOKS["costa_rica"].all_formulas()]
    assert all("not an official standard of Costa Rica" in source for source in sources)


def test_cases_are_read_in_order_of_path():
    paths = [case.path for case in CASES["middle_village"]]
    assert paths == sorted(paths)
    assert all(isinstance(path, Path) for path in paths)
