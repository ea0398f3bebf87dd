"""A workbook with bad rows, from the clerk who sends it to the approver who accepts it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from office.intake.builders import number, workbook
from office.journeys.conftest import Somebody

pytestmark = pytest.mark.browser

HEADS = ["household", "relationship", "since", "name", "identity number", "劳动力"]


def test_a_workbook_with_bad_rows_goes_to_the_end(somebody: Callable[..., Somebody], tmp_path: Path) -> None:
    people = [
        ["1", "head", "2015-01-01", "旦增", number("1970-01-01", 901), "ordinary"],
        ["1", "spouse", "2015-01-01", "仓决", "123", "ordinary"],
    ]
    homes = [["ref", "area", "address"], ["1", "540228101201", "三组"], ["2", "540228101999", ""]]
    sheet = workbook(tmp_path / "new.xlsx", households=homes, persons=[HEADS, *people])
    tashi = somebody("tashi")
    tashi.page.get_by_role("link", name="Sheets").first.click()
    tashi.page.get_by_role("link", name="Send a sheet").first.click()
    tashi.page.set_input_files("input[type=file]", str(sheet))
    tashi.page.locator("main form button.btn-primary").click()
    tashi.page.get_by_role("link", name="Bad rows as a workbook").wait_for(timeout=60_000)
    batch = tashi.page.url
    with tashi.page.expect_download() as returned:
        tashi.page.get_by_role("link", name="Bad rows as a workbook").click()
    assert returned.value.path().read_bytes()[:2] == b"PK"
    dolma = somebody("dolma")
    dolma.page.goto(batch)
    dolma.page.get_by_role("link", name="Accept …").click()
    dolma.page.get_by_role("button", name="Accept and write").click()
    dolma.page.get_by_role("link", name="Undo …").wait_for(timeout=60_000)
    tashi.go("/households/?q=旦增")
    assert (
        "三组" in tashi.page.locator("main").inner_text() or tashi.page.locator("main tbody tr").count() >= 1
    )
    assert tashi.wrong == []
    assert dolma.wrong == []
