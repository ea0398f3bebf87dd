"""The rulebook: a programme's formulas, parameters and figures, checked and ready for any engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tsampa.errors import TsampaError
from tsampa.rules.nodes import Node
from tsampa.rules.parameter import ParameterValues
from tsampa.schema import Label, Schema

__all__ = ["Figure", "Formula", "Meaning", "Name", "Rulebook"]

Name = tuple[str, str]
"""A variable: its entity and its name, as in ``("household", "net_income_per_head")``."""


@dataclass(frozen=True)
class Meaning:
    """What a thing means, in a sentence or more of English and of Chinese."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        """The meaning in ``lang``: ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, eq=False)
class Formula:
    """One dated version of a variable. In force from ``since`` until before ``until`` (None: still).

    ``unit`` is empty unless it gives a number. ``digits`` is how many decimals it is shown with (stored with, when exact).
    """

    entity: str
    name: str
    node: Node
    label: Label
    meaning: Meaning
    unit: str
    digits: int | None
    since: date
    until: date | None
    source: str
    at: str

    def in_force(self, day: date) -> bool:
        """Whether this version holds on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, eq=False)
class Figure:
    """A published number (or date): what it counts, in what unit, how sure, over what, and what it overlaps with.

    ``bound`` is ``equal``, ``at_least``, ``at_most`` or ``approx``. ``node`` is read at an area, of any level; ``area`` is the
    code of the one it is published for, empty where it is published for any.
    """

    id: str
    node: Node
    label: Label
    meaning: Meaning
    unit: str
    digits: int
    bound: str
    scope: Label
    overlap: Label
    source: str
    at: str
    area: str = ""


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Formulas by name (versions in order of date), parameters and figures of one programme.

    ``version`` is the SHA-256 of the content: other comments or another order of files give the same version.
    ``shows`` names the household variables an explanation speaks of.
    """

    programme: str
    label: Label
    schema: Schema
    parameters: dict[str, ParameterValues]
    formulas: dict[Name, tuple[Formula, ...]]
    figures: dict[str, Figure]
    shows: tuple[str, ...]
    unit_labels: dict[str, Label] = field(default_factory=dict)
    time_zone: str = "UTC"

    @cached_property
    def written(self) -> bytes:
        """The rulebook as ``encode_rulebook`` writes it."""
        from tsampa.rules.serial import encode_rulebook

        return encode_rulebook(self)

    @cached_property
    def version(self) -> str:
        """The hash of the content."""
        from tsampa.rules.serial import written_version

        return written_version(self.written)

    def on(self, day: date) -> dict[Name, Formula]:
        """The formulas in force on the day. Raises TsampaError ``rulebook-not-in-force`` when there are none."""
        found = {
            name: formula
            for name, versions in self.formulas.items()
            for formula in versions
            if formula.in_force(day)
        }
        if not found:
            first = min(formula.since for formula in self.all_formulas())
            raise TsampaError(
                "rulebook-not-in-force",
                f"no formula of {self.programme} is in force on {day}",
                remedy=f"Its first rules hold from {first}.",
                usage=True,
            )
        return found

    def all_formulas(self) -> Iterator[Formula]:
        """Every version of every formula."""
        return (formula for versions in self.formulas.values() for formula in versions)
