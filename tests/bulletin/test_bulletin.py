"""The bulletin: its numbers are the figures', its bytes do not change, and it can be read by everybody."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tsampa.assessment import Assessment, assess
from tsampa.bulletin import build_bulletin, render_bulletin, write_bulletin
from tsampa.bulletin.content import Number
from tsampa.bulletin.pdf import FONTS
from tsampa.bulletin.pictures import draw_charts
from tsampa.demo import make_demo
from tsampa.demo.scale import AS_OF
from tsampa.errors import TsampaError
from tsampa.extras import require
from tsampa.figures import compute_figures
from tsampa.schema import find_programme
from tsampa.sheets import import_to_snapshot

KINDS = (".pdf", ".html", ".json")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    folder = tmp_path_factory.mktemp("bulletin")
    make_demo(folder / "s", households=600)
    return assess(folder / "s", "bailang", AS_OF, folder / "a")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_on_every_run(county: Assessment, kind: str, lang: str) -> None:
    first = render_bulletin(build_bulletin(county, lang), kind)
    assert first == render_bulletin(build_bulletin(county, lang), kind)
    assert len(first) > 10_000


def test_every_number_is_the_figures_own(county: Assessment) -> None:
    home = compute_figures(county, ids=[id for id, one in county.rulebook.figures.items() if one.area])
    local = compute_figures(
        county, area="540228", ids=[id for id, one in county.rulebook.figures.items() if not one.area]
    )
    wanted = {one.id: (one.text, one.area) for one in (*home, *local)}
    found = build_bulletin(county, "en")
    told = [
        *found.numbers,
        *found.lead,
        *(one for _, pieces in found.briefs for one in pieces if isinstance(one, Number)),
    ]
    assert {one.id for one in found.numbers} == set(county.rulebook.figures)
    assert {one.id: (one.value, one.area) for one in told} == wanted


def test_the_briefs_tell_all_numbers_of_the_page_in_both_languages(county: Assessment) -> None:
    page = {id for id, one in county.rulebook.figures.items() if one.area}
    for lang in ("en", "zh"):
        told = {
            one.id
            for _, pieces in build_bulletin(county, lang).briefs
            for one in pieces
            if isinstance(one, Number)
        }
        assert page - told == set()


def test_the_pdf_is_tagged_and_claims_ua(county: Assessment) -> None:
    found = render_bulletin(build_bulletin(county, "zh"), ".pdf")
    assert found.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in found
    assert b"pdfuaid" in found


def test_townships_stand_in_the_table_and_only_the_countys(county: Assessment) -> None:
    [table] = build_bulletin(county, "zh").tables
    assert len(table.rows) == 11
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_the_page_fetches_nothing_and_each_link_leads_somewhere(county: Assessment) -> None:
    page = render_bulletin(build_bulletin(county, "en"), ".html").decode()
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//|url\((?!["']?#)|@import|<script""", page)
    targets = set(re.findall(r'href="#([^"]+)"', page))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert targets
    assert targets <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_character_is_in_the_fonts(county: Assessment) -> None:
    tables = require("fontTools.ttLib", "bulletin")
    for lang in ("en", "zh"):
        text = json.dumps(build_bulletin(county, lang).to_dict(), ensure_ascii=False)
        for font in FONTS.glob("*.ttf"):
            known = tables.TTFont(font).getBestCmap()
            assert {one for one in text if ord(one) not in known} == set(), font.name


def test_a_picture_is_the_same_whatever_was_drawn_before(county: Assessment) -> None:
    first, second, *_ = build_bulletin(county, "en").charts
    assert draw_charts([first, second])[1] == draw_charts([second])[0]


def test_a_programme_without_a_layout_has_a_bulletin_too(tmp_path: Path) -> None:
    sheets = find_programme("middle_village") / "sheets"
    import_to_snapshot(sheets / "households.csv", sheets / "households.yaml", tmp_path / "s")
    found = assess(tmp_path / "s", "middle_village", date(2019, 12, 31), tmp_path / "a")
    assert write_bulletin(found, tmp_path / "b.pdf", lang="zh").lead
    assert (tmp_path / "b.pdf").stat().st_size > 10_000


def test_another_ending_is_refused(county: Assessment, tmp_path: Path) -> None:
    with pytest.raises(TsampaError) as caught:
        write_bulletin(county, tmp_path / "b.docx")
    assert caught.value.code == "bulletin-kind"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(TsampaError) as caught:
        require("no_such_package_at_all", "bulletin")
    assert caught.value.code == "extra-missing"
    assert "tsampa[bulletin]" in str(caught.value)
