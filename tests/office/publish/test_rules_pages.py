"""The rulebook to be read: every variable and parameter has a page, and each leads to what rests on it."""

from __future__ import annotations

import pytest

from office.publish.conftest import Counted
from office.web.people import HERE, add_somebody, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.publish.rulebook import parameter_told, uses_of, variable_told
from tsampa.rules.check import variables_needed
from tsampa.rules.words import in_words


def test_every_variable_and_parameter_is_listed(county: Counted) -> None:
    rulebook = county.latest.rulebook
    answer = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE)).get("/figures/rules/")
    listed = {(one["entity"], line["name"]) for one in answer.context["entities"] for line in one["lines"]}
    assert listed == set(rulebook.formulas)
    assert [line["name"] for line in answer.context["parameters"]] == sorted(rulebook.parameters)


def test_a_search_finds_rules_in_either_language(county: Counted) -> None:
    client = signed_in(add_somebody(Role.ANALYST))
    for words in ("poverty line", "贫困"):
        answer = client.get("/figures/rules/", {"q": words})
        assert "poverty_line" in [line["name"] for line in answer.context["parameters"]]
        assert len(answer.context["parameters"]) < len(county.latest.rulebook.parameters)
    assert b'class="empty"' in client.get("/figures/rules/", {"q": "zzz"}).content


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_variable_is_told_whole(county: Counted, lang: str) -> None:
    rulebook = county.latest.rulebook
    for name, versions in rulebook.formulas.items():
        told = variable_told(rulebook, name, lang)
        latest = versions[-1]
        assert told["versions"][0]["words"] == in_words(latest.node, rulebook, lang)
        assert (told["versions"][0]["source"], told["versions"][0]["at"]) == (latest.source, latest.at)
        assert len(told["versions"]) == len(versions)


def test_links_lead_both_ways(county: Counted) -> None:
    rulebook = county.latest.rulebook
    uses = uses_of(rulebook)
    for formula in rulebook.all_formulas():
        for other in variables_needed(formula.node):
            assert (formula.entity, formula.name) in uses.variables[other]
    for figure in rulebook.figures.values():
        for other in variables_needed(figure.node):
            assert figure.id in uses.figures[other]


def test_a_parameter_shows_its_dated_values(county: Counted) -> None:
    rulebook = county.latest.rulebook
    for name, one in rulebook.parameters.items():
        told = parameter_told(rulebook, name, "zh")
        assert [dated["since"] for dated in told["dated"]] == [dated.since for dated in reversed(one.dated)]
        assert all(dated["source"] for dated in told["dated"])


def test_every_page_opens(county: Counted) -> None:
    client, rulebook = signed_in(add_somebody(Role.ANALYST)), county.latest.rulebook
    for entity, name in rulebook.formulas:
        assert client.get(f"/figures/rules/variables/{entity}/{name}/").status_code == 200
    for name in rulebook.parameters:
        assert client.get(f"/figures/rules/parameters/{name}/").status_code == 200
    assert client.get("/figures/rules/variables/household/nothing/").status_code == 404
    assert client.get("/figures/rules/parameters/nothing/").status_code == 404
