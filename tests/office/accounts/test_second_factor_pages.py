"""A second factor from the first sign-in to the lost phone, with real codes; demanded where much rests on a role."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from office.web.people import HERE, add_somebody, add_villages, signed_in
from tsampa.office.accounts.models import Act
from tsampa.office.accounts.roles import Role

RIGHT = "a long password"
ACTIVATE = "/account/2fa/totp/activate/"


@pytest.fixture
def client(office_sqlite: Any) -> Client:
    cache.clear()
    add_villages()
    add_somebody(Role.APPROVER, HERE, "dolma")
    return Client()


def sign_in(client: Client, name: str = "dolma") -> Any:
    return client.post("/account/login/", {"login": name, "password": RIGHT})


def code(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows now, or some steps later."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


def confirm(client: Client) -> None:
    """Says the password once more, as whatever changes the second factor demands."""
    assert client.post("/account/reauthenticate/", {"password": RIGHT, "next": ACTIVATE})["Location"] == ACTIVATE  # fmt: skip


def set_up(client: Client) -> str:
    """Confirms the password, sets the second factor up and gives its key."""
    confirm(client)
    secret = str(client.get(ACTIVATE).context["form"].secret)
    answer = client.post(ACTIVATE, {"code": code(secret)})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    return secret


def test_an_approver_sets_it_up_before_anything_else(client: Client) -> None:
    assert sign_in(client)["Location"] == "/"
    answer = client.get("/", follow=True)
    assert [one.partition("?")[0] for one, _ in answer.redirect_chain] == [
        ACTIVATE,
        "/account/reauthenticate/",
    ]
    confirm(client)
    assert client.get(ACTIVATE).context["demanded"]
    assert client.get("/account/2fa/").status_code == 200
    set_up(client)
    assert client.get("/").status_code == 200


def test_who_has_it_signs_in_with_it_only(client: Client) -> None:
    sign_in(client)
    secret = set_up(client)
    other = Client()
    assert sign_in(other)["Location"].startswith("/account/2fa/authenticate/")
    assert other.get("/account/me/").status_code == 302
    assert other.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.get("/account/me/").status_code == 302
    assert other.post("/account/2fa/authenticate/", {"code": code(secret, 1)}).status_code == 302
    assert other.get("/account/me/").status_code == 200


def test_codes_cannot_be_tried_for_ever(client: Client) -> None:
    sign_in(client)
    secret = set_up(client)
    other = Client()
    sign_in(other)
    for number in range(6):
        other.post("/account/2fa/authenticate/", {"code": f"{number:06}"})
    assert other.post("/account/2fa/authenticate/", {"code": code(secret, 1)}).status_code == 200
    assert other.get("/account/me/").status_code == 302


def test_a_recovery_code_signs_in_once(client: Client) -> None:
    sign_in(client)
    set_up(client)
    said = client.get("/account/2fa/recovery-codes/").content.decode()
    (first, *rest) = re.findall(r"<li>([0-9a-zA-Z ]+)</li>", said)
    assert len(rest) == 9
    for expected in (302, 200):
        other = Client()
        sign_in(other)
        assert other.post("/account/2fa/authenticate/", {"code": first}).status_code == expected


def test_the_key_rests_encrypted(client: Client) -> None:
    sign_in(client)
    secret = set_up(client)
    assert secret not in str(Authenticator.objects.get(type="totp").data)


def test_who_stands_between_password_and_code_can_leave(client: Client) -> None:
    sign_in(client)
    set_up(client)
    other = Client()
    sign_in(other)
    assert other.post("/account/logout/", {"next": "/account/login/"})["Location"] == "/account/login/"
    assert other.get("/account/login/").status_code == 200


def test_a_village_worker_may_do_without(client: Client) -> None:
    assert signed_in(add_somebody(Role.VILLAGE_WORKER, HERE)).get("/").status_code == 200


def test_who_takes_it_off_is_asked_for_a_new_one(client: Client) -> None:
    sign_in(client)
    set_up(client)
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert client.get("/")["Location"] == ACTIVATE


def test_an_administrator_takes_it_off_for_who_lost_everything(client: Client) -> None:
    sign_in(client)
    set_up(client)
    keeper = Client()
    user = add_somebody(Role.ADMINISTRATOR, None, "jigme")
    sign_in(keeper, "jigme")
    set_up(keeper)
    lost = Authenticator.objects.exclude(user=user).first().user
    address = f"/account/users/{lost.pk}/account/factor/"
    assert keeper.post(address, {"reason": ""}).status_code == 400
    assert keeper.post(address, {"reason": "lost the phone"}).status_code == 302
    assert not Authenticator.objects.filter(user=lost).exists()
    assert Act.objects.get().reason == "lost the phone"
    assert client.get("/")["Location"] == ACTIVATE


def test_a_demonstration_asks_for_none(demonstration_office: Any) -> None:
    add_villages()
    assert signed_in(add_somebody(Role.APPROVER, HERE)).get("/").status_code == 200
