"""Which kinds of job there are: a function each, which its room names with ``@work("snapshot")`` in its ``work.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from tsampa.errors import TsampaError

__all__ = ["Running", "find_work", "kept_arguments", "read_arguments", "work"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Running:
    """What a job's function is given beside its arguments: who asked and when, and where progress and log lines go.

    ``again``: it was begun before, and an earlier worker may have been killed after the work was done and before it could say
    so. The work then looks whether what was asked for is there, made after ``asked_at``.
    """

    by: str
    asked_at: datetime
    again: bool
    progress: Progress
    say: Callable[[str], None]


Work = Callable[..., dict[str, Any] | None]
F = TypeVar("F", bound=Work)
_KINDS: dict[str, Work] = {}


def work(kind: str) -> Callable[[F], F]:
    """Makes a function ``(running, *, …)`` the work of this kind of job. It does all or nothing, so it can be repeated.

    What its arguments are, the function says: paths and days are written as text, and given to it as ``Path`` and ``date``.
    """

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


def _day(told: str | date) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)


def _place(told: str | Path) -> Path:
    """Absolute, as the worker stands elsewhere than who asks."""
    return Path(told).resolve()


READ: dict[Any, Callable[[Any], Any]] = {Path: _place, date: _day, date | None: _day}
"""How an argument of a type is read; others are taken as they are."""


def read_arguments(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments in the types that the work takes. Raises TsampaError ``job-kind`` and ``job-arguments``."""
    function = find_work(kind)
    named = [one for one in signature(function).parameters.values() if one.kind is Parameter.KEYWORD_ONLY]
    wrong = sorted(set(told) - {one.name for one in named})
    wrong += [one.name for one in named if one.default is Parameter.empty and one.name not in told]
    types = get_type_hints(function)
    found = {}
    for name in [] if wrong else told:
        try:
            found[name] = READ.get(types[name], _as_it_is)(told[name])
        except ValueError:
            wrong.append(name)
    if wrong:
        raise TsampaError(
            "job-arguments", f"the job '{kind}' is not asked for so: {', '.join(wrong)}", usage=True,
            remedy=f"It takes {', '.join(map(_shown, named)) or 'nothing'}.",
        )  # fmt: skip
    return found


def kept_arguments(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they are kept in the database. Raises as ``read_arguments``."""
    read = read_arguments(kind, told)
    return {name: str(one) if isinstance(one, Path | date) else one for name, one in read.items()}


def _as_it_is(told: Any) -> Any:
    return told


def _shown(one: Parameter) -> str:
    return f"{one.name}=…" if one.default is Parameter.empty else f"[{one.name}=…]"
