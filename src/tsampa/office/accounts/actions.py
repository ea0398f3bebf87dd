"""Adding those who work with the office, and giving and taking what they may do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import Grant, Look, User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import Source, change

__all__ = ["add_user", "end_grant", "grant", "record_look"]

OFFICE = Source("office")


def add_user(*, username: str, password: str, email: str = "", accepts: bool = False) -> User:
    """Adds somebody under a name that nobody ever had; who ``accepts`` may put in force what others prepared.

    Raises TsampaError ``user-name`` or ``user-password``."""
    if User.objects.filter(username__iexact=username).exists():
        raise TsampaError(
            "user-name", f"there is or was a user '{username}'", remedy="Choose another name; names in history never change hands.", usage=True
        )  # fmt: skip
    made = User(username=username, email=email)
    try:
        validate_password(password, made)
        made.set_password(password)
        made.full_clean()
    except ValidationError as error:
        raise TsampaError("user-password", " ".join(error.messages), remedy="Choose another name or a longer password.", usage=True) from None  # fmt: skip
    made.save()
    if accepts:
        made.user_permissions.add(Permission.objects.get(codename="accept_batch"))
    return made


def grant(
    *, user: User, role: Role, area: str | None, since: date, by: User | str, reason: str = ""
) -> Grant:
    """The user holds the role for this area and all below it from this day on; without an area, for the whole register.

    Given already, nothing changes. Raises TsampaError ``area-unknown``.
    """
    if area is not None and not Area.objects.filter(code=area).exists():
        raise TsampaError("area-unknown", f"no area '{area}' in the register", remedy="Write its code.")
    with change(by=by, reason=reason, source=OFFICE):
        made, _ = Grant.objects.get_or_create(
            user=user, role=role, area_id=area, until=None, defaults={"since": since}
        )
        return made


def end_grant(*, grant: int, until: date, by: User | str, reason: str = "") -> None:
    """The role is no more held from this day on. Raises TsampaError ``grant-unknown``."""
    with change(by=by, reason=reason, source=OFFICE):
        if not Grant.objects.filter(pk=grant, until=None).update(until=until):
            raise TsampaError(
                "grant-unknown", f"no role is held by number {grant}", remedy="Look at the user's roles."
            )


SAME_LOOK = timedelta(minutes=10)
"""Within it the same page of the same file opened again by the same user is one look."""


def record_look(*, household: str, by: str, page: str, at: datetime) -> None:
    """Notes that somebody opened a page of a household's file; again within ten minutes it is the same look."""
    looks = Look.objects.filter(household=household, by=by, page=page, at__gt=at - SAME_LOOK)
    if not looks.exists():
        Look.objects.create(household=household, by=by, page=page, at=at)
