"""Outlines are taken out, changed, sent in, looked at and drawn, by an administrator at a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from office.journeys.conftest import Somebody
from office.journeys.test_open_to_all import WCAG

pytestmark = pytest.mark.browser

PAGE = "/administration/areas/outlines"
VILLAGE = "540228101201"


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh", 390)])
def test_outlines_are_sent_in_again(somebody: Callable[..., Somebody], tmp_path: Path, lang: str, width: int) -> None:  # fmt: skip
    visitor = somebody("jigme", lang=lang, width=width)
    page = visitor.page
    visitor.go(PAGE)
    with page.expect_download() as taken:
        page.locator("a[href$='outlines.geojson']").click()
    told = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    (village,) = (one for one in told["features"] if one["properties"]["code"] == VILLAGE)
    corner = village["geometry"]["coordinates"][0][1]
    corner[0] = round(corner[0] + 0.001, 5)
    sent = tmp_path / "outlines.geojson"
    sent.write_text(json.dumps(told), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(sent)
    page.locator("input[name=reason]").fill("sheet 12")
    page.locator("main form.area-form button").click()
    page.wait_for_url("**/outlines/preview")
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-chart=chart-outlines] .chart-place svg").count() == 1
    assert Axe().run(page, options=WCAG).response["violations"] == []
    page.locator("button[value=draw]").click()
    page.wait_for_url(f"**{PAGE}")
    visitor.go(f"/administration/areas/{VILLAGE}/")
    assert "sheet 12" in page.locator("main").inner_text()
    assert visitor.wrong == []
