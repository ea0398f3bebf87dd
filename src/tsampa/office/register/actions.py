"""Writes to the register: one verb, one change, said by whom and why; values are in storage form.

Each is checked by the programme's schema. What the database refuses is raised as ``Refused`` with the guard's code, or as
TsampaError ``register-conflict``; all raise ``register-column``, ``register-value`` or ``register-missing``, and
``register-unknown`` where a code names nothing. Verbs about persons stand in ``persons.py``, evidence in ``evidence.py``.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import holds_on
from tsampa.office.register.codes import next_code
from tsampa.office.register.evidence import attach_evidence
from tsampa.office.register.models import Household, LandParcel, PovertyDriver, Status
from tsampa.office.register.persons import (
    add_member,
    change_head,
    end_membership,
    marry,
    move_person,
    record_birth,
    record_death,
    set_identity,
)
from tsampa.office.register.places import place_households
from tsampa.office.register.writing import correct, insert, one_change, record, unknown

__all__ = [
    "add_driver",
    "add_land",
    "add_member",
    "attach_evidence",
    "change_head",
    "correct",
    "end_driver",
    "end_land",
    "end_membership",
    "end_monitoring",
    "marry",
    "move_household",
    "move_person",
    "net_income",
    "record",
    "record_birth",
    "record_check",
    "record_death",
    "record_income",
    "register_household",
    "set_identity",
    "set_status",
]

WHOLE = 10_000
"""A cost norm is a share of this."""


def register_household(*, area: str, by: str, reason: str = "", code: str = "", **values: Any) -> Household:
    """A new household in this village; its code is given by the village where none is told."""
    row = {"code": code or next_code("households", area), "area": area, **values}
    with one_change(by, reason):
        made: Household = insert("households", row)
        return made


def move_household(*, household: str, area: str, on: date, by: str, reason: str = "") -> None:
    """The household lives in another village from this day on, and keeps its code.

    Raises TsampaError ``register-unknown``, ``area-unknown``, ``area-ended`` or ``register-placed``.
    """
    with one_change(by, reason):
        if not Household.objects.filter(code=household).exists():
            raise unknown("households", household)
        village = Area.objects.filter(code=area).first()
        if village is None:
            raise TsampaError("area-unknown", f"no area '{area}' in the register", remedy="Write its code.")
        if not holds_on(village, on):
            raise TsampaError(
                "area-ended", f"the area '{area}' is not in force on that day",
                remedy="Name the area that succeeded it, or another day.",
            )  # fmt: skip
        place_households([household], area, on)


def set_status(
    *, household: str, status: str, since: date, by: str, kind: str | None = None, reason: str = ""
) -> Status:
    """How the household stands from this day on; its standing before it ends, or its monitoring where this is one."""
    monitored = status == "monitored"
    with one_change(by, reason):
        before = Status.objects.filter(household=household, until=None)
        (before.filter(status="monitored") if monitored else before.exclude(status="monitored")).update(
            until=since
        )
        row = {"household": household, "status": status, "kind": kind, "since": since.isoformat()}
        made: Status = insert("statuses", {"code": next_code("statuses", household), **row})
        return made


def end_monitoring(*, household: str, until: date, by: str, reason: str = "") -> None:
    """The household is no more monitored from this day on."""
    with one_change(by, reason):
        found = Status.objects.filter(household=household, status="monitored", until=None)
        if not found.update(until=until):
            raise unknown("statuses", household)


def record_income(
    *, household: str, by: str, gross: int | None = None, norm: int | None = None, reason: str = "", **values: Any
) -> models.Model:  # fmt: skip
    """What the household earned or spent of one kind in a year, in minor units.

    ``amount`` is told, or follows from ``gross`` by the customary cost ``norm``, the costs' share in ten-thousandths; see
    ``net_income``. Raises TsampaError ``register-net-income`` where they do not agree.
    """
    if gross is not None and norm is not None and values.get("amount") is None:
        values["amount"] = net_income(gross, norm)
    return record(
        table="incomes", household=household, by=by, reason=reason, gross=gross, norm=norm, **values
    )


def net_income(gross: int, norm: int) -> int:
    """Gross less the norm's share of costs, in whole minor units; half a unit is rounded up.

    Raises TsampaError ``register-net-income``.
    """
    if gross < 0 or not 0 <= norm <= WHOLE:
        raise TsampaError(
            "register-net-income", "gross is not negative, and a cost norm is between 0 and 10000",
            remedy="Write 4000 for a norm of 40 %.",
        )  # fmt: skip
    return (gross * (WHOLE - norm) + WHOLE // 2) // WHOLE


def record_check(*, household: str, by: str, reason: str = "", **values: Any) -> models.Model:
    """What was found of one guarantee on a day; its evidence is added by ``attach_evidence``."""
    return record(table="checks", household=household, by=by, reason=reason, **values)


def add_land(
    *, household: str, kind: str, since: date, by: str, reason: str = "", **values: Any
) -> models.Model:
    """Land that the household works from this day on; ``size`` in hundredths of a mu."""
    told = {"household": household, "kind": kind, "since": since.isoformat()}
    return record(table="land_parcels", by=by, reason=reason, **told, **values)


def end_land(*, parcel: str, until: date, by: str, reason: str = "") -> None:
    """The household works the parcel no more from this day on."""
    with one_change(by, reason):
        if not LandParcel.objects.filter(code=parcel, until=None).update(until=until):
            raise unknown("land_parcels", parcel)


def add_driver(
    *, household: str, driver: str, since: date, by: str, main: bool = False, reason: str = ""
) -> models.Model:
    """Why the household is poor, from this day on; a new ``main`` driver takes the place of the one before, which stays one."""
    with one_change(by, reason):
        before = PovertyDriver.objects.filter(household=household, until=None, main=True).first()
        if main and before is not None:
            end_driver(driver=before.code, until=since, by=by)
            record(
                table="poverty_drivers", household=household, driver=before.driver, main=False,
                since=since.isoformat(), by=by,
            )  # fmt: skip
        told = {"household": household, "driver": driver, "since": since.isoformat()}
        return record(table="poverty_drivers", by=by, main=main, **told)


def end_driver(*, driver: str, until: date, by: str, reason: str = "") -> None:
    """The driver of this code holds no more from this day on."""
    with one_change(by, reason):
        if not PovertyDriver.objects.filter(code=driver, until=None).update(until=until):
            raise unknown("poverty_drivers", driver)
