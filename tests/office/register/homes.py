"""Households of two villages for the tests of pages, made by the office's own verbs, and counted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from office.web.people import HERE, NEXT, add_villages, signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.bridge.count import count_register
from tsampa.office.bridge.models import Judgement
from tsampa.office.register import actions
from tsampa.office.register.models import Household

__all__ = ["DAY", "add_home", "count_it", "opened", "pages_office", "sent", "typed", "worker"]

DAY = date(2020, 6, 30)
YES = {"food": "yes", "clothing": "yes", "housing": "A", "health_coverage": "yes", "safe_water": "yes"}


def pages_office() -> tuple[str, str]:
    """Two villages with a household each, the neighbour's second."""
    add_villages()
    return add_home(HERE, "卓玛", other="Dolma").code, add_home(NEXT, "扎西", other="Tashi").code


def add_home(area: str, name: str, *, other: str = "", amount: int | None = 2_000_000, identity: str = "", checks: bool = True) -> Household:  # fmt: skip
    """A registered household of a head and a child, with an income of 2019 and its checks."""
    home = actions.register_household(area=area, by="test", reason="entered")
    since = date(2015, 7, 1)
    head = actions.add_member(
        household=home.code, name=name, other_name=other, since=since, relationship="head", birth_date="1980-02-03", sex="female",
        work_capacity="ordinary", by="test", reason="entered", identity=identity,
    )  # fmt: skip
    actions.add_member(
        household=home.code, name=f"小{name}", since=since, relationship="child", birth_date="2010-05-06", sex="male", by="test", reason="entered",
    )  # fmt: skip
    actions.set_status(household=home.code, status="registered", since=since, by="test", reason="entered")
    actions.record_income(household=home.code, source="wage", accounting_year=2019, amount=amount, person=head.person_id, by="test", reason="entered")  # fmt: skip
    for guarantee in YES if checks else ():
        actions.record_check(household=home.code, guarantee=guarantee, grade=YES[guarantee], date="2020-03-01", by="test", reason="visit")  # fmt: skip
    return home


def count_it(on: date = DAY) -> Judgement:
    """The register counted, by the real count."""
    return count_register(as_of=on, by="test", at=timezone.now())


def worker(area: str = HERE, role: Role = Role.VILLAGE_WORKER, name: str = "") -> Client:
    """A browser of somebody who works in the area and signed in; without a password, which takes long to hash."""
    user, fresh = User.objects.get_or_create(username=name or f"{role.value}-{area}")
    if fresh:
        grant(user=user, role=role, area=area, since=date(2015, 1, 1), by="test")
    return signed_in(user)


def typed(answer: Any, **changed: Any) -> dict[str, Any]:
    """What a browser sends of the form that the page shows, some fields typed anew."""
    form = answer.context["form"]
    shown = {name: form[name].value() for name in form.fields if name not in form.files}
    return {name: "" if one is None else one for name, one in (shown | {"reason": "a visit"} | changed).items()}  # fmt: skip


def opened(client: Client, url: str) -> Any:
    """The page, which opens."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer


def sent(client: Client, url: str, **changed: Any) -> Any:
    """The form opened, filled in and sent."""
    return client.post(url, typed(opened(client, url), **changed))
