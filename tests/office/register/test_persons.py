"""Persons are born, move, marry, die and become heads; what was before stays true of days before."""

from __future__ import annotations

from datetime import date

import pytest

from office.intake.builders import county
from tsampa.errors import TsampaError
from tsampa.office.history import Change, Version
from tsampa.office.register import actions
from tsampa.office.register.models import Membership, Person
from tsampa.office.register.queries import members_on

DAY, BEFORE = date(2020, 1, 1), date(2019, 12, 31)


@pytest.fixture
def homes(office) -> list[str]:
    """A household of a head, a spouse and a son, and one of a head alone."""
    county()
    first, second = (actions.register_household(area="540228100201", by="pema").code for _ in range(2))
    for home, name, word in (
        (first, "扎西", "head"),
        (first, "卓玛", "spouse"),
        (first, "次仁", "child"),
        (second, "央宗", "head"),
    ):
        actions.add_member(household=home, name=name, relationship=word, since=date(2010, 1, 1), by="pema")
    return [first, second]


def told(household: str, on: date) -> dict[str, str]:
    return {one.person.name: one.relationship for one in members_on(household, on)}


def test_a_child_is_born(homes):
    made = actions.record_birth(
        household=homes[0], name="白玛", on=DAY, sex="female", by="pema", reason="visit"
    )
    assert (made.person.birth_date, made.since, made.relationship) == (DAY, DAY, "child")
    assert "白玛" not in told(homes[0], BEFORE)


def test_a_son_marries_into_another_household(homes):
    before = Change.objects.count()
    actions.marry(person=f"{homes[0]}-03", household=homes[1], on=DAY, by="pema")
    assert Change.objects.count() - before == 1
    assert told(homes[0], BEFORE) == {"扎西": "head", "卓玛": "spouse", "次仁": "child"}
    assert told(homes[0], DAY) == {"扎西": "head", "卓玛": "spouse"}
    assert told(homes[1], DAY) == {"央宗": "head", "次仁": "spouse"}


def test_a_head_dies_and_another_is_head_from_that_day(homes):
    head = f"{homes[0]}-01"
    with pytest.raises(TsampaError) as error:
        actions.record_death(person=head, on=DAY, by="pema")
    assert error.value.code == "register-head-needed"
    actions.record_death(person=head, head=f"{homes[0]}-02", on=DAY, by="pema", reason="died")
    assert told(homes[0], BEFORE)["卓玛"] == "spouse"
    assert told(homes[0], DAY) == {"次仁": "child", "卓玛": "head"}
    assert Person.objects.filter(pk=head).exists()


def test_the_last_member_leaves_no_head_behind(homes):
    actions.record_death(person=f"{homes[1]}-01", on=DAY, by="pema")
    assert told(homes[1], DAY) == {}


def test_a_head_is_changed(homes):
    actions.change_head(household=homes[0], person=f"{homes[0]}-03", former="parent", on=DAY, by="pema")
    assert told(homes[0], BEFORE) == {"扎西": "head", "卓玛": "spouse", "次仁": "child"}
    assert told(homes[0], DAY) == {"扎西": "parent", "卓玛": "spouse", "次仁": "head"}


def test_a_mistake_is_corrected_and_history_keeps_it(homes):
    member = Membership.objects.get(person=f"{homes[0]}-02")
    actions.correct(table="memberships", code=member.code, relationship="sibling", by="pema", reason="slip")
    assert told(homes[0], DAY)["卓玛"] == "sibling"
    actions.correct(table="persons", code=f"{homes[0]}-02", livelihood="employed", sex=None, by="pema")
    person = Person.objects.get(pk=f"{homes[0]}-02")
    assert (person.name, person.own) == ("卓玛", {"livelihood": "employed"})


WRONG = [
    (lambda one, two: actions.move_person(person=f"{one}-03", household=one, on=DAY, by="pema"), "register-same-household"),
    (lambda one, two: actions.move_person(person=f"{one}-01", household=two, on=DAY, by="pema"), "register-head-needed"),
    (lambda one, two: actions.move_person(person="x", household=two, on=DAY, by="pema"), "register-unknown"),
    (lambda one, two: actions.move_person(person=f"{one}-03", household="x", on=DAY, by="pema"), "register-conflict"),
    (lambda one, two: actions.marry(person=f"{one}-03", household=two, on=DAY, relationship="head", by="pema"), "register-two-heads"),
    (lambda one, two: actions.marry(person=f"{one}-03", household=two, on=date(2009, 1, 1), by="pema"), "register-conflict"),
    (lambda one, two: actions.change_head(household=one, person=f"{two}-01", on=DAY, by="pema"), "register-unknown"),
    (lambda one, two: actions.record_death(person=f"{one}-01", head="x", on=DAY, by="pema"), "register-unknown"),
    (lambda one, two: actions.correct(table="persons", code="x", sex="male", by="pema"), "register-unknown"),
    (lambda one, two: actions.correct(table="persons", code=f"{one}-01", code_="x", by="pema"), "register-column"),
    (lambda one, two: actions.correct(table="persons", code=f"{one}-01", birth_date="2015-01-01", by="pema"), "register-born-later"),
    (lambda one, two: actions.add_member(household=one, name="x", since=DAY, birth_date="2021-01-01", by="pema"), "register-born-later"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "code"), WRONG)
def test_what_is_wrong_is_refused_and_nothing_is_written(homes, act, code):
    before = Version.objects.count()
    with pytest.raises(TsampaError) as error:
        act(*homes)
    assert (error.value.code, Version.objects.count()) == (code, before)
