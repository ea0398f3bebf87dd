"""What the register never holds, on both databases: intervals that overlap, open or closed."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connections

from tsampa.office.areas.models import Area
from tsampa.office.history import Refused, change
from tsampa.office.register.models import Household, Membership, Person, Status


@pytest.fixture
def households(office) -> None:
    with change(by="test"):
        Area.objects.create(code="A", name="A", level="village")
        for code in ("H1", "H2"):
            Household.objects.create(code=code, area_id="A")
        for code in ("P1", "P2"):
            Person.objects.create(code=code, name=code)


def member(code: str, person: str, household: str, since: int, until: int | None, word: str = "child"):
    ends = None if until is None else date(until, 1, 1)
    return Membership(
        code=code, person_id=person, household_id=household, since=date(since, 1, 1), until=ends, relationship=word
    )  # fmt: skip


OVERLAPS = [((2010, 2020), (2015, 2016)), ((2010, 2020), (2019, None)), ((2010, None), (2005, 2011)),
            ((2010, 2020), (2010, 2020)), ((2010, None), (2012, None))]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), OVERLAPS)
def test_a_person_is_never_in_two_households_at_once(households, first, second):
    with change(by="test"):
        member("M1", "P1", "H1", *first).save()
    with pytest.raises(Refused) as found, change(by="test"):
        member("M2", "P1", "H2", *second).save()
    assert found.value.code == "register-two-households"


def test_one_may_end_on_the_day_the_other_begins(households):
    with change(by="test"):
        member("M1", "P1", "H1", 2010, 2015).save()
        member("M2", "P1", "H2", 2015, None).save()
        member("M1", "P1", "H1", 2011, 2015).save()
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("bulk", [True, False])
def test_two_in_one_statement_are_found(households, bulk):
    rows = [member("M1", "P1", "H1", 2010, 2020), member("M2", "P1", "H2", 2015, 2016)]
    more = (
        {}
        if bulk
        else {"update_conflicts": True, "unique_fields": ["code"], "update_fields": ["since", "until"]}
    )
    if not bulk:
        with change(by="test"):
            Membership.objects.bulk_create(rows[:1])
    with pytest.raises(Refused) as found, change(by="test"):
        Membership.objects.bulk_create(rows, **more)
    assert found.value.code == "register-two-households"


def test_an_update_is_guarded_too(households):
    with change(by="test"):
        member("M1", "P1", "H1", 2010, 2015).save()
        member("M2", "P1", "H2", 2015, None).save()
    with pytest.raises(Refused) as found, change(by="test"):
        Membership.objects.filter(pk="M1").update(until=date(2016, 1, 1))
    assert found.value.code == "register-two-households"


@pytest.mark.parametrize(("first", "second"), OVERLAPS)
def test_a_household_never_has_two_heads(households, first, second):
    with change(by="test"):
        member("M1", "P1", "H1", *first, "head").save()
        member("M3", "P2", "H1", 1990, 2001, "head").save()
    with pytest.raises(Refused) as found, change(by="test"):
        member("M2", "P2", "H1", *second, "head").save()
    assert found.value.code == "register-two-heads"


@pytest.mark.parametrize(("first", "second"), OVERLAPS)
def test_statuses_never_overlap(households, first, second):
    def status(code: str, since: int, until: int | None) -> None:
        ends = None if until is None else date(until, 1, 1)
        Status.objects.create(
            code=code, household_id="H1", status="registered", since=date(since, 1, 1), until=ends
        )

    with change(by="test"):
        status("S1", *first)
    with pytest.raises(Refused) as found, change(by="test"):
        status("S2", *second)
    assert found.value.code == "register-two-statuses"


def test_two_writers_at_once_cannot_each_miss_the_other(households, django_db_blocker):
    """The second waits for the first, then is refused."""
    started, done, refused = threading.Event(), threading.Event(), []

    def second() -> None:
        started.wait(10)
        try:
            with change(by="second"):
                member("M2", "P1", "H2", 2015, 2016).save()
        except Refused as error:
            refused.append(error.code)
        finally:
            done.set()
            connections["default"].close()

    other = threading.Thread(target=second)
    other.start()
    with change(by="first"):
        member("M1", "P1", "H1", 2010, 2020).save()
        started.set()
        assert not done.wait(0.3)
    other.join(10)
    assert refused == ["register-two-households"]
