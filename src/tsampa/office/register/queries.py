"""Reads of the register as of a day: what was true then, by what is recorded now or had been recorded by a cut."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from tsampa.errors import TsampaError
from tsampa.office.accounts.scope import Scope, visible_to
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
    "OF_A_HOUSEHOLD",
    "Everything",
    "HouseholdFile",
    "as_of_day",
    "everything",
    "file_on",
    "household_of_identity",
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


def household_of_identity(scope: Scope, number: str) -> str | None:
    """The household of the scope that the person with this identity number is of now, found by the number's hash."""
    members = visible_to(scope, Membership.objects.filter(until=None))
    return (
        members.filter(person__identity_hash=identity_hash(number))
        .values_list("household_id", flat=True)
        .first()
    )


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
    return as_of_day(everything(household, known), on)


@dataclass(frozen=True)
class Everything:
    """All rows that name a household, of whatever day, and the persons who are or were of it, by their codes."""

    household: Household
    rows: dict[type[Recorded], list[Any]]
    persons: dict[str, Person]

    def of(self, model: type[Row]) -> list[Row]:
        """Its rows of this model, by key."""
        return self.rows[model]


def everything(household: str, known: Cut | None = None) -> Everything:
    """All there is of a household, in a fixed number of queries. Raises TsampaError ``register-unknown``."""
    found = _by_key(Household, known, [household])
    if not found:
        raise TsampaError(
            "register-unknown", f"no '{household}'", where="households", remedy="Check the code."
        )
    rows = _rows_now(household) if known is None else _rows_known(household, known)
    persons = _by_key(Person, known, {one.person_id for one in rows[Membership]})
    return Everything(found[0], rows, {one.code: one for one in persons})


def as_of_day(found: Everything, on: date) -> HouseholdFile:
    """What of it was true on a day."""
    members = _holding(found.of(Membership), on)
    placed = [one for one in found.of(Placement) if one.until > on]
    latest: dict[tuple[Any, ...], Check] = {}
    for one in sorted(_holding(found.of(Check), on), key=lambda row: (row.date, row.code)):
        latest[one.guarantee, one.person_id] = one
    home = found.household
    return HouseholdFile(
        household=home, area=min(placed, key=lambda row: row.until).area_id if placed else home.area_id,
        persons=[found.persons[one.person_id] for one in members if one.person_id in found.persons], memberships=members,
        statuses=_holding(found.of(Status), on), incomes=_holding(found.of(Income), on), checks=list(latest.values()),
        land_parcels=_holding(found.of(LandParcel), on), poverty_drivers=_holding(found.of(PovertyDriver), on), records=found.of(Record),
    )  # fmt: skip


OF_A_HOUSEHOLD: tuple[type[Recorded], ...] = (
    Membership, Placement, Status, Income, Check, LandParcel, PovertyDriver, Record,
)  # fmt: skip
"""The models whose rows name a household."""


def _holding(rows: list[Row], on: date) -> list[Row]:
    return [one for one in rows if holds_on(one, on)]


def _rows_now(household: str) -> dict[type[Recorded], list[Any]]:
    found: dict[type[Recorded], list[Any]] = {}
    for model in OF_A_HOUSEHOLD:
        rows: QuerySet[Any] = model._default_manager.all()
        found[model] = list(rows.filter(household=household).order_by("pk"))
    return found


def _rows_known(household: str, known: Cut) -> dict[type[Recorded], list[Any]]:
    """A row is found by any of its versions that names the household; its last one says whether it still did."""
    models = {model._meta.db_table: model for model in OF_A_HOUSEHOLD}
    versions = Version.objects.filter(table__in=list(models), id__lte=known.version)
    named = versions.filter(payload__contains=json.dumps(household)).values_list("table", "key").distinct()
    keys: dict[str, list[str]] = {table: [] for table in models}
    for table, key in named:
        keys[table].append(key)
    found: dict[type[Recorded], list[Any]] = {}
    for table, model in models.items():
        rows = _last(model, known, keys[table])
        found[model] = [one for one in rows if getattr(one, "household_id") == household]  # noqa: B009 - of any model
    return found


def _by_key(model: type[Row], known: Cut | None, keys: Iterable[str]) -> list[Row]:
    if known is None:
        return list(model._default_manager.filter(pk__in=sorted(keys)).order_by("pk"))
    return _last(model, known, keys)


def _last(model: type[Row], known: Cut, keys: Iterable[str]) -> list[Row]:
    """The rows with these keys as they had been recorded by the cut, by key; deleted and redacted ones are not there."""
    last: dict[str, Version] = {}
    wanted = Version.objects.filter(table=model._meta.db_table, key__in=sorted(keys), id__lte=known.version)
    for one in wanted.order_by("id"):
        last[one.key] = one
    standing = [last[key] for key in sorted(last) if last[key].operation != "delete" and last[key].payload]
    return [instance(model, json.loads(one.payload or "")) for one in standing]
