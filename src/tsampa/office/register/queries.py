"""Reads of the register as of a day: what was true then, by what is recorded now or had been recorded by a cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from tsampa.errors import TsampaError
from tsampa.office.history import Cut, Recorded, Version
from tsampa.office.history.reading import holds_on, instance
from tsampa.office.register.identity import identity_hash
from tsampa.office.register.models import (
    Check,
    Household,
    Income,
    LandParcel,
    Membership,
    Person,
    Placement,
    PovertyDriver,
    Record,
    Status,
)

__all__ = [
    "HouseholdFile",
    "file_on",
    "households_of",
    "households_on",
    "in_force",
    "members_on",
    "person_by_identity",
    "status_on",
]

Row = TypeVar("Row", bound=Recorded)


def in_force(on: date) -> Q:
    """That a dated row holds on this day: ``until`` is the first day it does not."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))


def members_on(household: str, on: date) -> QuerySet[Membership]:
    """Who is of the household on this day, with their persons, the longest of it first."""
    found = Membership.objects.filter(in_force(on), household=household).select_related("person")
    return found.order_by("since", "code")


def households_of(area: str) -> QuerySet[Household]:
    """The households of a village now, by code."""
    return Household.objects.filter(area=area).order_by("code")


def households_on(area: str, on: date) -> QuerySet[Household]:
    """The households that were placed in a village on this day, by code."""
    here = Placement.objects.filter(Q(since__isnull=True) | Q(since__lte=on), area=area, until__gt=on)
    moved = Placement.objects.filter(until__gt=on).values("household")
    return Household.objects.filter(
        Q(pk__in=here.values("household")) | Q(area=area) & ~Q(pk__in=moved)
    ).order_by("code")  # fmt: skip


def status_on(household: str, on: date) -> Status | None:
    """How the household stood on this day, None where nothing is recorded; a monitoring counts before the standing beside it."""
    found = Status.objects.filter(in_force(on), household=household)
    return found.filter(status="monitored").first() or found.first()


def person_by_identity(number: str) -> Person | None:
    """The person with this identity number, found by its hash."""
    return Person.objects.filter(identity_hash=identity_hash(number)).first()


@dataclass(frozen=True)
class HouseholdFile:
    """All that is known of a household for a day. ``checks`` has the latest of each guarantee and person, ``incomes`` the year's."""

    household: Household
    area: str
    persons: list[Person]
    memberships: list[Membership]
    statuses: list[Status]
    incomes: list[Income]
    checks: list[Check]
    land_parcels: list[LandParcel]
    poverty_drivers: list[PovertyDriver]
    records: list[Record]


def file_on(household: str, on: date, known: Cut | None = None) -> HouseholdFile:
    """The household's file as of a day, by what is recorded now, or with ``known`` by what had been recorded by that cut.

    Raises TsampaError ``register-unknown``.
    """
    found = _rows(Household, known, code=household)
    if not found:
        raise TsampaError(
            "register-unknown", f"no '{household}'", where="households", remedy="Check the code."
        )
    (home,) = found
    members = _of(Membership, household, on, known)
    placed = [one for one in _rows(Placement, known, household_id=household) if one.until > on]
    persons = [one for member in members for one in _rows(Person, known, code=member.person_id)]
    latest: dict[tuple[Any, ...], Check] = {}
    for one in sorted(_of(Check, household, on, known), key=lambda row: (row.date, row.code)):
        latest[one.guarantee, one.person_id] = one
    return HouseholdFile(
        household=home, area=min(placed, key=lambda row: row.until).area_id if placed else home.area_id,
        persons=persons, memberships=members, statuses=_of(Status, household, on, known), incomes=_of(Income, household, on, known),
        checks=list(latest.values()), land_parcels=_of(LandParcel, household, on, known),
        poverty_drivers=_of(PovertyDriver, household, on, known), records=_rows(Record, known, household_id=household),
    )  # fmt: skip


def _of(model: type[Row], household: str, on: date, known: Cut | None) -> list[Row]:
    return [one for one in _rows(model, known, household_id=household) if holds_on(one, on)]


def _rows(model: type[Row], known: Cut | None, **where: str) -> list[Row]:
    """The rows with this value, by key: as they stand, or as they had been recorded by the cut."""
    if known is None:
        return list(model._default_manager.filter(**where).order_by("pk"))
    ((name, value),) = where.items()
    versions = Version.objects.filter(table=model._meta.db_table, id__lte=known.version)
    # A row is found by any of its versions that names the value; its last one says whether it still did.
    keys = versions.filter(payload__contains=json.dumps(value)).values_list("key", flat=True).distinct()
    found = []
    for key in sorted(keys):
        last = versions.filter(key=key).latest("id")
        if last.operation != "delete" and last.payload:
            row = instance(model, json.loads(last.payload))
            if getattr(row, name) == value:
                found.append(row)
    return found
