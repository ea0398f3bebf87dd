"""Many rows at once are still seen by history and by the guards, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from office.intake.builders import UPPER, county
from tsampa.office.history import Refused, Version, change
from tsampa.office.intake import bulk
from tsampa.office.register.models import Household, Membership, Person

HOMES = 200
MANY = 12_000
"""More than two pieces of COPY and of executemany."""


@pytest.fixture
def people(office):
    county()
    with change(by="test"):
        bulk.insert(Household, ({"code": f"H{at}", "area_id": UPPER} for at in range(HOMES)))
        bulk.insert(
            Person,
            ({"code": f"P{at:05}", "name": f"人{at}", "birth_date": date(1990, 1, 1)} for at in range(MANY)),
        )


def test_every_row_has_its_version(people):
    assert Version.objects.filter(table="register_person", operation="insert").count() == MANY
    with change(by="test"):
        bulk.update(
            Person, ((f"P{at:05}", {"sex": "male", "own": {"in_school": True}}) for at in range(MANY))
        )
    assert Version.objects.filter(table="register_person", operation="update").count() == MANY
    assert Person.objects.get(code="P00007").own == {"in_school": True}
    with change(by="test"):
        bulk.delete(Person, (f"P{at:05}" for at in range(MANY)))
    assert (Person.objects.count(), Version.objects.filter(operation="delete").count()) == (0, MANY)


def test_what_is_left_out_has_its_default(people):
    person, home = Person.objects.get(code="P00001"), Household.objects.get(code="H1")
    assert (person.other_name, person.sex, person.identity_cipher, person.own) == ("", None, None, {})
    assert (home.address, home.own) == ("", {})


def test_outside_a_change_nothing_is_written(people):
    with pytest.raises(Refused) as error:
        bulk.insert(Household, [{"code": "another", "area_id": UPPER}])
    assert error.value.code == "history-actor"


def test_guards_look_at_the_last_piece_too(people):
    rows = [
        {
            "code": f"M{at}",
            "person_id": f"P{at:05}",
            "household_id": "H1" if word == "head" else f"H{at % HOMES}",
            "since": date(2015, 1, 1),
            "relationship": word,
        }
        for at, word in [(0, "head"), *((at, "child") for at in range(1, MANY - 1)), (MANY - 1, "head")]
    ]
    with pytest.raises(Refused) as error, change(by="test"):
        bulk.insert(Membership, rows)
    assert error.value.code == "register-two-heads"
    assert not Membership.objects.exists()
