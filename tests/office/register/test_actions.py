"""Verbs of the register: each one change, checked by the schema; reads as of a day."""

from __future__ import annotations

from datetime import date

import pytest

from office.intake.builders import county, number
from tsampa.errors import TsampaError
from tsampa.office.history import Change, Version
from tsampa.office.register import actions
from tsampa.office.register.models import Membership, Record
from tsampa.office.register.queries import households_of, members_on, person_by_identity, status_on

HOME = "540228100201-0001"


@pytest.fixture
def home(office):
    county()
    return actions.register_household(area="540228100201", by="pema", reason="visit").code


def test_a_household_and_its_members_get_codes_by_their_place(home):
    assert home == HOME
    first = actions.add_member(
        household=home,
        name="扎西",
        relationship="head",
        since=date(2015, 1, 1),
        identity=number("1970-01-01", 1),
        by="pema",
    )
    second = actions.add_member(
        household=home, name="卓玛", relationship="spouse", since=date(2016, 1, 1), by="pema"
    )
    assert (first.person_id, second.person_id) == (f"{HOME}-01", f"{HOME}-02")
    assert actions.register_household(area="540228100201", by="pema").code == "540228100201-0002"
    assert [one.code for one in households_of("540228100201")] == [HOME, "540228100201-0002"]
    assert person_by_identity(number("1970-01-01", 1)).name == "扎西"
    assert [one.person.name for one in members_on(home, date(2015, 6, 1))] == ["扎西"]
    assert [one.person.name for one in members_on(home, date(2016, 1, 1))] == ["扎西", "卓玛"]


def test_a_membership_ends_and_the_person_is_added_elsewhere(home):
    member = actions.add_member(household=home, name="扎西", since=date(2015, 1, 1), by="pema")
    other = actions.register_household(area="540228100202", by="pema").code
    actions.end_membership(membership=member.code, until=date(2018, 1, 1), by="pema", reason="moved")
    actions.add_member(household=other, person=member.person_id, since=date(2018, 1, 1), by="pema")
    assert [one.household_id for one in Membership.objects.order_by("since")] == [HOME, other]
    with pytest.raises(TsampaError) as error:
        actions.end_membership(membership=member.code, until=date(2019, 1, 1), by="pema")
    assert error.value.code == "register-unknown"


def test_a_status_ends_the_one_before(home):
    actions.set_status(household=home, status="registered", since=date(2015, 1, 1), by="pema")
    actions.set_status(
        household=home, status="exited", since=date(2018, 12, 1), by="pema", reason="appraised"
    )
    said = [
        (status_on(home, day) or status_on(home, date(2015, 1, 1))).status
        for day in (date(2018, 11, 30), date(2018, 12, 1))
    ]
    assert said == ["registered", "exited"]
    assert status_on(home, date(2014, 1, 1)) is None


def test_facts_and_a_programmes_own_rows_stand_in_one_change_each(home):
    actions.record_income(
        household=home, source="wage", activity="livestock", accounting_year=2019, amount=100, by="pema"
    )
    actions.record_check(
        household=home, guarantee="safe_water", date="2019-05-01", minutes_to_fetch=20, by="pema"
    )
    before = Change.objects.count()
    shock = actions.record(
        table="shocks", household=home, kind="disaster", date="2019-05-01", by="pema", reason="hail"
    )
    made = Change.objects.latest("pk")
    assert (Change.objects.count() - before, made.actor, made.reason) == (1, "pema", "hail")
    assert Version.objects.filter(change=made).count() == 1
    assert (shock.code, Record.objects.get().household_id) == (f"{HOME}-shock-1", HOME)


WRONG = [
    ({"source": "wage", "accounting_year": 2019, "amount": -1}, "register-value"),
    ({"source": "theft", "accounting_year": 2019, "amount": 1}, "register-value"),
    ({"source": "wage", "accounting_year": "2019"}, "register-value"),
    ({"source": "wage"}, "register-missing"),
    ({"source": "wage", "accounting_year": 2019, "colour": 1}, "register-column"),
]


@pytest.mark.parametrize(("values", "code"), WRONG)
def test_what_the_schema_does_not_know_is_refused(home, values, code):
    before = Version.objects.count()
    with pytest.raises(TsampaError) as error:
        actions.record_income(household=home, by="pema", **values)
    assert (error.value.code, Version.objects.count()) == (code, before)


def test_two_heads_and_two_households_are_refused_by_the_database(home):
    first = actions.add_member(
        household=home, name="扎西", relationship="head", since=date(2015, 1, 1), by="pema"
    )
    for told in ({"name": "卓玛", "relationship": "head"}, {"person": first.person_id}):
        with pytest.raises(TsampaError) as error:
            actions.add_member(household=home, since=date(2016, 1, 1), by="pema", **told)
        assert error.value.code in ("register-two-heads", "register-two-households")


def test_a_wrong_identity_number_is_refused_before_anything_is_written(home):
    with pytest.raises(TsampaError) as error:
        actions.add_member(household=home, name="扎西", since=date(2015, 1, 1), identity="123", by="pema")
    assert error.value.code == "identity-malformed"
    assert not Membership.objects.exists()
