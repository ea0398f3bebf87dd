"""``tsampa user`` adds somebody with a role, and gives a role to who is there already."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from office.web.people import HERE, add_villages
from tsampa.cli.operations import user
from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User


@pytest.fixture
def villages(office_sqlite: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("tsampa.cli.operations.open_register", lambda: None)
    add_villages()


def run(*words: str) -> Result:
    return CliRunner().invoke(user, [*words], input="a long password\na long password\n")


def held(name: str) -> list[tuple[str, str | None]]:
    return list(User.objects.get(username=name).grants.values_list("role", "area").order_by("pk"))


def test_somebody_is_added_with_a_role(villages: None) -> None:
    assert run("jigme", "--role", "administrator").exit_code == 0
    assert run("pema", "--role", "village_worker", "--area", HERE).exit_code == 0
    assert held("jigme") == [("administrator", None)]
    assert held("pema") == [("village_worker", HERE)]
    assert User.objects.get(username="pema").check_password("a long password")


def test_who_is_there_is_given_the_role(villages: None) -> None:
    run("pema")
    assert run("pema", "--role", "analyst").exit_code == 0
    assert held("pema") == [("analyst", None)]


def test_who_accepts_still_may(villages: None) -> None:
    run("tashi", "--accepts")
    assert held("tashi") == [("approver", None)]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--role", "king"), "user-role"), (("--role", "analyst", "--area", "99"), "area-unknown")],
)
def test_with_a_wrong_role_or_area_nobody_is_added(villages: None, words: tuple[str, ...], code: str) -> None:
    error = run("pema", *words).exception
    assert isinstance(error, TsampaError)
    assert error.code == code
    assert not User.objects.exists()


def test_an_area_is_of_a_role(villages: None) -> None:
    assert run("pema", "--area", HERE).exit_code == 2
