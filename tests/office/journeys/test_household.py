"""A household is found, understood and corrected; what was stays to be seen; two people never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from office.journeys.conftest import Somebody

pytestmark = pytest.mark.browser

HOUSEHOLD = "540228101201-00001"


def test_a_village_worker_finds_a_household_and_reads_why_it_stands_so(
    somebody: Callable[..., Somebody],
) -> None:
    pema = somebody("pema", width=390)
    pema.page.get_by_role("link", name="Households").first.click()
    rows = pema.page.locator("table.households tbody tr")
    assert rows.count() >= 1
    name = str(rows.first.text_content()).split()[1]
    pema.page.locator("input[type=search]").fill(name)
    pema.page.keyboard.press("Enter")
    pema.page.locator("table.households tbody th a").first.click()
    assert name in pema.page.locator("h1").inner_text()
    assert pema.page.locator(".light").count() >= 7
    pema.page.locator("#why a, a[href$=why]").first.click()
    pema.page.locator("text=meets the standard").first.wait_for()
    assert pema.go("/households/540228101202-00001/") == 404
    assert pema.elsewhere == []


def test_an_income_is_corrected_and_the_figures_follow(somebody: Callable[..., Somebody]) -> None:
    tsering = somebody("tsering")
    tsering.go(f"/households/{HOUSEHOLD}/")
    before = per_head(tsering)
    tsering.page.goto(f"{tsering.address}/households/{HOUSEHOLD}/edit/income")
    tsering.page.select_option("select[name=source]", "wage")
    tsering.page.locator("[name=accounting_year]").fill("2019")
    tsering.page.locator("[name=amount]").fill("5000.50")
    tsering.page.locator("[name=reason]").fill("told at the visit")
    tsering.page.locator("main form.register-form button.btn-primary").click()
    tsering.page.wait_for_url(re.compile(rf"/households/{HOUSEHOLD}/"))
    assert "told at the visit" in tsering.page.locator("main").inner_text()
    tsering.go("/")
    tsering.page.locator("[name=as_of]").fill("2020-06-30")
    tsering.page.get_by_role("button", name="Count again").click()
    for _ in range(120):
        tsering.go(f"/households/{HOUSEHOLD}/")
        if per_head(tsering) != before:
            break
        tsering.page.wait_for_timeout(500)
    assert per_head(tsering) > before
    tsering.go(f"/households/{HOUSEHOLD}/?on=2019-06-30")
    assert per_head(tsering) < before
    assert tsering.wrong == []


def per_head(visitor: Somebody) -> float:
    """The income per head that the file shows."""
    text = visitor.page.locator(".tile", has_text="net income per head").locator("strong").inner_text()
    return float(text.replace(",", "").split()[0])


def test_two_people_edit_the_same_household_and_both_are_shown(somebody: Callable[..., Somebody]) -> None:
    tsering, tashi = somebody("tsering"), somebody("tashi")
    for one, address in ((tsering, "group one"), (tashi, "group two")):
        one.go(f"/households/{HOUSEHOLD}/edit/households/{HOUSEHOLD}")
        one.page.locator("[name=address]").fill(address)
        one.page.locator("[name=reason]").fill(f"moved to {address}")
    send = "main form.register-form button.btn-primary"
    tsering.page.locator(send).click()
    tsering.page.wait_for_url(re.compile(rf"/households/{HOUSEHOLD}/$"))
    tashi.page.locator(send).click()
    clash = tashi.page.locator("main")
    tashi.page.locator("text=Somebody else changed this").first.wait_for()
    assert "group one" in clash.inner_text()
    assert tashi.page.locator("[name=address]").input_value() == "group two"
    tashi.page.locator(send).click()
    tashi.page.wait_for_url(re.compile(rf"/households/{HOUSEHOLD}/$"))
    text = tashi.page.locator("main").inner_text()
    assert "moved to group one" in text
    assert "moved to group two" in text
