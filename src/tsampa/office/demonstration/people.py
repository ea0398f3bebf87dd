"""Who works in the demonstration: one for each role, with a sign-in that is printed and known to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.history.clock import is_demonstration

__all__ = [
    "APPROVER",
    "KEEPER",
    "PASSWORD",
    "PEOPLE",
    "PREPARER",
    "Worker",
    "add_people",
    "grant_roles",
    "sign_ins",
]

PREPARER, APPROVER, KEEPER = "tsering", "dolma", "jigme"
"""Who prepares the county's sheets, who accepts them, and who keeps its areas."""
PASSWORD = "tsampa-demo"
"""Only a demonstration has it."""
SINCE = date(2015, 1, 1)


@dataclass(frozen=True)
class Worker:
    """Somebody of the demonstration, and the area of their work."""

    username: str
    name: str
    role: Role
    area: str | None


COUNTY, TOWNSHIP, VILLAGE, NEIGHBOUR = "540228", "540228101", "540228101201", "540228101202"
PEOPLE = (
    Worker("pema", "白玛 Pema", Role.VILLAGE_WORKER, VILLAGE),
    Worker("lhamo", "拉姆 Lhamo", Role.VILLAGE_WORKER, NEIGHBOUR),
    Worker("tashi", "扎西 Tashi", Role.TOWNSHIP_CLERK, TOWNSHIP),
    Worker(PREPARER, "次仁 Tsering", Role.COUNTY_OFFICER, None),
    Worker(APPROVER, "卓玛 Dolma", Role.APPROVER, None),
    Worker("norbu", "罗布 Norbu", Role.AUDITOR, None),
    Worker("yangzom", "央宗 Yangzom", Role.ANALYST, COUNTY),
    Worker(KEEPER, "晋美 Jigme", Role.ADMINISTRATOR, None),
)
"""The county officer and who approves work for the whole register, as it holds areas of other counties too."""


def add_people() -> None:
    """Adds everybody, with the demonstration's password; what they may do comes with their roles."""
    secret = make_password(PASSWORD)  # once: it takes its time on purpose
    for one in PEOPLE:
        User.objects.create(username=one.username, password=secret, first_name=one.name)


def grant_roles(*, at: datetime | None = None) -> None:
    """Gives everybody their role, in the area of their work; while there is no area yet, to those of the whole register.

    ``at`` sets the clock.
    """
    there = Area.objects.exists()
    with change(by="demonstration", reason="demonstration", at=at):
        for one in PEOPLE:
            if there or one.area is None:
                user = User.objects.get(username=one.username)
                grant(user=user, role=one.role, area=one.area, since=SINCE, by="demonstration")


def sign_ins() -> list[Worker]:
    """Those of the demonstration who may sign in here; nobody in any other office."""
    if not is_demonstration():
        return []
    there = set(User.objects.filter(is_active=True).values_list("username", flat=True))
    return [one for one in PEOPLE if one.username in there]
