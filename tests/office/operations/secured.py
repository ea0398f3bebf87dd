"""Users whose role asks for a second factor, with one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.test import Client

from office.web.people import COUNTY, add_somebody, signed_in
from tsampa.office.accounts.roles import Role

__all__ = ["administrator"]


def administrator(area: str | None = COUNTY, name: str = "") -> Client:
    """The browser of an administrator of this area."""
    user = add_somebody(Role.ADMINISTRATOR, area, name)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "none"})
    return signed_in(user)
