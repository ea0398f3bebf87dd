"""A register of two neighbouring villages whose values cannot be taken for one another, for tests of who sees what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from office.intake.builders import workbook
from office.web.people import HERE, NEXT, add_somebody, add_villages
from tsampa.office.accounts.actions import record_look
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.bridge.count import count_register
from tsampa.office.bridge.models import Judgement, VillageSummary
from tsampa.office.history import Change, change
from tsampa.office.intake.actions import load
from tsampa.office.register import actions

__all__ = ["Side", "fill"]

DAY = date(2019, 12, 31)
NOW = datetime(2020, 1, 2, tzinfo=UTC)
SQUARE = {"type": "Polygon", "coordinates": [[[88, 29], [89, 29], [89, 30], [88, 30], [88, 29]]]}


@dataclass
class Side:
    """A village: what stands in addresses for it, and the words and numbers that only its people may read."""

    area: str
    mark: str
    households: int
    cents: int
    things: dict[str, Any] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)

    def said_in(self, text: str, asked: str = "") -> list[str]:
        """The marks of this village that stand in a text, but those that were asked for in these words."""
        return [one for one in self.marks if one in text and one not in asked]


def fill(folder: Path) -> tuple[Side, Side]:
    """Both villages: each with a household, a sheet sent in, somebody who works there, a look at a file, and a count."""
    add_villages()
    sides = (Side(HERE, "QHEREQ", 21_337, 123_456_700), Side(NEXT, "QNEXTQ", 31_747, 987_654_300))
    for one in sides:
        _settle(one, folder)
    judgement = count_register(as_of=DAY, by="setup", at=NOW)
    for one in sides:
        _sum_up(one, judgement)
    return sides


def _settle(side: Side, folder: Path) -> None:
    with change(by="setup", reason=side.mark):
        Area.objects.filter(code=side.area).update(name=f"{side.mark}村", geometry=SQUARE)
    home = actions.register_household(area=side.area, address=f"{side.mark} 一组", by="setup", reason=side.mark).code  # fmt: skip
    told: dict[str, Any] = {"household": home, "by": "setup", "reason": side.mark}
    member = actions.add_member(
        since=date(2015, 1, 1), relationship="head", name=f"{side.mark}人", birth_date="1970-01-01", sex="male", **told
    )  # fmt: skip
    actions.set_status(status="registered", since=date(2015, 1, 1), **told)
    actions.record_income(source="wage", accounting_year=2019, amount=side.cents, **told)
    check = actions.record_check(guarantee="housing", date="2019-06-01", **told)
    actions.add_land(kind="arable", since=date(2015, 1, 1), size=side.households, **told)
    paper = actions.attach_evidence(check=check.pk, content=b"%PDF-" + side.mark.encode(), name="a.pdf", by="setup")  # fmt: skip
    worker = add_somebody(Role.VILLAGE_WORKER, side.area, name=f"worker-{side.mark.lower()}", first_name=side.mark)  # fmt: skip
    sheet = workbook(folder / f"{side.mark}.xlsx", households=f"ref | area | address\n1 | {side.area} | {side.mark} 二组")  # fmt: skip
    sender = add_somebody(Role.TOWNSHIP_CLERK, side.area, name=f"sender-{side.mark.lower()}")
    batch = load(sheet, by=sender, on=DAY)
    # As an auditor's list has it, and as whoever asks about that household finds it.
    record_look(household=home, by=worker, page="file", at=NOW)
    side.things = {
        "area": side.area, "household": home, "person": member.person_id, "membership": member.pk, "check": check.pk, "evidence": paper.pk,
        "user": worker.pk, "grant": worker.grants.get().pk, "batch": batch.pk, "change": Change.objects.filter(reason=side.mark).first().pk,
    }  # fmt: skip
    amount = f"{side.cents // 100:,}"
    side.marks = [
        side.area, side.mark, side.mark.lower(), f"{side.households:,}", str(side.households), amount, amount.replace(",", ""), str(side.cents),
    ]  # fmt: skip


def _sum_up(side: Side, judgement: Judgement) -> None:
    # The count found one household a village; sums that cannot be mistaken show where a page adds them up.
    VillageSummary.objects.filter(judgement=judgement, area=side.area).update(
        households=side.households,
        persons=side.households,
        heads=side.households,
        income=side.cents * side.households,
    )
    side.things["judgement"] = judgement.pk
    side.things["sender"] = User.objects.get(username=f"sender-{side.mark.lower()}").pk
