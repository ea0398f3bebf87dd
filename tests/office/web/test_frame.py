"""What every page has: a sign-in before it, the menu of what one may do, both languages, and a strict policy."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from office.web.people import add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role


@pytest.fixture
def client(office_sqlite: Any) -> Client:
    add_villages()
    return Client()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/households/?q=a")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/households/%3Fq%3Da"
    assert client.get("/account/login/").status_code == 200


@pytest.mark.parametrize(
    ("role", "rooms"),
    [(Role.VILLAGE_WORKER, {"/", "/households/", "/figures/"}), (Role.ANALYST, {"/", "/figures/"})],
)
def test_the_menu_has_what_one_may_do(client: Client, role: Role, rooms: set[str]) -> None:
    answer = signed_in(add_somebody(role)).get("/")
    assert {one["url"] for one in answer.context["menu"]} == rooms


def test_a_page_of_another_role_is_refused(client: Client) -> None:
    assert signed_in(add_somebody(Role.ANALYST)).get("/households/").status_code == 403


def test_pages_are_in_the_language_chosen(client: Client) -> None:
    client.post("/language", {"language": "en", "next": "/"})
    assert "Sign" in client.get("/account/login/").content.decode()


def test_no_script_but_ours_runs(client: Client) -> None:
    policy = client.get("/account/login/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
