"""Measures where people read them: the command line, the bulletin, a trace, and a reform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from figures.registers import FIGURES, household, publish, sample
from tsampa.bulletin import write_bulletin
from tsampa.cli import main
from tsampa.figures import FigureValue, compute_figures
from tsampa.rules import gini
from tsampa.whatif import try_reform

if TYPE_CHECKING:
    from pathlib import Path

    from tsampa.assessment import Assessment


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    def sampled(a: Any) -> Any:
        homes = a.households
        return gini(homes.income, weights=homes.heads, strata=homes.area, clusters=homes.ward)

    rows = [*sample(), household("h999", "v1", None, ward="w1")]
    return publish(rows, FIGURES | {"sampled": sampled}, tmp_path_factory.mktemp("survey") / "made")


@pytest.fixture(scope="module")
def gini_figure(survey: Assessment) -> FigureValue:
    (one,) = compute_figures(survey, ids=["sampled"])
    assert one.sureness is not None
    return one


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_figures_print_the_error_the_interval_and_who_could_not_be_judged(
    survey: Assessment, gini_figure: FigureValue, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gini_figure.sureness is not None
    for lang, heads in (("en", ("s.e.", "95% interval")), ("zh", ("标准误", "95%置信区间"))):
        text = printed(capsys, "figures", str(survey.path), "--lang", lang)
        assert all(head in text for head in heads)
        line = next(one for one in text.splitlines() if one.startswith("sampled"))
        told = {gini_figure.text, str(gini_figure.sureness.se), str(gini_figure.sureness.low), "1"}
        assert told - set(line.split()) == set()
    found = {one["id"]: one for one in json.loads(printed(capsys, "figures", str(survey.path), "--json"))}
    assert found["sampled"] == gini_figure.to_dict()
    assert (found["gini"]["se"], found["gini"]["n"], found["gini"]["not_known"]) == (None, 60, 1)


def test_a_trace_prints_the_rows_and_the_line(survey: Assessment, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "trace", str(survey.path), "poor", "--limit", "3", "--lang", "en")
    assert "fgt household: counted 60, undecided 1" in text
    assert "weight" in text
    plain = json.loads(printed(capsys, "trace", str(survey.path), "poor", "--json"))
    first = plain["parts"][0]["rows"][0]
    assert (first["code"], first["income"], first["line"], first["weight"]) == (
        "h000",
        "40.0",
        "100.0",
        "1.0",
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_bulletin_says_how_sure_a_measure_is(
    survey: Assessment, gini_figure: FigureValue, lang: str, tmp_path: Path
) -> None:
    assert gini_figure.sureness is not None
    found = write_bulletin(survey, tmp_path / "b.html", lang=lang)
    number = next(one for one in found.numbers if one.id == "sampled")
    words = {"en": ("s.e.", "95% interval", "not judged: 1"), "zh": ("标准误", "95%置信区间", "未定: 1")}[
        lang
    ]
    assert all(word in number.sureness for word in words)
    assert str(gini_figure.sureness.se) in number.sureness
    assert number.sureness in (tmp_path / "b.html").read_text(encoding="utf-8")
    write_bulletin(survey, tmp_path / "b.pdf", lang=lang)
    assert (tmp_path / "b.pdf").stat().st_size > 10_000


def test_a_reform_shows_measures_before_and_after(survey: Assessment) -> None:
    found = {one.before.id: one for one in try_reform(survey, {"line": "150"}).figures}
    assert set(found) == {"poor", "gap", "severity", "watts"}  # what reads the line, and nothing else
    for one in found.values():
        assert one.before.value is not None
        assert one.after.value is not None
        assert one.before.value < one.after.value
