"""Administrators invite, give and end roles, and switch accounts off and on; auditors read what was done."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.web.people import (
    COUNTY,
    HERE,
    NEXT,
    TOWNSHIP,
    add_somebody,
    add_villages,
    signed_in,
    with_second_factor,
)
from tsampa.office.accounts.links import LINKS
from tsampa.office.accounts.models import Act, Grant, User
from tsampa.office.accounts.roles import Role

USERS, INVITE = "/account/users/", "/account/users/invite/"
NEW = {"username": "pema", "name": "白玛", "role": "village_worker", "area": HERE, "since": "2020-01-01", "reason": "new"}  # fmt: skip


@pytest.fixture
def keeper(office_sqlite: Any) -> Client:
    """A browser of the administrator of the whole register."""
    add_villages()
    return signed_in(with_second_factor(add_somebody(Role.ADMINISTRATOR, None, "jigme")))


def local(area: str = HERE) -> Client:
    return signed_in(with_second_factor(add_somebody(Role.ADMINISTRATOR, area, f"local-{area}")))


def link_in(answer: Any) -> str:
    found = re.search(r"http://testserver(/account/link/[^<\s]+)", answer.content.decode())
    return found[1] if found else ""


def set_password(link: str, password: str = "a longer password") -> Any:
    browser = Client()
    form = browser.get(link, follow=True)
    address = form.redirect_chain[-1][0] if form.redirect_chain else link
    return browser.post(address, {"new_password1": password, "new_password2": password})


def test_somebody_is_invited_by_a_link_that_works_once(keeper: Client) -> None:
    answer = keeper.post(INVITE, NEW)
    made = User.objects.get(username="pema")
    assert answer["Location"] == f"/account/users/{made.pk}/"
    link = link_in(keeper.get(answer["Location"]))
    assert link
    assert link_in(keeper.get(answer["Location"])) == ""
    assert set_password(link)["Location"] == "/account/login/"
    assert Client().post("/account/login/", {"login": "pema", "password": "a longer password"}).status_code == 302  # fmt: skip
    again = Client().get(link)
    assert again.status_code == 200
    assert not again.context["validlink"]
    assert list(Act.objects.order_by("pk").values_list("done", "by")) == [("invited", "jigme"), ("password", "pema")]  # fmt: skip
    assert made.grants.get().area_id == HERE


def test_a_link_ends_after_three_days_and_takes_no_weak_password(keeper: Client, monkeypatch: Any) -> None:
    keeper.post(INVITE, NEW)
    user = User.objects.get(username="pema")
    link = link_in(keeper.get(f"{USERS}{user.pk}/"))
    assert set_password(link, "123456").context["form"].errors
    # Tokens know the time as a naive moment.
    late = timezone.now().replace(tzinfo=None) + timedelta(days=3, hours=15)
    monkeypatch.setattr(LINKS, "_now", lambda: late)
    assert not Client().get(link).context["validlink"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"username": "jigme"}, 409),
        ({"username": "two words"}, 409),
        ({"username": ""}, 400),
        ({"username": "a" * 151}, 400),
        ({"role": "king"}, 400),
        ({"area": "nowhere"}, 400),
        ({"since": "tomorrow"}, 400),
        ({"name": "<script>" * 30}, 400),
    ],
)
def test_a_wrong_invitation_is_refused_and_what_was_typed_stays(keeper: Client, changed: dict[str, str], status: int) -> None:  # fmt: skip
    answer = keeper.post(INVITE, NEW | changed)
    assert answer.status_code == status
    assert answer.context["form"].errors
    assert "白玛" in answer.content.decode() or "name" in changed
    assert "<script>" not in answer.content.decode()
    assert User.objects.count() == 1


def test_an_area_may_be_told_by_its_name_and_the_whole_register_by_nothing(keeper: Client) -> None:
    keeper.post(INVITE, NEW | {"area": "马义村"})
    keeper.post(INVITE, NEW | {"username": "tsering", "area": "", "role": "county_officer"})
    assert list(Grant.objects.order_by("pk").values_list("area", flat=True))[1:] == [HERE, None]


def test_sent_twice_it_is_done_once(keeper: Client) -> None:
    assert [keeper.post(INVITE, NEW).status_code for _ in range(2)] == [302, 409]
    user = User.objects.get(username="pema")
    told = {"role": "analyst", "area": NEXT, "since": "2020-01-01"}
    assert [keeper.post(f"{USERS}{user.pk}/roles/", told).status_code for _ in range(2)] == [302, 302]
    assert user.grants.count() == 2


def test_a_role_ended_today_ends_at_once_and_with_a_reason(keeper: Client) -> None:
    worker = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    browser, grant = signed_in(worker), worker.grants.get().pk
    assert browser.get("/households/").status_code == 200
    address, today = f"{USERS}{worker.pk}/roles/{grant}/end/", timezone.localdate().isoformat()
    assert keeper.post(address, {"until": today}).status_code == 400
    assert keeper.post(address, {"until": "2010-01-01", "reason": "left"}).status_code == 409
    assert keeper.post(address, {"until": today, "reason": "left"}).status_code == 302
    assert browser.get("/households/").status_code == 403
    assert keeper.post(address, {"until": today, "reason": "left"}).status_code == 409


def test_nobody_changes_their_own_roles_nor_switches_themselves_off(keeper: Client) -> None:
    own = User.objects.get(username="jigme")
    page = keeper.get(f"{USERS}{own.pk}/").content.decode()
    assert f'action="{USERS}' not in page
    told = {"role": "approver", "area": "", "since": "2020-01-01", "reason": "x", "until": "2030-01-01"}
    for address in ("roles/", f"roles/{own.grants.get().pk}/end/", "account/off/", "account/link/"):
        answer = keeper.post(f"{USERS}{own.pk}/{address}", told)
        assert answer.status_code == 409, address
        assert "user-own-account" in answer.content.decode()
    assert own.grants.get().until is None


def test_the_last_administrator_is_not_ended_by_another(keeper: Client) -> None:
    local(COUNTY)
    second = signed_in(with_second_factor(add_somebody(Role.ADMINISTRATOR, None, "second")))
    last = User.objects.get(username="jigme")
    address = f"{USERS}{last.pk}/roles/{last.grants.get().pk}/end/"
    told = {"until": timezone.localdate().isoformat(), "reason": "left"}
    assert second.post(address, told).status_code == 302
    other = User.objects.get(username="second")
    assert keeper.post(f"{USERS}{other.pk}/account/off/", {"reason": "x"}).status_code == 403
    assert second.get(USERS).status_code == 200


def test_an_account_is_switched_off_and_on_with_a_reason(keeper: Client) -> None:
    worker = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    browser = signed_in(worker)
    address = f"{USERS}{worker.pk}/account"
    assert keeper.post(f"{address}/off/", {"reason": " "}).status_code == 400
    assert keeper.post(f"{address}/off/", {"reason": "on leave"}).status_code == 302
    assert browser.get("/").status_code == 302
    assert keeper.post(f"{address}/on/", {"reason": "back"}).status_code == 302
    assert signed_in(User.objects.get(username="pema")).get("/").status_code == 200
    assert "on leave" in keeper.get(f"{USERS}{worker.pk}/").content.decode()
    assert keeper.post(f"{address}/promote/", {"reason": "x"}).status_code == 404


def test_who_forgot_the_password_gets_a_link_and_the_old_one_ends(keeper: Client) -> None:
    worker = add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    browser = signed_in(worker)
    keeper.post(f"{USERS}{worker.pk}/account/link/", {"reason": "forgot it"})
    assert browser.get("/").status_code == 302
    assert set_password(link_in(keeper.get(f"{USERS}{worker.pk}/"))).status_code == 302


def test_an_administrator_of_a_village_decides_there_only(keeper: Client) -> None:
    browser = local()
    there = add_somebody(Role.VILLAGE_WORKER, NEXT, "there")
    assert "there" not in browser.get(USERS).content.decode()
    assert browser.get(f"{USERS}{there.pk}/").status_code == 404
    for address in ("roles/", f"roles/{there.grants.get().pk}/end/", "account/off/"):
        assert browser.post(f"{USERS}{there.pk}/{address}", {"reason": "x"}).status_code == 404
    for area in (NEXT, TOWNSHIP, "", "吉雄村"):
        assert browser.post(INVITE, NEW | {"area": area}).status_code == 400, area
    assert browser.post(INVITE, NEW).status_code == 302


def test_over_who_works_elsewhere_too_decides_who_administers_both(keeper: Client) -> None:
    both = add_somebody(Role.VILLAGE_WORKER, HERE, "both")
    from tsampa.office.accounts.actions import grant

    elsewhere = grant(
        user=both, role=Role.VILLAGE_WORKER, area=NEXT, since=timezone.localdate(), by="test"
    ).pk
    browser = local()
    assert NEXT not in browser.get(f"{USERS}{both.pk}/").content.decode()
    assert browser.post(f"{USERS}{both.pk}/account/off/", {"reason": "x"}).status_code == 404
    assert browser.post(f"{USERS}{both.pk}/roles/{elsewhere}/end/", {"reason": "x"}).status_code == 404
    assert keeper.post(f"{USERS}{both.pk}/account/off/", {"reason": "x"}).status_code == 302


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"jigme", "pema", "lhamo", "gone"}),
        ("search=白", {"pema"}),
        ("search=LHA", {"lhamo"}),
        ("role=village_worker", {"pema", "lhamo"}),
        (f"area={TOWNSHIP}", {"pema", "lhamo", "gone"}),
        ("area=马义村", {"pema"}),
        ("area=nowhere", set()),
        ("active=no", {"gone"}),
        ("role=king&active=maybe", {"jigme", "pema", "lhamo", "gone"}),
        ("page=99", {"jigme", "pema", "lhamo", "gone"}),
    ],
)
def test_users_are_found(keeper: Client, query: str, names: set[str]) -> None:
    add_somebody(Role.VILLAGE_WORKER, HERE, "pema", first_name="白玛")
    add_somebody(Role.VILLAGE_WORKER, NEXT, "lhamo")
    add_somebody(Role.ANALYST, TOWNSHIP, "gone", is_active=False)
    answer = keeper.get(f"{USERS}?{query}")
    assert {one.username for one in answer.context["shown"]} == names


def test_many_users_take_no_more_queries_than_one(keeper: Client) -> None:
    counts = []
    for number in (1, 20):
        for one in range(number):
            add_somebody(Role.VILLAGE_WORKER, HERE, f"user-{number}-{one}")
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(USERS).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1] <= 14


def test_an_auditor_reads_what_was_done_in_their_area(keeper: Client) -> None:
    keeper.post(INVITE, NEW)
    keeper.post(INVITE, NEW | {"username": "lhamo", "area": NEXT, "reason": "also new"})
    whole = signed_in(add_somebody(Role.AUDITOR, None, "norbu")).get("/account/acts/").content.decode()
    assert "pema" in whole
    assert "lhamo" in whole
    part = signed_in(add_somebody(Role.AUDITOR, HERE, "local-auditor"))
    said = part.get("/account/acts/").content.decode()
    assert "pema" in said
    assert "lhamo" not in said
    assert "lhamo" not in part.get("/account/acts/?user=lhamo").content.decode().replace('value="lhamo"', "").replace("user%3Dlhamo", "").replace("user=lhamo", "")  # fmt: skip


def test_who_holds_nothing_is_told_whom_to_ask(keeper: Client) -> None:
    new = User.objects.create_user("new", password="a long password")
    said = signed_in(new).get("/account/me/").content.decode()
    assert "jigme" in said
    assert signed_in(new).get(USERS).status_code == 403


def test_my_account_says_what_i_may_do_in_both_languages(keeper: Client) -> None:
    browser = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE, "pema", first_name="白玛"))
    assert "村级工作人员" in browser.get("/account/me/").content.decode()
    browser.post("/language", {"language": "en"})
    said = browser.get("/account/me/").content.decode()
    assert "village worker" in said
    assert "马义村" in said
