"""How an area stands: the villages' sums of a judgement added up the tree of areas, inside what somebody may see.

Nothing here counts households: a judgement has been summed up by village when its results came back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Sum as Total

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.tree import TOP, Tree
from tsampa.office.bridge.models import Judgement, VillageSummary

__all__ = ["Sum", "incomes_by_day", "judgement_days", "judgement_on", "sums_of"]


@dataclass
class Sum:
    """What a judgement found of an area. ``lights`` has households that meet, miss and may or may not, by light.

    ``stale`` are households of which a check is stale, ``unchecked`` those without any; None where nobody knows.
    """

    households: int = 0
    persons: int = 0
    standings: dict[str, int] = field(default_factory=dict)
    lights: dict[str, list[int]] = field(default_factory=dict)
    income: int = 0
    heads: int = 0
    stale: int | None = None
    unchecked: int | None = None

    @property
    def per_head(self) -> int | None:
        """Income per head of those whose income is known, in minor units."""
        return round(self.income / self.heads) if self.heads else None

    def add(self, other: Sum) -> None:
        """Another area's beside this one's."""
        self.households += other.households
        self.persons += other.persons
        self.income += other.income
        self.heads += other.heads
        self.stale, self.unchecked = _plus(self.stale, other.stale), _plus(self.unchecked, other.unchecked)
        for name, number in other.standings.items():
            self.standings[name] = self.standings.get(name, 0) + number
        for name, (meets, fails, unknown) in other.lights.items():
            had = self.lights.setdefault(name, [0, 0, 0])
            had[0] += meets
            had[1] += fails
            had[2] += unknown


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else (one or 0) + other


def judgement_days() -> list[Judgement]:
    """The judgements there are, the latest day first, and of a day's only the last; without their variables."""
    found: dict[date, Judgement] = {}
    for one in Judgement.objects.defer("variables"):
        found.setdefault(one.day, one)
    return list(found.values())


def judgement_on(days: list[Judgement], on: date | None) -> Judgement | None:
    """The judgement of a day; without one, the latest. None where there is none."""
    return next((one for one in days if on in (None, one.day)), None)


def sums_of(scope: Scope, judgement: Judgement, tree: Tree) -> dict[str, Sum]:
    """What was found of every area of the tree in which there are households, and of all together (``TOP``)."""
    rows: Any = visible_to(scope, VillageSummary.objects.filter(judgement=judgement), May.SEE_FIGURES)
    found: dict[str, Sum] = {}
    columns = ("households", "persons", "standings", "lights", "income", "heads", "stale", "unchecked")
    for area, homes, persons, standings, lights, income, *rest in rows.values_list("area_id", *columns):
        found[area] = Sum(homes, persons, standings, lights, income or 0, *rest)
    for code in reversed(list(tree.within(TOP))):
        if code and code in found:
            parent = tree.places[code].parent
            found.setdefault(parent if parent in tree.places else TOP, Sum()).add(found[code])
    return found


def incomes_by_day(
    scope: Scope, days: list[Judgement], tree: Tree, area: str
) -> list[tuple[date, int | None]]:
    """Income per head of the area at each judgement, the earliest first; None where nobody's income was known."""
    rows = visible_to(scope, VillageSummary.objects.filter(judgement__in=days), May.SEE_FIGURES)
    if area != TOP:
        rows = rows.filter(area__in=list(tree.within(area)))
    told = rows.values_list("judgement").annotate(Total("income"), Total("heads"))
    found = {judgement: (income, heads) for judgement, income, heads in told}
    return [(one.day, _per_head(*found.get(one.pk, (None, None)))) for one in reversed(days)]


def _per_head(income: int | None, heads: int | None) -> int | None:
    return Sum(income=income, heads=heads or 0).per_head if income is not None else None
