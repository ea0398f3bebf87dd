"""What households are searched by, on both databases: right after any write, whoever makes it, and made anew after migrations."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import change, require_triggers
from tsampa.office.register.models import Household, HouseholdNames, Membership, Person

SINCE = date(2015, 1, 1)


@pytest.fixture
def home(office) -> None:
    """Two households; two persons live in the first."""
    with change(by="test"):
        Area.objects.create(code="A", name="A", level="village")
        Household.objects.bulk_create([Household(code=code, area_id="A") for code in ("H1", "H2")])
        Person.objects.bulk_create([Person(code="P1", name="次仁卓玛", other_name="Tsering Drolma"), Person(code="P2", name="扎西")])  # fmt: skip
        Membership.objects.bulk_create([member("P1", "H1"), member("P2", "H1")])


def member(person: str, household: str, code: str = "") -> Membership:
    return Membership(
        code=code or f"M-{person}",
        person_id=person,
        household_id=household,
        relationship="other",
        since=SINCE,
    )


def names() -> dict[str, set[str]]:
    """Who lives where, as it is searched."""
    return {home: set(text.split("\n")) for home, text in HouseholdNames.objects.values_list("household_id", "names")}  # fmt: skip


BOTH = {"H1": {"次仁卓玛 tsering drolma", "扎西 "}}


def test_names_of_those_who_live_there(home):
    assert names() == BOTH


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


WRITES: dict[str, tuple[Any, dict[str, set[str]]]] = {
    "renamed": (
        lambda: Person.objects.filter(code="P2").update(name="扎西 平措"),
        {"H1": {"次仁卓玛 tsering drolma", "扎西 平措 "}},
    ),
    "moved out": (
        lambda: Membership.objects.filter(code="M-P2").update(until=date(2018, 1, 1)),
        {"H1": {"次仁卓玛 tsering drolma"}},
    ),
    "moved over": (
        lambda: Membership.objects.filter(code="M-P2").update(household="H2"),
        {"H1": {"次仁卓玛 tsering drolma"}, "H2": {"扎西 "}},
    ),
    "nobody left": (lambda: Membership.objects.all().delete(), {}),
    "raw": (
        lambda: raw("UPDATE register_person SET name = 'X' WHERE code = 'P2'"),
        {"H1": {"次仁卓玛 tsering drolma", "x "}},
    ),
    "another field": (lambda: Person.objects.all().update(sex="female"), BOTH),
    "member first": (
        lambda: (Person.objects.create(code="P3", name="格桑"), member("P3", "H2").save()),
        BOTH | {"H2": {"格桑 "}},
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_every_write_is_followed(home, write):
    act, expected = WRITES[write]
    with change(by="test"):
        act()
    assert names() == expected


def fails() -> None:
    with change(by="test"):
        Person.objects.filter(code="P2").update(name="X")
        raise RuntimeError


def test_a_write_that_fails_leaves_them(home):
    with pytest.raises(RuntimeError):
        fails()
    assert names() == BOTH


def test_made_anew_where_triggers_were_away(home):
    history: Any = connection
    with change(by="test"):
        history.history.drop_from(prefix="tsampa_refresh_")
        Person.objects.filter(code="P2").update(name="X")
    assert names() == BOTH
    with pytest.raises(TsampaError, match="tsampa_refresh"):
        require_triggers()
    call_command("migrate", verbosity=0)
    require_triggers()
    assert names() == {"H1": {"次仁卓玛 tsering drolma", "x "}}


def test_two_who_write_at_once_miss_nothing_of_each_other(home):
    """Two persons move into one household by transactions that overlap."""
    with change(by="test"):
        Person.objects.bulk_create([Person(code=f"Q{n}", name=f"q{n}") for n in range(8)])
    ready = threading.Barrier(8, timeout=30)

    def move_in(n: int) -> None:
        ready.wait()
        try:
            with change(by="test"):
                member(f"Q{n}", "H2").save()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move_in, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert names()["H2"] == {f"q{n} " for n in range(8)}
