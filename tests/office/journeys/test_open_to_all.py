"""No page keeps anybody out: axe finds nothing against WCAG A and AA, in both languages, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from office.journeys.conftest import Somebody

pytestmark = pytest.mark.browser

HOUSEHOLD = "/households/540228101201-00001/"
PAGES = {
    "pema": ["/", "/households/", "/households/map", HOUSEHOLD, f"{HOUSEHOLD}why", f"{HOUSEHOLD}statement", f"{HOUSEHOLD}edit/income", f"{HOUSEHOLD}edit/check", f"{HOUSEHOLD}changes", "/account/me/", "/nowhere"],
    "tashi": ["/sheets/", "/sheets/send", "/sheets/templates/", "/households/new", "/households/?light=food&gap=unknown", "/households/map?light=food&gap=unknown", "/households/map?q=nobody"],
    "tsering": ["/", "/?area=540228", "/households/map?area=540228", "/figures/", "/figures/households/", "/figures/compare/", "/figures/bulletins/", "/figures/bulletins/new/", "/figures/rules/", "/figures/whatif/"],
    "norbu": ["/administration/", "/administration/seals/", "/administration/changes/", "/account/looks/", "/households/exports"],
    "jigme": ["/administration/", "/administration/jobs/", "/administration/backups/", "/administration/retention/", "/administration/areas/", "/administration/areas/540228101201/", "/administration/areas/540228101201/undraw", "/administration/areas/outlines", "/account/users/", "/account/users/invite/"],
    "yangzom": ["/", "/figures/"],
    "": ["/account/login/"],
}  # fmt: skip
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), pytest.param("zh", 390, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_open_to_all(
    somebody: Callable[..., Somebody], name: str, lang: str, width: int
) -> None:
    visitor = somebody(name, lang=lang, width=width)
    found = {}
    for path in PAGES[name]:
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        told = Axe().run(visitor.page, options=WCAG).response["violations"]
        if told:
            found[path] = [(one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in told]
        if overflow := wider_than_the_page(visitor):
            found[f"{path} is wider than the page"] = overflow
    assert not found, "\n".join(f"{path}: {told}" for path, told in found.items())
    assert [one for one in visitor.wrong if "404" not in one] == []
    assert visitor.elsewhere == []


def test_pictures_answer_the_mouse_within_the_policy(somebody: Callable[..., Somebody]) -> None:
    visitor = somebody("tsering")
    visitor.go("/?area=540228")
    visitor.page.wait_for_load_state("networkidle")
    for name in ("chart-standings", "chart-gaps", "chart-incomes", "chart-map"):
        place = visitor.page.locator(f"[data-chart={name}] .chart-place")
        place.scroll_into_view_if_needed()
        before = place.inner_html()
        place.hover()
        visitor.page.wait_for_timeout(300)
        assert place.inner_html() != before, f"{name} says nothing"
    assert visitor.wrong == []
    visitor.page.locator("[data-chart=chart-map] .chart-place").click()
    visitor.page.wait_for_url("**/?area=540228*")
    assert len(visitor.page.url.split("area=")[1]) > len("540228")


def wider_than_the_page(visitor: Somebody) -> int:
    """By how many pixels the page scrolls sideways: tables scroll by themselves."""
    return int(visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) // 2 * 2 if (
        visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    ) else 0  # fmt: skip
