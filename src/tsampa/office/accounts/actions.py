"""Adding those who work with the office."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User

__all__ = ["add_user"]


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
