"""A bulletin is prepared, approved by another, published; three of its numbers open to their rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from office.journeys.conftest import Somebody

pytestmark = pytest.mark.browser


def test_a_bulletin_is_published_and_its_numbers_open(somebody: Callable[..., Somebody]) -> None:
    tsering = somebody("tsering")
    tsering.go("/figures/bulletins/")
    tsering.page.get_by_role("link", name="Prepare a bulletin").click()
    tsering.page.get_by_role("button", name="Save the draft").click()
    tsering.page.get_by_role("button", name="Put forward for approval").click()
    bulletin = tsering.page.url
    dolma = somebody("dolma")
    dolma.page.goto(bulletin)
    dolma.page.get_by_role("button", name="Approve, seal and publish").click()
    for _ in range(120):
        if dolma.page.locator("a[href*='/files/']").count():
            break
        dolma.page.wait_for_timeout(1000)
        dolma.page.goto(bulletin)
    with dolma.page.expect_download() as file:
        dolma.page.locator("a[href*='/files/'][href$='.pdf']").first.click()
    assert file.value.path().read_bytes()[:4] == b"%PDF"
    tsering.page.goto(f"{bulletin}preview/")
    numbers = tsering.page.locator("main a[href^='/figures/']")
    addresses = list(
        dict.fromkeys(numbers.nth(n).get_attribute("href") for n in range(min(40, numbers.count())))
    )
    opened = [one for one in addresses if one and "area=" in one][:3]
    assert len(opened) == 3
    for one in opened:
        assert tsering.go(one) == 200
        tsering.page.get_by_role("heading", name="How it is counted").wait_for()
        assert tsering.page.locator("main table tbody tr").count() > 0
    assert tsering.wrong == []
