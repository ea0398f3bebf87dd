"""Facts of a household: incomes by a cost norm, land, drivers, monitoring, checks with evidence; its file as of a day and a cut."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as some

from office.intake.builders import county
from tsampa.errors import TsampaError
from tsampa.office.history import Version, cut
from tsampa.office.register import actions
from tsampa.office.register.evidence import evidence_path, unreferenced_evidence
from tsampa.office.register.models import Evidence, PovertyDriver
from tsampa.office.register.queries import file_on, households_on, status_on

DAY = date(2020, 1, 1)
PHOTO = b"\xff\xd8\xff\xe0 a photograph"


@pytest.fixture
def household(office) -> str:
    county()
    return actions.register_household(area="540228100201", by="pema").code


@pytest.mark.parametrize(
    ("gross", "norm", "net"),
    [(100_000, 4000, 60_000), (1, 5000, 1), (3, 5000, 2), (100, 3333, 67), (7, 10_000, 0), (7, 0, 7)],
)
def test_a_net_income_is_whole_and_half_up(gross, norm, net):
    assert actions.net_income(gross, norm) == net


@given(some.integers(0, 10**11), some.integers(0, 10_000))
def test_a_net_income_is_never_further_than_half_a_fen(gross, norm):
    assert -5000 < actions.net_income(gross, norm) * 10_000 - gross * (10_000 - norm) <= 5000


def test_an_income_by_a_cost_norm_says_how_it_came_about(household):
    told = {"household": household, "source": "business", "accounting_year": 2019, "by": "pema"}
    made = actions.record_income(**told, gross=1003, norm=5000)
    assert (made.amount, made.gross, made.norm) == (502, 1003, 5000)
    for wrong in ({"gross": 1003}, {"norm": 5000, "amount": 1}, {"gross": 1003, "norm": 5000, "amount": 501}, {"gross": -1, "norm": 1}, {"gross": 1, "norm": 10_001}):  # fmt: skip
        with pytest.raises(TsampaError) as error:
            actions.record_income(**told, **wrong)
        assert error.value.code == "register-net-income"


def test_land_is_worked_and_given_back(household):
    made = actions.add_land(household=household, kind="arable", size=250, since=DAY, by="pema")
    actions.end_land(parcel=made.code, until=date(2021, 1, 1), by="pema")
    assert [
        len(file_on(household, day).land_parcels) for day in (date(2019, 1, 1), DAY, date(2021, 1, 1))
    ] == [0, 1, 0]
    with pytest.raises(TsampaError) as error:
        actions.end_land(parcel=made.code, until=date(2022, 1, 1), by="pema")
    assert error.value.code == "register-unknown"


def test_a_new_main_driver_takes_the_place_of_the_one_before(household):
    actions.add_driver(household=household, driver="illness", main=True, since=date(2018, 1, 1), by="pema")
    second = actions.add_driver(household=household, driver="schooling", main=True, since=DAY, by="pema")
    said = [
        {one.driver: one.main for one in file_on(household, day).poverty_drivers}
        for day in (date(2019, 1, 1), DAY)
    ]
    assert said == [{"illness": True}, {"illness": False, "schooling": True}]
    actions.end_driver(driver=second.code, until=date(2021, 1, 1), by="pema")
    assert not PovertyDriver.objects.filter(until=None, main=True).exists()


def test_a_monitoring_stands_beside_the_standing(household):
    actions.set_status(household=household, status="exited", since=date(2018, 1, 1), by="pema")
    actions.set_status(household=household, status="monitored", kind="near_poor", since=DAY, by="pema")
    assert [one.status for one in file_on(household, DAY).statuses] == ["exited", "monitored"]
    assert status_on(household, DAY).status == "monitored"
    actions.end_monitoring(household=household, until=date(2021, 1, 1), by="pema")
    assert status_on(household, date(2021, 1, 1)).status == "exited"


def test_evidence_lies_by_its_hash_and_is_kept_once(household):
    check = actions.record_check(
        household=household, guarantee="housing", grade="A", date="2019-05-01", by="pema"
    ).code
    made = actions.attach_evidence(check=check, content=PHOTO, name="../roof.jpg", by="pema")
    assert (made.media_type, made.size, made.name) == ("image/jpeg", len(PHOTO), "roof.jpg")
    assert evidence_path(made.sha256).read_bytes() == PHOTO
    with pytest.raises(TsampaError) as error:
        actions.attach_evidence(check=check, content=PHOTO, name="again.jpg", by="pema")
    assert error.value.code == "register-conflict"
    assert (Evidence.objects.count(), list(unreferenced_evidence())) == (1, [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "evidence-size"),
        (PHOTO * 9, "evidence-size"),
        (b"<svg onload=x>", "evidence-kind"),
        (b"MZ", "evidence-kind"),
    ],
)
def test_what_is_no_evidence_is_refused(household, monkeypatch, content, code):
    monkeypatch.setattr(settings, "EVIDENCE_BYTES", 100)
    before = Version.objects.count()
    with pytest.raises(TsampaError) as error:
        actions.attach_evidence(check="x", content=content, name="a.jpg", by="pema")
    assert (error.value.code, Version.objects.count()) == (code, before)
    with pytest.raises(TsampaError) as error:
        actions.attach_evidence(check="x", content=PHOTO, name="a.jpg", by="pema")
    assert error.value.code == "register-unknown"
    assert not list(Path(settings.HOME).glob("evidence/*/*"))


def test_a_file_is_as_of_a_day_and_as_known_at_a_cut(household):
    actions.add_member(
        household=household, name="扎西", relationship="head", since=date(2015, 1, 1), by="pema"
    )
    actions.record_income(household=household, source="wage", accounting_year=2019, amount=100, by="pema")
    income = file_on(household, date(2019, 6, 1)).incomes[0].code
    for day, grade in (("2018-05-01", "D"), ("2019-05-01", "A")):
        actions.record_check(household=household, guarantee="housing", grade=grade, date=day, by="pema")
    then = cut()
    actions.correct(table="incomes", code=income, amount=300, by="pema")
    actions.record_birth(household=household, name="白玛", on=DAY, by="pema")
    actions.move_household(household=household, area="540228100202", on=DAY, by="pema")

    def said(day: date, known=None) -> tuple:
        found = file_on(household, day, known)
        return (
            found.area,
            [one.name for one in found.persons],
            [one.amount for one in found.incomes],
            [one.grade for one in found.checks],
        )

    assert said(date(2018, 6, 1)) == ("540228100201", ["扎西"], [], ["D"])
    assert said(date(2019, 6, 1)) == ("540228100201", ["扎西"], [300], ["A"])
    assert said(date(2019, 6, 1), then) == ("540228100201", ["扎西"], [100], ["A"])
    assert said(DAY) == ("540228100202", ["扎西", "白玛"], [], ["A"])
    assert said(DAY, then) == ("540228100201", ["扎西"], [], ["A"])
    with pytest.raises(TsampaError) as error:
        file_on("x", DAY)
    assert error.value.code == "register-unknown"


def test_a_village_has_the_households_that_were_placed_in_it(household):
    actions.move_household(household=household, area="540228100202", on=DAY, by="pema")
    found = [
        [one.code for one in households_on(f"54022810020{at}", day)]
        for day in (date(2019, 1, 1), DAY)
        for at in (1, 2)
    ]
    assert found == [[household], [], [], [household]]
