"""``@formula`` and ``@figure``: how rule files declare what they hold. Collected while a file is being read."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from tsampa.errors import TsampaError
from tsampa.rules.language import mistake
from tsampa.rules.relations import FIGURE_AREA

__all__ = ["Declared", "collecting", "figure", "formula"]


BOUNDS = ("equal", "at_least", "at_most", "approx")
"""How a published number stands to the truth: equal to it, not above it, not below it, or about it."""


@dataclass(frozen=True, eq=False)
class Declared:
    """A decorated function before it is called: what kind it is and what its decorator said."""

    kind: str
    entity: str
    name: str
    function: Callable[[Any], Any]
    says: dict[str, Any]
    at: str


collecting: ContextVar[list[Declared] | None] = ContextVar("collecting", default=None)


def formula(
    entity: str, *, en: str, zh: str, source: str, since: str, until: str | None = None, unit: str = "", digits: int | None = None,
    name: str | None = None,
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:  # fmt: skip
    """Declares a formula: the value of a variable for each row of ``entity``, in force from ``since`` until before ``until``.

    The function is called once with a symbol for the row and returns an expression. Its docstring says what the variable
    means: a paragraph of English, a paragraph of Chinese. ``en`` and ``zh`` are its short names, ``unit`` (numbers only) its
    unit, ``source`` the text it rests on. ``name`` is the variable's name, by default the function's.
    """
    says = {
        "en": en,
        "zh": zh,
        "source": source,
        "since": _day(since),
        "until": _day(until) if until else None,
        "unit": unit,
        "digits": digits,
    }
    return lambda function: _declare("formula", entity, name or function.__name__, function, says)


def figure(
    id: str, *, en: str, zh: str, unit: str, scope: tuple[str, str], source: str = "", bound: str = "equal", digits: int = 0,
    overlap: tuple[str, str] = ("", ""), area: str = "",
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:  # fmt: skip
    """Declares a figure: a number (or a date) computed for any area from the rows in it.

    The function gets a symbol for the area: ``area.households``, ``area.persons`` and so on. ``scope`` and ``overlap`` are
    (English, Chinese); ``digits`` is how many decimals are published, rounded half to even. ``area`` is the code of the one
    area it is published for, if it is meant for one only; it can be asked for any.
    """
    if bound not in BOUNDS:
        raise mistake("figure-bound", f"'{bound}' is not a bound", f"Use one of {', '.join(BOUNDS)}.")
    says = {
        "en": en,
        "zh": zh,
        "unit": unit,
        "scope": scope,
        "source": source,
        "bound": bound,
        "digits": digits,
        "overlap": overlap,
        "area": area,
    }
    return lambda function: _declare("figure", FIGURE_AREA, id, function, says)


def _declare(
    kind: str, entity: str, name: str, function: Callable[[Any], Any], says: dict[str, Any]
) -> Callable[[Any], Any]:
    code = function.__code__
    at = f"{code.co_filename}:{code.co_firstlineno}"
    found = collecting.get()
    if found is None:
        raise TsampaError(
            "rule-outside",
            f"@{kind} stands outside a programme",
            where=at,
            remedy="Put it into a file under rules/ or figures/ and load the programme.",
        )
    found.append(Declared(kind, entity, name, function, says, at))
    return function


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise mistake("rule-date", f"'{text}' is not a date", "Write dates as 2020-06-30.") from None
