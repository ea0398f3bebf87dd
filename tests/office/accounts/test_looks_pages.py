"""Auditors see who looked at whose file, in their area."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.web.people import HERE, NEXT, add_somebody, add_villages, signed_in
from tsampa.office.accounts.actions import record_look
from tsampa.office.accounts.models import Look
from tsampa.office.accounts.roles import Role
from tsampa.office.register.actions import register_household

LOOKS, NOW = "/account/looks/", datetime(2020, 6, 30, tzinfo=UTC)


@pytest.fixture
def homes(office_sqlite: Any) -> list[str]:
    """Households of both villages, at each of which two people looked."""
    add_villages()
    found = [register_household(area=one, by="setup").code for one in (HERE, NEXT)]
    add_somebody(Role.VILLAGE_WORKER, HERE, "pema", first_name="白玛")
    for code in found:
        for by in ("pema", "tashi"):
            record_look(household=code, by=by, page="file", at=NOW)
    return found


def auditor(area: str | None = None) -> Client:
    return signed_in(add_somebody(Role.AUDITOR, area))


@pytest.mark.parametrize(
    ("area", "query", "count"),
    [(None, "", 4), (HERE, "", 2), (None, "user=pema", 2), (None, "household={1}", 2), (HERE, "household={1}", 0), (HERE, "user=pema", 1), (None, "user=%00", 0), (None, "page=x", 4)],
)  # fmt: skip
def test_looks_are_found_by_household_and_user_within_the_area(homes: list[str], area: str | None, query: str, count: int) -> None:  # fmt: skip
    answer = auditor(area).get(f"{LOOKS}?{query.format(*homes)}")
    assert answer.status_code == 200
    assert len(answer.context["rows"]) == count or "%00" in query


def test_the_page_names_who_looked_and_where_the_household_lives(homes: list[str]) -> None:
    said = auditor().get(LOOKS).content.decode()
    assert "白玛" in said
    assert "马义村" in said


def test_an_office_without_looks_says_when_there_would_be_some(office_sqlite: Any) -> None:
    add_villages()
    assert "empty" in auditor().get(LOOKS).content.decode()


@pytest.mark.parametrize("page", [LOOKS, "/account/acts/"])
@pytest.mark.parametrize("told", ["%00", "%F0%28%8C%28", "%3Cscript%3E", "a" * 5000])
def test_whatever_is_typed_is_answered(office: Any, page: str, told: str) -> None:
    add_villages()
    answer = auditor(HERE).get(f"{page}?user={told}&household={told}&page={told}")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_who_does_not_audit_sees_no_looks(homes: list[str]) -> None:
    assert signed_in(add_somebody(Role.COUNTY_OFFICER)).get(LOOKS).status_code == 403


def test_many_looks_take_no_more_queries_than_few(homes: list[str]) -> None:
    browser, counts = auditor(HERE), []
    for number in (1, 200):
        Look.objects.bulk_create(
            Look(household=homes[0], by=f"user-{one}", page="file", at=NOW + timedelta(minutes=one)) for one in range(number)
        )  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            assert browser.get(LOOKS).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1] <= 14
