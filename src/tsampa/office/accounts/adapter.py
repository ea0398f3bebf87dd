"""How signing in differs here from what allauth does by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

__all__ = ["Adapter"]


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody adds themselves: an administrator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves the office; what it would have said is shown where it happened."""
