"""What a bulletin.yaml may say."""

from pathlib import Path

import pytest

from tsampa.bulletin.layout import Layout, _require_charts, _require_figures, layout_of
from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.rules import load_rulebook

HEAD = "title: {en: A, zh: 甲}\n"
PAIR = "{en: a, zh: 甲}"


def read(tmp_path: Path, text: str) -> Layout:
    (tmp_path / "bulletin.yaml").write_text(HEAD + text, encoding="utf-8")
    return read_yaml(tmp_path / "bulletin.yaml", Layout)


def test_every_bundled_layout_is_sound() -> None:
    assert layout_of(load_rulebook("bailang")).charts
    assert layout_of(load_rulebook("middle_village")).lead


def test_an_unknown_figure_is_named(tmp_path: Path) -> None:
    layout = read(
        tmp_path, f"lead: []\nbriefs: [{{title: {PAIR}, text: {{en: 'has {{nothing}}', zh: 甲}}}}]\n"
    )
    with pytest.raises(TsampaError) as caught:
        _require_figures(layout, load_rulebook("bailang"), tmp_path / "bulletin.yaml")
    assert caught.value.code == "bulletin-figure-unknown"
    assert "nothing" in str(caught.value)


@pytest.mark.parametrize(("type_", "figures"), [("pie", "[persons]"), ("bar", "[persons, households]")])
def test_a_chart_that_cannot_be_drawn_is_refused(tmp_path: Path, type_: str, figures: str) -> None:
    chart = (
        f"{{title: {PAIR}, type: {type_}, labels: [{PAIR}], series: [{{name: {PAIR}, figures: {figures}}}]}}"
    )
    layout = read(tmp_path, f"lead: []\ncharts: [{chart}]\n")
    with pytest.raises(TsampaError) as caught:
        _require_charts(layout, tmp_path / "bulletin.yaml")
    assert caught.value.code == "bulletin-chart"


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TsampaError) as caught:
        read(tmp_path, "lead: []\nleed: []\n")
    assert caught.value.code == "yaml-shape"
