"""Lets the demonstration county enter an office, by the intake that every sheet goes through."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tsampa.demo import DatedSheets, write_batches
from tsampa.errors import TsampaError
from tsampa.office.areas.actions import draw_area
from tsampa.office.areas.models import Area
from tsampa.office.bridge.count import count_register
from tsampa.office.demonstration.outlines import outlines_of
from tsampa.office.demonstration.people import APPROVER, KEEPER, PREPARER, add_people, grant_roles
from tsampa.office.history import Cut, change, cut
from tsampa.office.history.clock import is_demonstration
from tsampa.office.intake.actions import accept, load
from tsampa.rules import load_rulebook

__all__ = ["Entered", "make_office"]

Progress = Callable[[str, int, int], None]
SUMMER = (6, 30)
"""Month and day of the yearly count."""
OPENED, LOADED, ACCEPTED, CLOSED = time(9), time(16), time(17), time(18)
"""The hours of a batch's day, in the programme's time zone: loaded, accepted, and a cut taken; on the first, roles are given."""
DRAWN = time(19)
"""When on the first day, with which all areas come, their outlines are drawn."""


@dataclass(frozen=True)
class Entered:
    """A batch as it entered: its day, its id, how many rows were read, and the cut that was taken that evening."""

    day: date
    batch: str
    rows: int
    cut: Cut


def make_office(
    *,
    seed: int = 1,
    households: int | None = None,
    counted: bool = False,
    evening: Callable[[Entered], None] | None = None,
    progress: Progress | None = None,
) -> list[Entered]:
    """The county of ``seed`` and ``households`` (as ``make_demo``) in this office, recorded from 2015 to 2020 at each quarter's end.

    ``counted``: on each 30th of June from the rules' first day on it is counted and the results brought back, so that pages have
    years to show. ``evening`` is called after each batch. Raises TsampaError ``demo-register-real`` where the database is not marked as a
    demonstration, ``demo-register-full`` where it holds something, ``demo-too-small``, ``demo-rows-refused``.
    """
    _require_empty()
    add_people()
    with tempfile.TemporaryDirectory(prefix="tsampa-demo-") as folder:
        batches = write_batches(Path(folder), seed=seed, households=households, progress=progress)
        found = []
        for done, one in enumerate(batches):
            if progress:
                progress("taking in", done, len(batches))
            if not done:
                # Who sends and who accepts work for the whole register; the others' areas come with the first sheets.
                grant_roles(at=_at(one.day, OPENED))
            found.append(_enter(one))
            one.path.unlink()
            if not done:
                _draw_outlines(at=_at(one.day, DRAWN))
            if counted:
                _count(found[-1].day)
            if evening:
                evening(found[-1])
    grant_roles()
    return found


def _require_empty() -> None:
    if not is_demonstration():
        raise TsampaError(
            "demo-register-real", "this register is not marked as a demonstration", usage=True,
            remedy="Name another folder by TSAMPA_HOME, or another database: made-up people never enter a real register.",
        )  # fmt: skip
    if Area.objects.exists():
        raise TsampaError(
            "demo-register-full", "this register holds something already", usage=True,
            remedy="Name another folder by TSAMPA_HOME, or another database.",
        )  # fmt: skip


def _enter(sheets: DatedSheets) -> Entered:
    batch = load(sheets.path, by=PREPARER, on=sheets.day, at=_at(sheets.day, LOADED))
    if batch.rows["good"] != batch.rows["read"]:
        raise TsampaError(
            "demo-rows-refused", f"of the demonstration's rows {batch.rows} were not all taken", where=sheets.path.name,
            remedy="Look at the batch: tsampa intake show.",
        )  # fmt: skip
    accept(str(batch.pk), by=APPROVER, at=_at(sheets.day, ACCEPTED))
    return Entered(sheets.day, str(batch.pk), batch.rows["read"], cut(at=_at(sheets.day, CLOSED)))


def _draw_outlines(*, at: datetime) -> None:
    """Gives every area an outline, all in one change that says they are made up."""
    shapes = outlines_of(dict(Area.objects.values_list("code", "parent_id")))
    with change(by=KEEPER, reason="made-up outlines, a hexagon for each village", at=at):
        for code, shape in shapes.items():
            draw_area(area=code, geometry=shape, by=KEEPER)


def _count(day: date) -> None:
    if (day.month, day.day) == SUMMER and day >= _first_rules():
        count_register(as_of=day, by=PREPARER, at=_at(day, CLOSED))


@cache
def _first_rules() -> date:
    return min(one.since for one in load_rulebook(settings.PROGRAMME).all_formulas())


def _at(day: date, hour: time) -> datetime:
    assert settings.USE_TZ
    return timezone.make_aware(datetime.combine(day, hour))
