"""The link by which somebody sets a password: handed over by an administrator, good once and for three days."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tsampa.office.accounts.models import User

__all__ = ["LINKS", "link_for"]


class _Links(PasswordResetTokenGenerator):
    """A token of the user, their password and the time: void once a password is set, and after ``PASSWORD_RESET_TIMEOUT``."""

    key_salt = "tsampa.office.accounts.links"

    def check_token(self, user: Any, token: str | None) -> bool:
        """Whether the token holds, which it does not for who is switched off."""
        return bool(user is not None and user.is_active and super().check_token(user, token))


LINKS = _Links()


def link_for(user: User) -> str:
    """The path of a new link; nobody but its holder can find it again."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:set_password", args=[key, LINKS.make_token(user)])
