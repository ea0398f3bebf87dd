"""Signing in and out in our frame: locked after too many tries, sessions that can be ended, and nothing that leads nowhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve

from office.web.people import HERE, add_somebody, add_villages, signed_in
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.demonstration.people import PASSWORD, PEOPLE, add_people

LOGIN, RIGHT = "/account/login/", "a long password"


@pytest.fixture
def client(office_sqlite: Any) -> Client:
    """A browser, in an office of two villages where pema works; what is counted of earlier tests is forgotten."""
    cache.clear()
    add_villages()
    add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    return Client()


def sign_in(client: Client, name: str = "pema", password: str = RIGHT, **told: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **told)


def in_english(client: Client) -> None:
    client.post("/language", {"language": "en"})


def test_who_signs_in_comes_back_to_where_they_were(client: Client) -> None:
    answer = client.post(f"{LOGIN}?next=/account/me/", {"login": "pema", "password": RIGHT, "next": "/account/me/"})  # fmt: skip
    assert answer["Location"] == "/account/me/"
    assert client.get("/account/me/").context["scope"].user.username == "pema"
    assert client.session.get_expire_at_browser_close()


def test_nobody_is_led_out_of_the_office(client: Client) -> None:
    answer = client.post(LOGIN, {"login": "pema", "password": RIGHT, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_name_is_locked_after_too_many_tries_however_it_is_spelled(client: Client) -> None:
    spelled = ["pema", "PEMA", " Pema "]
    tries = [sign_in(client, spelled[one % 3], "wrong") for one in range(settings.AXES_FAILURE_LIMIT)]
    assert [one.status_code for one in tries] == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert sign_in(client).status_code == 429
    assert "web/locked.html" in [one.name for one in tries[-1].templates]
    assert client.get("/account/me/").status_code == 302


def test_the_lock_is_said_in_both_languages_and_keeps_nobody_else_out(client: Client) -> None:
    add_somebody(Role.VILLAGE_WORKER, HERE, "lhamo")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        chinese = sign_in(client, password="wrong")
    in_english(client)
    english = sign_in(client, password="wrong")
    assert "暂时锁定" in chinese.content.decode()
    assert "Locked for a while" in english.content.decode()
    assert sign_in(client, "lhamo").status_code == 302


def test_a_right_password_begins_the_count_anew(client: Client) -> None:
    for _ in range(2):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            assert sign_in(client, password="wrong").status_code == 200
        assert sign_in(client).status_code == 302
        client.post("/account/logout/")


def test_who_is_switched_off_is_told_so_only_with_the_right_password(client: Client) -> None:
    User.objects.filter(username="pema").update(is_active=False)
    assert sign_in(client, password="wrong").status_code == 200
    assert sign_in(client)["Location"] == "/account/switched-off/"
    assert client.get("/account/switched-off/").status_code == 200
    assert client.get("/account/me/").status_code == 302


def test_who_is_switched_off_is_signed_out_at_the_next_step(client: Client) -> None:
    sign_in(client)
    assert client.get("/account/me/").status_code == 200
    User.objects.filter(username="pema").update(is_active=False)
    assert client.get("/account/me/").status_code == 302


def test_a_changed_password_signs_other_browsers_out(client: Client) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    told = {"oldpassword": RIGHT, "password1": "another long one", "password2": "another long one"}
    assert client.post("/account/password/change/", told).status_code == 302
    assert client.get("/account/me/").status_code == 200
    assert other.get("/account/me/").status_code == 302


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "pema-pema-pema"])
def test_a_weak_password_is_not_taken(client: Client, password: str) -> None:
    sign_in(client)
    told = {"oldpassword": RIGHT, "password1": password, "password2": password}
    User.objects.filter(username="pema").update(first_name="pema-pema-pema")
    answer = client.post("/account/password/change/", told)
    assert answer.context["form"].errors
    assert User.objects.get(username="pema").check_password(RIGHT)


def test_sessions_are_listed_and_can_be_ended(client: Client) -> None:
    other, third = Client(), Client()
    sign_in(client, headers={"user-agent": "one"})
    sign_in(other, headers={"user-agent": "two"})
    sign_in(third, headers={"user-agent": "three"})
    assert len(client.get("/account/me/").context["sessions"]) == 3
    found = UserSession.objects.get(user_agent="two")
    assert client.post(f"/account/me/sessions/{found.pk}/end/")["Location"] == "/account/me/"
    assert other.get("/account/me/").status_code == 302
    assert third.get("/account/me/").status_code == 200
    client.post("/account/sessions/")
    assert third.get("/account/me/").status_code == 302
    assert client.get("/account/me/").status_code == 200


def test_nobody_ends_another_ones_session(client: Client) -> None:
    sign_in(client)
    number = UserSession.objects.get().pk
    stranger = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE, "lhamo"))
    assert stranger.post(f"/account/me/sessions/{number}/end/").status_code == 404
    assert client.get("/account/me/").status_code == 200


def test_no_other_office_lists_sign_ins(client: Client) -> None:
    add_somebody(Role.ADMINISTRATOR, None, "jigme")
    assert "jigme" not in client.get(LOGIN).content.decode()
    assert PASSWORD not in client.get(LOGIN).content.decode()


def test_every_sign_in_of_a_demonstration_is_listed(demonstration_office: Any) -> None:
    add_people()
    said = Client().get(LOGIN).content.decode()
    assert PASSWORD in said
    assert all(one.username in said and one.name in said for one in PEOPLE)
    assert Client().post(LOGIN, {"login": "jigme", "password": PASSWORD}).status_code == 302


PAGES = (LOGIN, "/account/logout/", "/account/password/change/", "/account/sessions/", "/account/2fa/", "/account/2fa/totp/activate/", "/account/reauthenticate/", "/account/me/")  # fmt: skip


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_pages_are_ours_and_lead_only_to_pages_that_there_are(client: Client, lang: str) -> None:
    client.post("/language", {"language": lang})
    for page in PAGES:
        if page != LOGIN and page == PAGES[1]:
            sign_in(client)
            client.post("/account/reauthenticate/", {"password": RIGHT})
        answer = client.get(page)
        said = answer.content.decode()
        assert answer.status_code == 200, page
        assert "web/base.html" in [one.name for one in answer.templates]
        assert said.count("<h1>") == 1
        for link in re.findall(r'(?:href|action)="(/[^"?]*)', said):
            try:
                resolve(link)
            except Resolver404:
                assert link.startswith("/static/"), f"{page} leads to {link}"
        for told in ("style=", "onclick", "<script>", "webauthn", "signup"):
            assert told not in said, f"{page} has {told}"
        labelled = set(re.findall(r'<label for="([^"]+)"', said))
        assert set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', said)) <= labelled


def test_names_and_passwords_reach_no_log(client: Client, caplog: Any) -> None:
    sign_in(client, password="a-secret-word")
    assert "a-secret-word" not in caplog.text
