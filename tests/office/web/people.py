"""Somebody of each role for the tests of pages, in a register of two villages."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import change

__all__ = [
    "COUNTY",
    "HERE",
    "NEXT",
    "TOWNSHIP",
    "add_somebody",
    "add_villages",
    "signed_in",
    "with_second_factor",
]

COUNTY, TOWNSHIP, HERE, NEXT = "540228", "540228101", "540228101201", "540228101202"


def add_villages() -> None:
    """A county with one township of two villages."""
    with change(by="test"):
        parent = None
        for code, name, level in (
            ("54", "西藏自治区", "province"), ("5402", "日喀则市", "prefecture"), (COUNTY, "白朗县", "county"), (TOWNSHIP, "洛江镇", "township"),
        ):  # fmt: skip
            parent = Area.objects.create(code=code, name=name, level=level, parent=parent)
        for code, name in ((HERE, "马义村"), (NEXT, "吉雄村")):
            Area.objects.create(code=code, name=name, level="village", parent=parent)


def add_somebody(role: Role, area: str | None = COUNTY, name: str = "", **told: Any) -> User:
    """Somebody who holds the role for this area."""
    made = User.objects.create_user(name or role.value, password="a long password", **told)
    grant(user=made, role=role, area=area, since=date(2015, 1, 1), by="test")
    return made


def signed_in(user: User) -> Client:
    """A browser in which the user has signed in."""
    found = Client()
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def with_second_factor(user: User) -> User:
    """The same user, who has set a second factor up."""
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    return user
