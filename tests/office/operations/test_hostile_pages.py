"""Whatever is sent to the administration and the start page, no page breaks: what cannot be is said, or is not there."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from office.desk.sums import add_judgement
from office.web.people import COUNTY, HERE, NEXT, add_somebody, add_villages, signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.roles import Role

TEXTS = (
    "\0",
    "a\0b",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "9" * 40,
    "-1",
    "x" * 5_000,
    "ཇི་ལྟར་",
    "%",
    "../..",
)
WORST = (TEXTS[1], TEXTS[5])
"""These alone in a field among good ones."""
READ = (
    "/",
    "/administration/jobs/",
    "/administration/areas/",
    "/administration/changes/",
    "/administration/proposals/",
    "/administration/seals/",
    "/administration/",
)
NAMES = ("area", "on", "show", "page", "state", "kind", "q", "actor", "table", "before", "parent", "whole")
BY_CODE = (
    "/administration/areas/{}/",
    "/administration/areas/{}/merge",
    "/administration/changes/areas_area/{}/",
    "/administration/changes/{}/x/",
)
FORMS = {
    "/count": ("as_of",), "/administration/jobs/": ("kind", "as_of"), "/administration/retention/": ("confirmed",),
    "/administration/areas/new": ("code", "name", "level", "parent", "since", "reason"),
    f"/administration/areas/{HERE}/rename": ("name", "code", "on", "reason"),
    f"/administration/areas/{HERE}/merge": ("into", "on", "reason"),
    f"/administration/areas/{NEXT}/split": ("code_1", "name_1", "code_2", "name_2", "homes_2", "on", "reason"),
    "/administration/proposals/pool": ("area", "name", "year", "amount", "source", "reason"),
    "/administration/proposals/parameter": ("name", "value", "since", "source", "reason"),
}  # fmt: skip
GOOD = {
    "on": "2020-07-01",
    "since": "2020-07-01",
    "reason": "r",
    "source": "s",
    "name": "n",
    "level": "village",
    "year": "2020",
    "amount": "1",
    "area": COUNTY,
}


@pytest.fixture
def client(office: Any) -> Client:
    add_villages()
    add_judgement(date(2020, 6, 30), {HERE: (1, 1, 1)})
    user = add_somebody(Role.ADMINISTRATOR, None)
    for role in (Role.AUDITOR, Role.COUNTY_OFFICER, Role.APPROVER):
        grant(user=user, role=role, area=None, since=date(2015, 1, 1), by="test")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "none"})
    found = signed_in(user)
    found.raise_request_exception = True
    return found


def test_no_query_breaks_a_page(client: Client) -> None:
    for page in READ:
        for text in TEXTS:
            answer = client.get(page, dict.fromkeys(NAMES, text))
            assert answer.status_code in (200, 400, 404), (page, text)
            assert "<script>alert" not in answer.content.decode()
        for text in WORST:
            for name in NAMES:
                assert client.get(page, {name: text}).status_code in (200, 400, 404), (page, name, text)


def test_no_address_breaks_a_page(client: Client) -> None:
    for page in BY_CODE:
        for text in TEXTS:
            assert client.get(page.format(quote(text, safe=""))).status_code == 404, (page, text)
    for page in ("jobs", "changes", "proposals"):
        assert client.get(f"/administration/{page}/{'9' * 40}/").status_code == 404


def test_no_form_breaks_a_page(client: Client) -> None:
    for page, names in FORMS.items():
        for text in TEXTS:
            answer = client.post(page, dict.fromkeys(names, text))
            assert answer.status_code in (302, 400, 404, 409), (page, text)
        for text in WORST:
            for name in names:
                told = {one: GOOD.get(one, "C1") for one in names} | {name: text}
                assert client.post(page, told).status_code in (302, 400, 404, 409), (page, name, text)
