"""Verbs about persons: they join and leave households, move, marry, are born, die, and become heads; each is one change."""

from __future__ import annotations

from datetime import date
from typing import Any

from tsampa.errors import TsampaError
from tsampa.office.register.codes import next_code
from tsampa.office.register.models import Household, Membership, Person
from tsampa.office.register.queries import in_force
from tsampa.office.register.writing import insert, one_change, protected, unknown

__all__ = [
    "add_member",
    "change_head",
    "end_membership",
    "marry",
    "move_person",
    "record_birth",
    "record_death",
    "set_identity",
]


def add_member(
    *, household: str, since: date, by: str, name: str = "", person: str = "", relationship: str | None = None,
    reason: str = "", identity: str = "", **values: Any,
) -> Membership:  # fmt: skip
    """A member of the household from this day: the ``person`` of this code, or a new one of this ``name``.

    Raises TsampaError ``identity-…`` where the identity number is wrong.
    """
    with one_change(by, reason):
        if not person:
            person = next_code("persons", household)
            row = {"code": person, "name": name, **protected(identity, since), **values}
            insert("persons", row)
        return _join(person, household, relationship, since)


def end_membership(*, membership: str, until: date, by: str, reason: str = "") -> None:
    """The person is no more of the household from this day on. Raises TsampaError ``register-unknown``."""
    with one_change(by, reason):
        if not Membership.objects.filter(code=membership, until=None).update(until=until):
            raise unknown("memberships", membership)


def set_identity(*, person: str, number: str, on: date, by: str, reason: str = "") -> None:
    """Gives the person this identity number. Raises TsampaError ``identity-…`` or ``register-unknown``."""
    with one_change(by, reason):
        if not Person.objects.filter(code=person).update(**protected(number, on)):
            raise unknown("persons", person)


def move_person(
    *, person: str, household: str, on: date, by: str, relationship: str | None = None, head: str = "", reason: str = ""
) -> Membership:  # fmt: skip
    """The person is of another household from this day on; ``head`` is who is head then of the one left, if the person was.

    Raises TsampaError ``register-unknown``, ``register-same-household`` or ``register-head-needed``.
    """
    with one_change(by, reason):
        left = _leave(person, on, head)
        if left == household:
            raise TsampaError(
                "register-same-household", "the person is of this household already",
                remedy="Name the household the person moves to.",
            )  # fmt: skip
        return _join(person, household, relationship, on)


def marry(
    *, person: str, household: str, on: date, by: str, relationship: str = "spouse", head: str = "", reason: str = ""
) -> Membership:  # fmt: skip
    """The person marries into another household, as its head's spouse or in another ``relationship``; as ``move_person``."""
    return move_person(
        person=person, household=household, on=on, by=by, relationship=relationship, head=head, reason=reason
    )


def record_birth(
    *, household: str, name: str, on: date, by: str, relationship: str = "child", identity: str = "", reason: str = "",
    **values: Any,
) -> Membership:  # fmt: skip
    """A child of the household from the day of birth on; as ``add_member``."""
    return add_member(
        household=household, name=name, since=on, by=by, relationship=relationship, identity=identity, reason=reason,
        birth_date=on.isoformat(), **values,
    )  # fmt: skip


def record_death(*, person: str, on: date, by: str, head: str = "", reason: str = "") -> None:
    """The person is of no household from this day on; ``head`` is who is head then, if the person was.

    The person's row stays, as the household's history needs it. Raises TsampaError ``register-unknown`` or
    ``register-head-needed``.
    """
    with one_change(by, reason):
        _leave(person, on, head)


def change_head(
    *, household: str, person: str, on: date, by: str, former: str = "other", reason: str = ""
) -> None:
    """Another member is head from this day on; the one before is the new one's ``former`` (spouse, parent …).

    What the others are to the head is said anew by ``correct`` where it is known. Raises TsampaError ``register-unknown``.
    """
    with one_change(by, reason):
        if not Household.objects.filter(code=household).exists():
            raise unknown("households", household)
        before = _current(household=household, relationship="head")
        after = _current(household=household, person=person)
        if after is None:
            raise unknown("persons", person)
        if before is not None and before.pk != after.pk:
            _become(before, former, on)
        _become(after, "head", on)


def _current(**where: Any) -> Membership | None:
    return Membership.objects.filter(until=None, **where).first()


def _leave(person: str, on: date, head: str) -> str:
    """Ends the membership in force; the household left."""
    found = _current(person=person)
    if found is None:
        raise unknown("persons", person)
    others = Membership.objects.filter(in_force(on), household=found.household_id).exclude(person=person)
    if found.relationship == "head" and not head and others.exists():
        raise TsampaError(
            "register-head-needed", "the household would be left without a head",
            remedy="Say who is head then: head=, a member's code.",
        )  # fmt: skip
    found.until = on
    found.save()
    if head:
        after = _current(household=found.household_id, person=head)
        if after is None:
            raise unknown("persons", head)
        _become(after, "head", on)
    return str(found.household_id)


def _become(member: Membership, relationship: str, on: date) -> None:
    """From this day on in another relationship; before it stays as it was."""
    if member.relationship == relationship:
        return
    if member.since >= on:
        member.relationship = relationship
        member.save()
        return
    member.until = on
    member.save()
    _join(member.person_id, member.household_id, relationship, on)


def _join(person: str, household: str, relationship: str | None, since: date) -> Membership:
    told = {
        "person": person, "household": household, "relationship": relationship, "since": since.isoformat()
    }  # fmt: skip
    made: Membership = insert("memberships", {"code": next_code("memberships", person), **told})
    return made
