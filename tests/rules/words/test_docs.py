from __future__ import annotations

import pytest

from tsampa.errors import TsampaError
from tsampa.rules import load_rulebook
from tsampa.rules.docs import rulebook_reference


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_reference_page_holds_everything_the_same_each_time(lang: str) -> None:
    rulebook = load_rulebook("middle_village")
    page = rulebook_reference(rulebook, lang)
    assert page == rulebook_reference(load_rulebook("middle_village"), lang)
    for formula in rulebook.all_formulas():
        assert f"(`{formula.entity}.{formula.name}`)" in page
        assert formula.label.say(lang) in page
        assert formula.source in page
        assert formula.at in page
    for parameter in rulebook.parameters.values():
        assert f"(`{parameter.name}`)" in page
        assert all(dated.source in page for dated in parameter.dated)
    for figure in rulebook.figures.values():
        assert f"(`{figure.id}`)" in page
        assert figure.scope.say(lang) in page


def test_the_page_says_what_uses_what() -> None:
    page = rulebook_reference(load_rulebook("middle_village"), "en")
    part = page.split("(`household.income_needed`)")[1].split("####")[0]
    assert "- Uses: `household.size`" in part
    assert "`household.income_meets_line`" in part.split("- Used by: ")[1]
    assert "poverty line times household size" in part


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(TsampaError, match="no language"):
        rulebook_reference(load_rulebook("middle_village"), "fr")
