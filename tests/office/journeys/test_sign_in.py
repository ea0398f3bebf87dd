"""Everybody of the demonstration signs in and finds their own start page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from office.journeys.conftest import Somebody
from tsampa.office.demonstration import PEOPLE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", [one.username for one in PEOPLE])
def test_each_role_signs_in_and_out(somebody: Callable[..., Somebody], name: str) -> None:
    visitor = somebody(name)
    assert visitor.page.locator("h1").count() == 1
    visitor.page.locator(".bar-user summary").click()
    visitor.page.locator(".bar-user-menu button").click()
    visitor.page.wait_for_url("**/account/login/**")
    assert visitor.wrong == []
    assert visitor.elsewhere == []
