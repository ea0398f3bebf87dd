"""Reads of the register as of a day: what was true then, by what is recorded now."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tsampa.office.register.identity import identity_hash
from tsampa.office.register.models import Household, Membership, Person, Status

__all__ = ["households_of", "members_on", "person_by_identity", "status_on"]


def in_force(on: date) -> Q:
    """That a dated row holds on this day: ``until`` is the first day it does not."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))


def members_on(household: str, on: date) -> QuerySet[Membership]:
    """Who is of the household on this day, with their persons, the longest of it first."""
    found = Membership.objects.filter(in_force(on), household=household).select_related("person")
    return found.order_by("since", "code")


def households_of(area: str) -> QuerySet[Household]:
    """The households of a village, by code."""
    return Household.objects.filter(area=area).order_by("code")


def status_on(household: str, on: date) -> Status | None:
    """How the household stood on this day, None where nothing is recorded."""
    return Status.objects.filter(in_force(on), household=household).first()


def person_by_identity(number: str) -> Person | None:
    """The person with this identity number, found by its hash."""
    return Person.objects.filter(identity_hash=identity_hash(number)).first()
