"""What a rulebook says in words, kept for each version of it: units, formulas, who uses what."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from tsampa.figures import FigureValue
from tsampa.rules import Rulebook
from tsampa.rules.docs import Page
from tsampa.rules.nodes import Node
from tsampa.rules.words import say_unit
from tsampa.schema import parse_unit

__all__ = ["amount", "number_of", "page_of", "say_formula", "unit_of"]

_PAGES: dict[tuple[str, str], Page] = {}
_UNITS: dict[tuple[str, str, str, bool], str] = {}
_SAID: dict[tuple[str, str, str], str] = {}
KEPT = 4


def page_of(rulebook: Rulebook, lang: str) -> Page:
    """Who reads the rulebook aloud, as its reference is written."""
    key = (rulebook.version, lang)
    if key not in _PAGES:
        if len(_PAGES) >= KEPT:
            _PAGES.clear()
            _SAID.clear()
        _PAGES[key] = Page(rulebook, lang)
    return _PAGES[key]


def say_formula(rulebook: Rulebook, lang: str, name: str, node: Node) -> str:
    """The tree in words; ``name`` tells it from the rulebook's others."""
    key = (rulebook.version, lang, name)
    if key not in _SAID:
        _SAID[key] = page_of(rulebook, lang).speak.say(node)
    return _SAID[key]


def unit_of(rulebook: Rulebook, unit: str, lang: str, *, one: bool = False) -> str:
    """The unit in words, for one of it or for several; empty for a plain number and for dates."""
    key = (rulebook.version, unit, lang, one)
    if key not in _UNITS:
        _UNITS[key] = _unit(rulebook, unit, lang, Fraction(1 if one else 2))
    return _UNITS[key]


def _unit(rulebook: Rulebook, unit: str, lang: str, value: Fraction) -> str:
    if unit in ("", "1"):
        return ""
    return say_unit(parse_unit(unit, rulebook.schema.units), lang, rulebook.unit_labels, value=value)


def amount(one: FigureValue | None) -> str:
    """The figure's value with its bound's sign, as it is read; the word where it is not known."""
    return (one.amount if one else None) or gettext("unknown")


def number_of(one: FigureValue | None) -> Any:
    """The figure's value as a picture takes it; None for unknown."""
    if one is None or one.value is None:
        return None
    return float(one.value) if isinstance(one.value, Decimal) else one.text
