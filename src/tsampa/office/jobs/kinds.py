"""Which kinds of job there are: a function each, which its room names with ``@work("snapshot")`` in its ``work.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tsampa.errors import TsampaError

__all__ = ["Running", "find_work", "work"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Running:
    """What a job's function is given beside its arguments: who asked, and where progress and log lines go."""

    by: str
    progress: Progress
    say: Callable[[str], None]


Work = Callable[..., dict[str, Any] | None]
F = TypeVar("F", bound=Work)
_KINDS: dict[str, Work] = {}


def work(kind: str) -> Callable[[F], F]:
    """Makes a function ``(running, **arguments)`` the work of this kind of job. It does all or nothing, so it can be repeated."""

    def keep(function: F) -> F:
        _KINDS[kind] = function
        return function

    return keep


def find_work(kind: str) -> Work:
    """The work of this kind. Raises TsampaError ``job-kind``."""
    if kind not in _KINDS:
        raise TsampaError(
            "job-kind",
            f"there is no job '{kind}'",
            remedy=f"Use one of {', '.join(sorted(_KINDS))}.",
            usage=True,
        )
    return _KINDS[kind]
