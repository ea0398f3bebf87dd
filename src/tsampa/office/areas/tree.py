"""The tree of areas inside what somebody may see, as the pages that sum it up and colour it read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area

__all__ = ["TOP", "Place", "Tree", "grown", "tree_of"]

TOP = ""
"""Stands above all areas that somebody was given, where these are several."""


@dataclass(frozen=True)
class Place:
    """An area as the pages name it; ``until`` is the first day it is no more."""

    code: str
    name: str
    level: str
    parent: str | None
    until: date | None = None


@dataclass(frozen=True)
class Tree:
    """The areas that somebody may see; those of ``TOP`` are the highest."""

    places: dict[str, Place]
    below: dict[str, list[str]]

    def start(self) -> str:
        """Where one begins: at the one highest area, or above several."""
        highest = self.below.get(TOP, [])
        return highest[0] if len(highest) == 1 else TOP

    def children(self, code: str) -> list[Place]:
        """The areas right below."""
        return [self.places[one] for one in self.below.get(code, ())]

    def way(self, code: str) -> list[Place]:
        """From the highest area down to this one."""
        found: list[Place] = []
        while place := self.places.get(code):
            found.append(place)
            code = place.parent or TOP
        return found[::-1]

    def within(self, code: str) -> Iterator[str]:
        """The area and all below it, each before those below it."""
        waiting = [code]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += self.below.get(one, ())


def tree_of(scope: Scope, may: May) -> Tree:
    """The areas where the user may do this, those that are no more too, as something of earlier days may stand in them."""
    rows = visible_to(scope, Area.objects.order_by("code"), may)
    return grown(rows.only("code", "name", "level", "parent_id", "until"))


def grown(areas: Iterable[Area]) -> Tree:
    """The tree of these areas, which were read in the order of their codes."""
    places = {one.code: Place(one.code, one.name, one.level, one.parent_id, one.until) for one in areas}
    below: dict[str, list[str]] = defaultdict(list)
    for one in places.values():
        below[one.parent if one.parent in places else TOP].append(one.code)
    return Tree(places, dict(below))
