"""The map of a list: how many of the households that answer stand in each area, for whom they are, by every filter of the list."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.register.homes import add_home, count_it, opened, pages_office, worker
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.actions import add_area, draw_area, merge_areas
from tsampa.office.register.models import SavedView
from tsampa.office.web import choropleth

MAP, LIST = "/households/map", "/households/"


@pytest.fixture
def homes(office_sqlite: Any) -> tuple[str, str]:
    return pages_office()


def counts(answer: Any) -> dict[str, int]:
    """Households by the narrowest areas that the page tells of."""
    return {one.place.code: one.count for one in answer.context["map"].lowest}


def square(at: int) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[at, 0], [at + 1, 0], [at + 1, 1], [at, 1], [at, 0]]]}


def test_households_are_counted_by_area_on_both_databases(office: Any) -> None:
    pages_office()
    add_home(HERE, "达瓦")
    answer = opened(worker(TOWNSHIP, Role.TOWNSHIP_CLERK), MAP)
    assert counts(answer) == {HERE: 2, NEXT: 1}
    (row,) = answer.context["map"].rows
    assert (row.head.place.code, row.head.count) == (TOWNSHIP, 3)
    assert answer.context["found"] == 3


def test_a_neighbours_village_is_nowhere_on_the_page(homes: Any) -> None:
    for at, code in enumerate((HERE, NEXT, TOWNSHIP)):
        draw_area(area=code, geometry=square(at * 100), by="test")
    for query in ("", f"?area={NEXT}", f"?area={TOWNSHIP}", "?q=5402"):
        answer = opened(worker(), MAP + query)
        said = answer.content.decode().replace(f"area={NEXT}", "")
        assert NEXT not in said
        assert "吉雄村" not in said
        assert "扎西" not in said
        assert re.findall('value="([^"]*)"', answer.context["areas"]) == [HERE]
    assert counts(opened(worker(), MAP)) == {HERE: 1}
    assert counts(opened(worker(), f"{MAP}?area={NEXT}")) == {}


def test_every_filter_of_the_list_holds(homes: Any) -> None:
    add_home(HERE, "达瓦", amount=10_000)
    add_home(NEXT, "尼玛", checks=False)
    count_it()
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    for query in (
        "standing=in_need", "gap=income_meets_line", "unknown=food&unknown=housing", "light=food&gap=unknown", "status=registered",
        "status=none", f"area={HERE}", f"q={NEXT}", "gap=food&on=2010-01-01", "sort=-per_head&standing=in_need",
    ):  # fmt: skip
        listed = [one.code for one in opened(client, f"{LIST}?{query}").context["rows"]]
        told = counts(opened(client, f"{MAP}?{query}"))
        for village in (HERE, NEXT):
            assert told.get(village, 0) == sum(one.startswith(village) for one in listed), query


def test_each_area_leads_to_the_list_narrowed_to_it(homes: Any) -> None:
    count_it()
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    asked = f"status=registered&unknown=food&unknown=housing&sort=village&size=50&area={TOWNSHIP}"
    answer = opened(client, f"{MAP}?{asked}&page=3")
    (row,) = answer.context["map"].rows
    for cell in (row.head, *row.cells):
        there = urlsplit(cell.url)
        assert there.path == LIST
        assert parse_qs(there.query) == parse_qs(asked) | {"area": [cell.place.code]}
    (row,) = opened(client, MAP).context["map"].rows
    assert row.cells[0].url == f"{LIST}?area={HERE}"
    assert [one.code for one in opened(client, row.cells[0].url).context["rows"]] == [homes[0]]


def test_the_list_and_the_map_lead_to_each_other(homes: Any) -> None:
    client, asked = worker(), "status=registered&sort=village&column=village"
    for here, there in ((LIST, MAP), (MAP, LIST)):
        said = opened(client, f"{here}?{asked}&page=1").content.decode()
        assert f'<a href="{there}?{asked.replace("&", "&amp;")}">' in said
        assert f'<a href="{here}?{asked.replace("&", "&amp;")}" aria-current="page">' in said
    said = opened(client, f"{MAP}?{asked}").content.decode()
    assert '<input type="hidden" name="sort" value="village">' in said
    assert '<input type="hidden" name="column" value="village">' in said


def test_words_looked_for_stay_sealed_and_on_the_map(homes: Any) -> None:
    client = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    answer = client.post("/households/search", {"text": "卓玛", "keep": "status=registered", "mapped": "1"})
    assert urlsplit(answer["Location"]).path == MAP
    assert "卓" not in answer["Location"]
    assert "%E5" not in answer["Location"]
    found = opened(client, answer["Location"])
    assert counts(found) == {HERE: 1, NEXT: 0}
    urls = [one.url for row in found.context["map"].rows for one in (row.head, *row.cells)]
    assert all("who=" in one and "%E5" not in one for one in urls)
    assert [one.code for one in opened(client, urls[1]).context["rows"]] == [homes[0]]


def test_an_identity_number_is_not_looked_for(homes: Any) -> None:
    answer = worker().get(f"{MAP}?q=999999198002031234&status=registered")
    assert (answer.status_code, answer["Location"]) == (302, f"{MAP}?status=registered")


def test_a_list_kept_on_the_map_is_looked_at_there(homes: Any) -> None:
    client = worker()
    for posted, path in (({"mapped": "1"}, MAP), ({}, LIST)):
        told = {"query": "status=registered", "name": "mine"} | posted
        assert client.post("/households/lists", told)["Location"] == f"{path}?status=registered"
        gone = client.post(f"/households/lists/{SavedView.objects.get().pk}/forget", posted)
        assert gone["Location"] == path


def test_areas_with_outlines_are_drawn(homes: Any) -> None:
    client = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    assert opened(client, MAP).context["drawn"] is None
    for at, code in enumerate((HERE, NEXT)):
        draw_area(area=code, geometry=square(at), by="test")
    drawn = opened(client, f"{MAP}?area={TOWNSHIP}").context["drawn"]
    assert drawn["option"]["links"] == {"马义村": f"{LIST}?area={HERE}", "吉雄村": f"{LIST}?area={NEXT}"}
    assert [row[1] for row in drawn["rows"]] == ["1", "1"]


def test_too_many_areas_are_drawn_by_those_above_them(homes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"{COUNTY}900"
    add_area(code=other, name="者下乡", level="township", parent=COUNTY, by="test")
    add_area(code=f"{other}201", name="宗村", level="village", parent=other, by="test")
    add_home(f"{other}201", "央金")
    for at, code in enumerate((HERE, NEXT, TOWNSHIP, f"{other}201", other)):
        draw_area(area=code, geometry=square(at), by="test")
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    assert len(opened(client, MAP).context["drawn"]["rows"]) == 3
    monkeypatch.setattr(choropleth, "MOST", 2)
    drawn = opened(client, MAP).context["drawn"]
    assert {name: row[1] for name, row in zip(drawn["option"]["links"], drawn["rows"], strict=True)} == {
        "洛江镇": "2",
        "者下乡": "1",
    }
    assert drawn["option"]["chart"]["series"][0]["data"] == []


def test_a_village_that_is_no_more_is_left_out(homes: Any) -> None:
    client = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    assert set(counts(opened(client, MAP))) == {HERE, NEXT}
    merge_areas(areas=[NEXT], into=HERE, on=date(2020, 7, 1), by="test")
    assert counts(opened(client, MAP)) == {HERE: 2}


def test_areas_of_no_household_are_only_numbered(homes: Any) -> None:
    for at in range(3):
        add_area(code=f"{COUNTY}90{at}", name=f"乡{at}", level="township", parent=COUNTY, by="test")
        add_area(
            code=f"{COUNTY}90{at}201", name=f"村{at}", level="village", parent=f"{COUNTY}90{at}", by="test"
        )
    answer = opened(worker(COUNTY, Role.COUNTY_OFFICER), MAP)
    told = answer.context["map"]
    assert [row.head.place.code for row in told.shown] == [TOWNSHIP]
    assert told.left_out == 3
    assert '<th scope="row"><a href="/households/?area=540228900"' not in answer.content.decode()


def test_nothing_found_says_what_to_do(homes: Any) -> None:
    answer = opened(worker(), f"{MAP}?status=exited")
    said = answer.content.decode()
    assert 'class="empty"' in said
    assert f'href="{MAP}"' in said
    assert answer.context["drawn"] is None
    assert "areas-grid" not in said


def test_the_map_asks_as_often_for_many_as_for_one(homes: Any) -> None:
    for at, code in enumerate((HERE, NEXT)):
        draw_area(area=code, geometry=square(at), by="test")
    count_it()
    client = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    opened(client, MAP)
    with CaptureQueriesContext(connection) as few:
        opened(client, f"{MAP}?status=registered")
    for at in range(20):
        code = f"{TOWNSHIP}3{at:02}"
        add_area(code=code, name=f"村{at}", level="village", parent=TOWNSHIP, by="test")
        draw_area(area=code, geometry=square(at + 2), by="test")
        add_home(code, f"人{at}", checks=False)
    with CaptureQueriesContext(connection) as many:
        answer = opened(client, f"{MAP}?status=registered")
    assert len(counts(answer)) == 22
    assert len(many) == len(few)
    grouped = [one["sql"] for one in many if "GROUP BY" in one["sql"]]
    assert len(grouped) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "Households by area"), ("zh-hans", "各地农户分布")])
def test_the_map_speaks_both_languages(homes: Any, language: str, word: str) -> None:
    client = worker()
    client.post("/language", {"language": language, "next": "/"})
    assert word in opened(client, MAP).content.decode()


def test_roles_without_files_see_none(homes: Any) -> None:
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        answer = worker(COUNTY, role, name=role.value).get(MAP)
        assert answer.status_code in (302, 403)
        assert "马义村" not in answer.content.decode()
