"""Finding those who work with the office."""

from __future__ import annotations

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User

__all__ = ["find_user"]


def find_user(name: str) -> User:
    """The active user of this name. Raises TsampaError ``user-unknown``."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise TsampaError(
            "user-unknown",
            f"nobody works here as '{name}'",
            remedy="Add the user: tsampa user NAME.",
            usage=True,
        )
    return found
