"""Whatever is sent to a form of the accounts, the office answers, and nobody gains anything by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from office.web.people import HERE, add_somebody, add_villages, signed_in, with_second_factor
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role

WORDS = some.one_of(
    some.text(max_size=40),
    some.sampled_from(
        ["", "\0", "<script>alert(1)</script>", "' OR 1=1 --", "2020-02-30", "99999-01-01", "0001-01-01", "9" * 400, "马义村", HERE, "king", "administrator"]
    ),
)  # fmt: skip
NAMES = some.sampled_from(["username", "name", "role", "area", "since", "until", "reason", "login", "password", "code", "user", "household", "search", "page", "next"])  # fmt: skip
SENT = some.dictionaries(NAMES, WORDS, max_size=8)


@pytest.fixture
def keeper(office_sqlite: Any) -> Client:
    add_villages()
    add_somebody(Role.VILLAGE_WORKER, HERE, "pema")
    add_somebody(Role.AUDITOR, HERE, "auditor")
    return signed_in(with_second_factor(add_somebody(Role.ADMINISTRATOR, None, "keeper")))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=SENT)
def test_forms_of_administration_never_fail(keeper: Client, sent: dict[str, str]) -> None:
    worker = User.objects.get(username="pema")
    address = f"/account/users/{worker.pk}"
    for path in ("/account/users/invite/", f"{address}/roles/", f"{address}/roles/{worker.grants.first().pk}/end/", f"{address}/account/on/"):  # fmt: skip
        answer = keeper.post(path, sent)
        assert answer.status_code in (200, 302, 400, 409)
        assert b"<script>alert" not in answer.content
    assert keeper.get("/account/users/", sent).status_code == 200


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=SENT)
def test_sign_in_and_lists_never_fail(keeper: Client, sent: dict[str, str]) -> None:
    auditor = signed_in(User.objects.get(username="auditor"))
    for path in ("/account/looks/", "/account/acts/"):
        assert auditor.get(path, sent).status_code == 200
    assert Client().post("/account/login/", sent).status_code in (200, 302, 429)
    assert auditor.post("/account/password/change/", sent).status_code in (200, 302, 429)
    assert auditor.get("/account/me/").status_code == 200
