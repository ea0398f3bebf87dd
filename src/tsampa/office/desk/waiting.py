"""What waits for somebody today: each room names its own with ``@waits`` in its ``waiting.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from tsampa.office.accounts.scope import Scope

__all__ = ["Waiting", "waiting_of", "waits"]


@dataclass(frozen=True)
class Waiting:
    """How many of what wait, in words, and the page on which to see to them."""

    count: int
    label: str
    url: str


Asked = Callable[[Scope], Iterator[Waiting]]
A = TypeVar("A", bound=Asked)
_ASKED: dict[str, Asked] = {}


def waits(function: A) -> A:
    """Asks the function whenever a start page is opened: it yields what waits for the scope's user, and asks its own roles."""
    _ASKED[f"{function.__module__}.{function.__name__}"] = function
    return function


def waiting_of(scope: Scope) -> list[Waiting]:
    """All that waits for the user, room by room."""
    return [one for _, asked in sorted(_ASKED.items()) for one in asked(scope) if one.count]
