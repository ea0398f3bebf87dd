"""Homes whose checks are of different ages, for the tests of what is stale."""

from __future__ import annotations

from office.register.homes import YES, add_home
from tsampa.office.register import actions

__all__ = ["add_checked", "check"]


def add_checked(area: str, name: str, day: str = "", **other: str) -> str:
    """A household of which every guarantee was checked on this day, or those named here on a day of their own."""
    home = add_home(area, name, checks=False).code
    for guarantee, on in ((dict.fromkeys(YES, day) if day else {}) | other).items():
        check(home, guarantee, on)
    return home


def check(home: str, guarantee: str, day: str, person: str | None = None) -> None:
    """One check that found all well."""
    actions.record_check(
        household=home, guarantee=guarantee, grade=YES.get(guarantee, "yes"), date=day, person=person, by="test", reason="visit"
    )  # fmt: skip
