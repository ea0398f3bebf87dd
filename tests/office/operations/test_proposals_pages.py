"""Pools and parameters in the browser: prepared by one, put in force by another, each in their own areas."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.web.people import COUNTY, HERE, TOWNSHIP, add_somebody, add_villages, signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.history import change
from tsampa.office.operations.models import Proposal
from tsampa.office.operations.proposals import propose_pool
from tsampa.office.register.models import Pool

PROPOSALS = "/administration/proposals/"
POOL = {
    "area": COUNTY,
    "name": "reward",
    "year": "2020",
    "amount": "1,000.50".replace(",", ""),
    "source": "decree 7",
    "reason": "budget",
}
LINE = {
    "name": "poverty_line[national]",
    "value": "4200",
    "since": "2020-01-01",
    "source": "decree 8",
    "reason": "prices",
}


@pytest.fixture
def officer(office: Any) -> Client:
    add_villages()
    return signed_in(add_somebody(Role.COUNTY_OFFICER, None))


def approver(area: str | None = None, name: str = "") -> Client:
    user = add_somebody(Role.APPROVER, area, name)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "none"})
    return signed_in(user)


def read(answer: Any) -> str:
    return str(answer.content.decode())


def propose(officer: Client, what: str, told: dict[str, str]) -> Proposal:
    answer = officer.post(f"{PROPOSALS}{what}", told)
    assert answer.status_code == 302, read(answer)
    return Proposal.objects.latest("pk")


def decide(client: Client, one: Proposal, how: str = "approve", decision: str = "") -> Any:
    return client.post(f"{PROPOSALS}{one.pk}/decide", {"decide": how, "decision": decision})


def test_a_pool_stands_when_another_approved_it(officer: Client) -> None:
    one = propose(officer, "pool", POOL)
    assert not Pool.objects.exists()
    other = approver()
    assert PROPOSALS + "?state=open" in {waits.url for waits in other.get("/").context["waiting"]}
    assert decide(other, one)["Location"] == f"{PROPOSALS}{one.pk}/"
    assert list(Pool.objects.values_list("area", "name", "year", "amount")) == [
        (COUNTY, "reward", 2020, 100050)
    ]
    twice = decide(other, one)
    assert (twice.status_code, "proposal-state" in read(twice)) == (409, True)
    more = propose(officer, "pool", POOL | {"amount": "2000"})
    decide(other, more)
    assert list(Pool.objects.values_list("amount", flat=True)) == [200000]


def test_who_prepared_it_does_not_decide(officer: Client) -> None:
    user = add_somebody(Role.COUNTY_OFFICER, None, "both")
    grant(user=user, role=Role.APPROVER, area=None, since=date(2015, 1, 1), by="test")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "none"})
    both = signed_in(user)
    one = propose(both, "pool", POOL)
    refused = decide(both, one)
    assert (refused.status_code, "proposal-own" in read(refused)) == (409, True)
    assert decide(officer, one).status_code == 403
    assert not Pool.objects.exists()


def test_a_parameter_changes_the_rules_that_count(officer: Client) -> None:
    before = office_rulebook()
    one = propose(officer, "parameter", LINE)
    assert office_rulebook().version == before.version
    decide(approver(), one)
    after = office_rulebook()
    assert after.version != before.version
    now = after.parameters["poverty_line"].on(date(2020, 1, 1))
    assert now
    assert now.source == "decree 8"


def test_a_refusal_says_why(officer: Client) -> None:
    one, other = propose(officer, "parameter", LINE), approver()
    assert decide(other, one, "refuse").status_code == 400
    assert decide(other, one, "burn").status_code == 400
    assert decide(other, one, "refuse", "too dear").status_code == 302
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.decision) == ("refused", "approver", "too dear")
    assert "too dear" in read(officer.get(f"{PROPOSALS}{one.pk}/"))


@pytest.mark.parametrize(
    "wrong",
    [{"area": "999"}, {"amount": "1.005"}, {"amount": "-1"}, {"year": "20"}, {"source": ""}, {"reason": ""}],
)
def test_a_wrong_pool_is_not_proposed(officer: Client, wrong: dict[str, str]) -> None:
    answer = officer.post(f"{PROPOSALS}pool", POOL | wrong)
    assert answer.status_code == 400
    assert "decree 7" in read(answer) or not wrong.get("source", "x")
    assert not Proposal.objects.exists()


def test_a_wrong_parameter_is_not_proposed(officer: Client) -> None:
    much = officer.post(f"{PROPOSALS}parameter", LINE | {"value": "much"})
    assert (much.status_code, "parameter-value" in read(much), "decree 8" in read(much)) == (409, True, True)
    early = officer.post(f"{PROPOSALS}parameter", LINE | {"since": "1900-01-01"})
    assert (early.status_code, "overlay-parameter" in read(early)) == (409, True)
    assert officer.post(f"{PROPOSALS}parameter", LINE | {"name": "no_such"}).status_code == 400


def test_each_sees_what_is_of_their_areas(officer: Client) -> None:
    one, line = propose(officer, "pool", POOL), propose(officer, "parameter", LINE)
    local = approver(TOWNSHIP, "local")
    assert local.get(f"{PROPOSALS}{one.pk}/").status_code == decide(local, one).status_code == 404
    assert local.get(f"{PROPOSALS}{line.pk}/").status_code == 200
    assert decide(local, line).status_code == 404
    assert [found.pk for found in local.get(PROPOSALS).context["shown"]] == [line.pk]
    here = signed_in(add_somebody(Role.COUNTY_OFFICER, TOWNSHIP, "here"))
    assert here.get(f"{PROPOSALS}parameter").status_code == 404
    assert here.post(f"{PROPOSALS}pool", POOL).status_code == 400
    assert here.post(f"{PROPOSALS}pool", POOL | {"area": HERE}).status_code == 302
    assert signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP)).get(PROPOSALS).status_code == 403


def test_more_proposals_take_no_more_queries(officer: Client) -> None:
    propose(officer, "pool", POOL)
    officer.get(PROPOSALS)
    with CaptureQueriesContext(connection) as few:
        officer.get(PROPOSALS)
    with change(by="test"):
        codes = [
            Area.objects.create(code=f"V{at}", name="村", level="village", parent_id=TOWNSHIP).pk
            for at in range(20)
        ]
    for code in codes:
        propose_pool(
            area=code, name="p", year=2020, amount=1, source="s", reason="r", by="test", at=timezone.now()
        )
    with CaptureQueriesContext(connection) as many:
        assert len(officer.get(PROPOSALS).context["shown"]) == 21
    assert len(many) == len(few)
