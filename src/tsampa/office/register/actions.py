"""Writes to the register: one verb, one change, said by whom and why; values are in storage form.

Each is checked by the programme's schema. What the database refuses is raised as ``Refused`` with the guard's code, or as
TsampaError ``register-conflict``; all raise ``register-column``, ``register-value`` or ``register-missing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, models

from tsampa.errors import TsampaError
from tsampa.office.history import Refused, Source, change
from tsampa.office.history.clock import is_demonstration
from tsampa.office.register.codes import next_code
from tsampa.office.register.columns import check_row, model_of, schema, to_fields
from tsampa.office.register.identity import protect, read_identity
from tsampa.office.register.models import Household, Membership, Person, Status

__all__ = [
    "add_member",
    "end_membership",
    "record",
    "record_check",
    "record_income",
    "register_household",
    "set_identity",
    "set_status",
]


def register_household(*, area: str, by: str, reason: str = "", code: str = "", **values: Any) -> Household:
    """A new household in this village; its code is given by the village where none is told."""
    row = {"code": code or next_code("households", area), "area": area, **values}
    with _one_change(by, reason):
        made: Household = _insert("households", row)
        return made


def add_member(
    *, household: str, since: date, by: str, name: str = "", person: str = "", relationship: str | None = None,
    reason: str = "", identity: str = "", **values: Any,
) -> Membership:  # fmt: skip
    """A member of the household from this day: the ``person`` of this code, or a new one of this ``name``.

    Raises TsampaError ``identity-…`` where the identity number is wrong.
    """
    with _one_change(by, reason):
        if not person:
            person = next_code("persons", household)
            row = {"code": person, "name": name, **_protected(identity, since), **values}
            _insert("persons", row)
        told = {
            "person": person,
            "household": household,
            "relationship": relationship,
            "since": since.isoformat(),
        }
        made: Membership = _insert("memberships", {"code": next_code("memberships", person), **told})
        return made


def end_membership(*, membership: str, until: date, by: str, reason: str = "") -> None:
    """The person is no more of the household from this day on. Raises TsampaError ``register-unknown``."""
    with _one_change(by, reason):
        if not Membership.objects.filter(code=membership, until=None).update(until=until):
            raise _unknown("memberships", membership)


def set_identity(*, person: str, number: str, on: date, by: str, reason: str = "") -> None:
    """Gives the person this identity number. Raises TsampaError ``identity-…`` or ``register-unknown``."""
    with _one_change(by, reason):
        if not Person.objects.filter(code=person).update(**_protected(number, on)):
            raise _unknown("persons", person)


def set_status(
    *, household: str, status: str, since: date, by: str, kind: str | None = None, reason: str = ""
) -> Status:
    """How the household stands from this day on; the status before it ends."""
    with _one_change(by, reason):
        Status.objects.filter(household=household, until=None).update(until=since)
        row = {"household": household, "status": status, "kind": kind, "since": since.isoformat()}
        made: Status = _insert("statuses", {"code": next_code("statuses", household), **row})
        return made


def record_income(*, household: str, by: str, reason: str = "", **values: Any) -> models.Model:
    """What the household earned or spent of one kind in a year, in minor units."""
    return record(table="incomes", household=household, by=by, reason=reason, **values)


def record_check(*, household: str, by: str, reason: str = "", **values: Any) -> models.Model:
    """What was found of one guarantee on a day."""
    return record(table="checks", household=household, by=by, reason=reason, **values)


def record(*, table: str, by: str, reason: str = "", code: str = "", **values: Any) -> models.Model:
    """A row of any table, the programme's own too."""
    declared = schema().by_name[table]
    owner = next((values[link.column] for link in declared.links if values.get(link.column)), table)
    with _one_change(by, reason):
        made: models.Model = _insert(table, {declared.key: code or next_code(table, owner), **values})
        return made


def _insert(table: str, row: dict[str, Any]) -> Any:
    declared = schema().by_name[table]
    check_row(declared, row)
    return model_of(declared)._default_manager.create(**to_fields(declared, row))


def _protected(number: str, on: date) -> dict[str, Any]:
    if not number:
        return {}
    found, trouble = read_identity(number, on, made_up=is_demonstration())
    if found is None:
        assert trouble is not None
        raise TsampaError(trouble.code, trouble.message, remedy=trouble.remedy)
    kept = protect(found.number)
    return {"identity_cipher": kept.cipher, "identity_hash": kept.hash}


@contextmanager
def _one_change(by: str, reason: str) -> Iterator[None]:
    try:
        with change(by=by, reason=reason, source=Source("office")):
            yield
    except Refused:
        raise
    except IntegrityError as error:
        raise TsampaError(
            "register-conflict", f"the register does not hold together so: {error}",
            remedy="Look at the household's file: end what was before, then enter what is now.",
        ) from None  # fmt: skip


def _unknown(table: str, code: str) -> TsampaError:
    return TsampaError("register-unknown", f"no '{code}'", where=table, remedy="Check the code.")
