"""How signing in differs here from what allauth does by itself."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from tsampa.office.register.identity import seal, unseal

__all__ = ["Adapter", "MfaAdapter", "lock_name"]


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody adds themselves: an administrator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves the office; what it would have said is shown where it happened."""

    def send_notification_mail(self, *arguments: Any, **named: Any) -> None:
        """As above: a change of password or of the second factor is said on the page itself."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes, in the database: allauth's own count would lock first, and forget at a restart."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keys of authenticator apps rest encrypted, as identity numbers do: a copy of the database alone gives no code."""

    def encrypt(self, text: str) -> str:
        """The key as it is stored."""
        return base64.b64encode(seal(text.encode(), PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The inverse of ``encrypt``."""
        return unseal(base64.b64decode(encrypted_text), PURPOSE).decode()


PURPOSE = "second factor"


def lock_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under what name a try is counted: in small letters, since a username signs in however it is spelled."""
    told = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(told).strip().lower()
