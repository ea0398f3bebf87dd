"""Where somebody may do what: the one door that every query of a page starts at.

``visible_to(scope, Household.objects.all())`` gives the rows of a model that stand in the scope's areas. Counts, drop-downs,
exports, charts and search go through it too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from tsampa.office.accounts.models import Grant, User
from tsampa.office.accounts.roles import ROLES, May, Role
from tsampa.office.areas.models import Area
from tsampa.office.history import as_of

__all__ = ["WHOLE", "Scope", "below", "scope_of", "visible_to"]

Row = TypeVar("Row", bound=Model)

WHOLE = ""
"""Stands for the whole register where an area's code could stand."""

DOORS: dict[str, tuple[str, ...]] = {
    "areas.Area": ("code",),
    "accounts.Grant": ("area",),
    "accounts.User": ("grants__area",),
    "accounts.Act": ("user__grants__area",),
    "register.Household": ("area",),
    "register.Placement": ("household__area",),
    "register.Person": ("memberships__household__area",),
    "register.Membership": ("household__area",),
    "register.Income": ("household__area",),
    "register.LandParcel": ("household__area",),
    "register.Check": ("household__area",),
    "register.Evidence": ("check_row__household__area",),
    "register.Status": ("household__area",),
    "register.PovertyDriver": ("household__area",),
    "register.Pool": ("area",),
    "register.Record": ("area", "household__area"),
    "register.ExportedVillage": ("area",),
    "bridge.Result": ("household__area",),
    "bridge.Gap": ("household__area",),
    "bridge.VillageSummary": ("area",),
    "publish.AreaFigures": ("area",),
    "publish.Publication": ("area",),
    "publish.Trial": ("area",),
    "operations.Proposal": ("area",),
}
"""How a row of each model is found to stand in an area. A model that is not here cannot be asked for by area."""


@dataclass(frozen=True)
class Scope:
    """What ``user`` may do, and in which areas. ``grants`` has the areas by role, ``WHOLE`` for the whole register."""

    user: User
    grants: dict[Role, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def may(self) -> frozenset[May]:
        """All that the user may do, somewhere."""
        return frozenset(one for role in self.grants for one in ROLES[role].may)

    def roots(self, may: May) -> frozenset[str]:
        """The areas that the user was given for this, those below them not listed; ``WHOLE`` for the whole register."""
        return frozenset(
            area for role, areas in self.grants.items() if may in ROLES[role].may for area in areas
        )

    def areas(self, may: May) -> frozenset[str] | None:
        """The codes of all areas where the user may do this; None where that is everywhere."""
        roots = self.roots(may)
        return None if WHOLE in roots else _below(roots, self._children)

    def holds(self, may: May, area: str) -> bool:
        """Whether the user may do this in the area of this code."""
        found = self.areas(may)
        return found is None or area in found

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        return _children()


def _below(roots: Iterable[str], children: dict[str, list[str]]) -> frozenset[str]:
    found, waiting = set[str](), list(roots)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, ())
    return frozenset(found)


def below(roots: Iterable[str]) -> frozenset[str]:
    """These areas and all below them."""
    return _below(roots, _children())


def _children() -> dict[str, list[str]]:
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in Area.objects.filter(parent__isnull=False).values_list("code", "parent_id"):
        children[parent].append(code)
    return children


def scope_of(user: User, on: date) -> Scope:
    """What the user may do on this day; nothing for who may not sign in."""
    grants: dict[Role, set[str]] = defaultdict(set)
    if user.is_active and user.pk:
        held = as_of(Grant.objects.filter(user=user), on)
        for role, area in held.values_list("role", "area_id"):
            grants[Role(role)].add(area or WHOLE)
    return Scope(user, {role: frozenset(areas) for role, areas in grants.items()})


def visible_to(scope: Scope, rows: QuerySet[Row], may: May = May.SEE_HOUSEHOLDS) -> QuerySet[Row]:
    """Those of the rows that stand where the user may do this. Raises KeyError for a model that has no door."""
    ways = DOORS[rows.model._meta.label]
    areas = scope.areas(may)
    if areas is None:
        return rows
    found = Q()
    for way in ways:
        found |= Q(**{f"{way}__in": sorted(areas)})
    if not any(one in way for way in ways for one in ("memberships", "grants")):
        return rows.filter(found)
    # A person with two memberships in the scope is one person, a user with two grants one user.
    return rows.filter(pk__in=rows.model._default_manager.filter(found).values("pk"))
