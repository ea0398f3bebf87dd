"""Who works in the demonstration: one for each role, with a sign-in that is printed and known to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.history.clock import is_demonstration

__all__ = ["APPROVER", "PASSWORD", "PEOPLE", "PREPARER", "Worker", "add_people", "grant_roles", "sign_ins"]

PREPARER, APPROVER = "tsering", "dolma"
"""Who prepares the county's sheets, and who accepts them."""
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
    Worker("jigme", "晋美 Jigme", Role.ADMINISTRATOR, None),
)
"""The county officer and who approves work for the whole register, as it holds areas of other counties too."""


def add_people() -> None:
    """Adds everybody, with the demonstration's password; what they may do comes with the areas."""
    secret = make_password(PASSWORD)  # once: it takes its time on purpose
    for one in PEOPLE:
        made = User.objects.create(username=one.username, password=secret, first_name=one.name)
        if one.role == Role.APPROVER:
            made.user_permissions.add(Permission.objects.get(codename="accept_batch"))


def grant_roles() -> None:
    """Gives everybody their role, in the area of their work."""
    for one in PEOPLE:
        user = User.objects.get(username=one.username)
        grant(
            user=user, role=one.role, area=one.area, since=SINCE, by="demonstration", reason="demonstration"
        )


def sign_ins() -> list[Worker]:
    """Those of the demonstration who may sign in here; nobody in any other office."""
    if not is_demonstration():
        return []
    there = set(User.objects.filter(is_active=True).values_list("username", flat=True))
    return [one for one in PEOPLE if one.username in there]
