"""Areas in the browser: found, added, renamed, merged and split on a day, by who keeps them and nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.operations.secured import administrator
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.register.models import Household

AREAS = "/administration/areas/"
DAY = "2020-07-01"


@pytest.fixture
def keeper(office_sqlite: Any) -> Client:
    add_villages()
    with change(by="test"):
        for one in range(3):
            Household.objects.create(code=f"H{one}", area_id=HERE)
    return administrator()


def read(answer: Any) -> str:
    return str(answer.content.decode())


def test_areas_are_found_by_name_and_code(keeper: Client) -> None:
    assert [one["area"].pk for one in keeper.get(AREAS).context["rows"]] == [COUNTY]
    assert [one["area"].pk for one in keeper.get(AREAS, {"q": "马义"}).context["rows"]] == [HERE]
    assert len(keeper.get(AREAS, {"q": TOWNSHIP}).context["rows"]) == 3
    assert keeper.get(AREAS, {"q": "nowhere"}).context["rows"] == []


def test_an_area_is_shown_with_its_history(keeper: Client) -> None:
    answer = keeper.get(f"{AREAS}{HERE}/")
    assert answer.context["file"].households == 3
    assert [one.operation for one in answer.context["versions"]] == ["insert"]


def test_what_lies_beyond_is_not_there(keeper: Client) -> None:
    for code in ("54", "999"):
        for act in ("", "rename", "merge", "split"):
            assert keeper.get(f"{AREAS}{code}/{act}").status_code == 404
    assert keeper.post(f"{AREAS}54/rename", {"name": "x", "reason": "y"}).status_code == 404
    clerk = signed_in(add_somebody(Role.TOWNSHIP_CLERK))
    assert clerk.get(f"{AREAS}{HERE}/").status_code == 403


def test_an_area_is_added(keeper: Client) -> None:
    new = {
        "code": f"{TOWNSHIP}203",
        "name": "新村",
        "level": "village",
        "parent": TOWNSHIP,
        "since": DAY,
        "reason": "decree",
    }
    answer = keeper.post(f"{AREAS}new", new)
    assert (answer.status_code, answer["Location"]) == (302, f"{AREAS}{new['code']}/")
    assert Area.objects.get(pk=new["code"]).since == date(2020, 7, 1)
    again = keeper.post(f"{AREAS}new", new)
    assert (again.status_code, "area-twice" in read(again), "新村" in read(again)) == (409, True, True)
    for beyond in ("", "54", "999"):
        assert "area-unknown" in read(keeper.post(f"{AREAS}new", new | {"code": "7", "parent": beyond}))
    upside = keeper.post(f"{AREAS}new", new | {"code": "7", "level": "county"})
    assert (upside.status_code, "area-level-order" in read(upside)) == (409, True)
    assert keeper.post(f"{AREAS}new", new | {"code": "a b"}).status_code == 400


def test_an_area_is_renamed_and_gets_a_new_code(keeper: Client) -> None:
    assert keeper.post(f"{AREAS}{HERE}/rename", {"name": "新名", "reason": "decree"}).status_code == 302
    assert Area.objects.get(pk=HERE).name == "新名"
    without = keeper.post(f"{AREAS}{HERE}/rename", {"name": "新名", "code": "9", "reason": "decree"})
    assert (without.status_code, "area-day" in read(without)) == (409, True)
    taken = keeper.post(f"{AREAS}{HERE}/rename", {"name": "n", "code": NEXT, "on": DAY, "reason": "decree"})
    assert (taken.status_code, "area-twice" in read(taken)) == (409, True)
    keeper.post(f"{AREAS}{HERE}/rename", {"name": "n", "code": "9", "on": DAY, "reason": "decree"})
    assert Household.objects.filter(area="9").count() == 3
    late = keeper.post(f"{AREAS}{HERE}/rename", {"name": "n", "reason": "decree"})
    assert (late.status_code, "area-ended" in read(late)) == (409, True)


def test_an_area_goes_over_into_its_neighbour(keeper: Client) -> None:
    form = keeper.get(f"{AREAS}{HERE}/merge")
    assert [one.pk for one in form.context["form"].fields["into"].queryset] == [NEXT]
    assert (
        keeper.post(f"{AREAS}{HERE}/merge", {"into": TOWNSHIP, "on": DAY, "reason": "r"}).status_code == 400
    )
    answer = keeper.post(f"{AREAS}{HERE}/merge", {"into": NEXT, "on": DAY, "reason": "decree"})
    assert (answer.status_code, answer["Location"]) == (302, f"{AREAS}{NEXT}/")
    assert Household.objects.filter(area=NEXT).count() == 3
    assert f"{AREAS}{NEXT}/" in read(keeper.get(f"{AREAS}{HERE}/"))


def test_an_area_is_split(keeper: Client) -> None:
    parts = {
        "code_1": "A",
        "name_1": "甲",
        "code_2": "B",
        "name_2": "乙",
        "homes_2": "H1",
        "on": DAY,
        "reason": "decree",
    }
    wrong = keeper.post(f"{AREAS}{HERE}/split", parts | {"homes_2": "H1 H9"})
    assert (wrong.status_code, "area-split" in read(wrong), "H1 H9" in read(wrong)) == (409, True, True)
    twice = keeper.post(f"{AREAS}{HERE}/split", parts | {"code_2": "A"})
    assert twice.status_code in (400, 409)
    assert keeper.post(f"{AREAS}{HERE}/split", parts).status_code == 302
    assert sorted(Household.objects.values_list("pk", "area")) == [("H0", "A"), ("H1", "B"), ("H2", "A")]


def test_more_areas_take_no_more_queries(keeper: Client) -> None:
    page = f"{AREAS}{TOWNSHIP}/"
    keeper.get(page)
    with CaptureQueriesContext(connection) as few:
        keeper.get(page)
    with change(by="test"):
        for one in range(30):
            Area.objects.create(code=f"V{one}", name="村", level="village", parent_id=TOWNSHIP)
    with CaptureQueriesContext(connection) as many:
        assert len(keeper.get(page).context["rows"]) == 32
    assert len(many) == len(few)
