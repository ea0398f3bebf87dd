"""Reads of areas: each begins with those in which the user may do what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.history import RowVersion, versions_of
from tsampa.office.register.models import Household
from tsampa.schema import Label, read_schema

__all__ = ["AreaFile", "area_file", "areas_below", "areas_found", "level_name", "levels", "neighbours"]


@dataclass(frozen=True)
class AreaFile:
    """An area, the way down to it, how many households are placed right in it, and its versions, the latest first."""

    area: Area
    way: list[Area]
    households: int
    versions: list[RowVersion]


def level_name(level: str, lang: str) -> str:
    """The programme's word for a level of area."""
    label = _levels(settings.PROGRAMME).get(level)
    return label.say(lang) if label else level


@cache
def _levels(programme: Path) -> dict[str, Label]:
    return read_schema(programme).level_labels


def levels(lang: str) -> list[tuple[str, str]]:
    """The programme's levels of area, the widest first, with their words."""
    return [(one, label.say(lang)) for one, label in _levels(settings.PROGRAMME).items()]


def areas_below(scope: Scope, parent: str = "") -> QuerySet[Area]:
    """The areas right below one; without one, the highest that the user keeps. Each with its ``parts`` and ``homes``."""
    kept = visible_to(scope, Area.objects.all(), May.ADMINISTER)
    if parent:
        return _counted(kept.filter(parent=parent))
    return _counted(kept.exclude(parent__in=kept.values("pk")) | kept.filter(parent=None))


def areas_found(scope: Scope, asked: str) -> QuerySet[Area]:
    """Those whose name has this in it, or whose code begins with it."""
    kept, asked = visible_to(scope, Area.objects.all(), May.ADMINISTER), asked.replace("\0", "")
    return _counted(kept.filter(Q(name__icontains=asked) | Q(code__startswith=asked)))


def _counted(rows: QuerySet[Area]) -> QuerySet[Area]:
    homes = Household.objects.filter(area=OuterRef("pk")).order_by().values("area").annotate(n=Count("pk"))
    return rows.annotate(
        parts=Count("children", filter=Q(children__until=None)), homes=Subquery(homes.values("n"))
    ).order_by("code")


def area_file(scope: Scope, code: str) -> AreaFile | None:
    """The area with its history; None where there is none, or none that the user keeps."""
    if "\0" in code:  # PostgreSQL has no such text
        return None
    kept: dict[str, Area] = {}
    found = (
        visible_to(scope, Area.objects.filter(pk=code), May.ADMINISTER).select_related("succeeded_by").first()
    )
    if found is None:
        return None
    above: Any = found.parent_id
    while above and above not in kept:
        kept[above] = Area.objects.get(pk=above)
        above = kept[above].parent_id
    homes = visible_to(scope, Household.objects.filter(area=found), May.ADMINISTER).count()
    return AreaFile(found, list(kept.values())[::-1], homes, versions_of(found)[::-1])


def neighbours(scope: Scope, area: Area) -> QuerySet[Area]:
    """The areas in force of the same level that the user keeps, those beside it in the tree first."""
    kept = visible_to(scope, Area.objects.filter(level=area.level, until=None), May.ADMINISTER).exclude(
        pk=area.pk
    )
    beside = kept.filter(parent=area.parent_id)
    return (beside if beside.exists() else kept).order_by("code")
