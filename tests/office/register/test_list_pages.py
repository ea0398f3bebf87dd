"""The list of households: what is searched, filtered, shown, kept and taken out, and for whom."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.intake.builders import number
from office.register.homes import add_home, count_it, opened, pages_office, worker
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP
from tsampa.office.accounts.roles import Role
from tsampa.office.register import actions
from tsampa.office.register.models import Person, SavedView

LIST = "/households/"


@pytest.fixture
def homes(office_sqlite: Any) -> tuple[str, str]:
    return pages_office()


def codes(answer: Any) -> list[str]:
    return [one.code for one in answer.context["rows"]]


def found(client: Client, text: str) -> list[str]:
    """What is posted to the search, and the list it leads to."""
    answer = client.post("/households/search", {"text": text, "keep": ""}, follow=True)
    assert len(text) == 1 or text not in "".join(url for url, _status in answer.redirect_chain)
    return codes(answer)


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_one_sees_the_households_of_ones_area_and_no_other(homes: Any) -> None:
    mine, theirs = homes
    assert codes(opened(worker(), LIST)) == [mine]
    assert codes(opened(worker(NEXT, name="lhamo"), LIST)) == [theirs]
    assert codes(opened(worker(TOWNSHIP, Role.TOWNSHIP_CLERK), LIST)) == [mine, theirs]


def test_another_area_in_the_address_shows_nothing(homes: Any) -> None:
    answer = opened(worker(), f"{LIST}?area={NEXT}")
    assert codes(answer) == []
    assert re.findall('value="([^"]*)"', answer.context["areas"]) == [HERE]


@pytest.mark.parametrize("text", ["卓玛", "玛", "dolma", "Dol", "马义", HERE, "201-0001"])
def test_a_household_is_found_by_name_village_or_code(homes: Any, text: str) -> None:
    mine, _theirs = homes
    assert mine in found(worker(COUNTY, Role.COUNTY_OFFICER), text)


@pytest.mark.parametrize("text", ["%", "_", "卓%", "' OR 1=1 --", "\\", "😀"])
def test_what_means_something_to_a_database_means_nothing_here(homes: Any, text: str) -> None:
    assert found(worker(), text) == []


def test_a_name_is_found_on_both_databases(office: Any) -> None:
    mine, _theirs = pages_office()
    assert found(worker(), "卓玛") == [mine]
    assert found(worker(NEXT, name="lhamo"), "卓玛") == []


def test_a_neighbour_is_not_found(homes: Any) -> None:
    assert found(worker(), "扎西") == []
    assert found(worker(), NEXT) == []


def test_an_identity_number_leads_to_the_file_and_stands_in_no_address(homes: Any) -> None:
    whole = number("1980-02-03", 101)
    home = add_home(HERE, "德吉", identity=whole).code
    answer = worker().post("/households/search", {"text": whole, "keep": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/households/{home}/")
    stranger = worker(NEXT, name="lhamo").post("/households/search", {"text": whole, "keep": "q=5402"})
    assert stranger["Location"] == "/households/?"


def test_an_identity_number_as_it_is_shown_is_found(homes: Any) -> None:
    whole = number("1980-02-03", 101)
    home = add_home(HERE, "德吉", identity=whole).code
    client = worker()
    shown = f"{whole[:6]}********{whole[14:]}"
    assert shown in opened(client, f"/households/{home}/").content.decode()
    for text in (shown, f"****{whole[14:]}", shown.replace("*", "＊")):
        assert found(client, text) == [home]
    assert found(client, f"999999********{whole[14:]}") == []
    assert found(client, f"{whole[:6]}********") == []  # of a whole county's numbers this says nothing
    assert found(worker(NEXT, name="lhamo"), shown) == []


def test_an_identity_number_in_an_address_is_not_looked_for(homes: Any) -> None:
    whole = number("1980-02-03", 101)
    client = worker()
    answer = client.get(f"{LIST}?q={whole}&status=registered")
    assert answer["Location"] == "/households/?status=registered"
    assert whole not in opened(client, answer["Location"]).content.decode()


def test_lights_and_standing_filter_what_was_counted(homes: Any) -> None:
    mine, theirs = homes
    poor, unknown = add_home(HERE, "达瓦", amount=10_000).code, add_home(HERE, "尼玛", checks=False).code
    count_it()
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    assert codes(opened(client, f"{LIST}?gap=income_meets_line")) == [poor]
    assert codes(opened(client, f"{LIST}?unknown=food&unknown=housing")) == [unknown]
    assert codes(opened(client, f"{LIST}?light=food&gap=unknown")) == [unknown]
    assert codes(opened(client, f"{LIST}?light=income_meets_line&gap=gap")) == [poor]
    assert codes(opened(client, f"{LIST}?standing=in_need")) == [poor]
    assert codes(opened(client, f"{LIST}?sort=per_head"))[0] == poor
    assert set(codes(opened(client, f"{LIST}?status=registered"))) == {mine, theirs, poor, unknown}
    assert codes(opened(client, f"{LIST}?status=none")) == []
    assert codes(opened(client, f"{LIST}?gap=food&on=2010-01-01")) == []
    row = opened(client, f"{LIST}?q={poor}").context["rows"][0]
    assert row.short
    assert row.standing_word == "in_need"
    assert {one.name: one.state for one in row.lights}["income_meets_line"] == "fails"


def test_without_a_count_the_list_stands_all_the_same(homes: Any) -> None:
    answer = opened(worker(), LIST)
    assert answer.context["rows"][0].lights == ()
    assert codes(opened(worker(name="b"), f"{LIST}?gap=food")) == []


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=999",
        "size=7",
        "sort=evil",
        "gap=evil",
        "column=evil",
        "who=%%%",
        "who=AAAA",
        "on=x",
        "area=%00",
        "q=%00",
        "status=%F0",
    ],
)
def test_an_address_that_nobody_made_does_no_harm(homes: Any, query: str) -> None:
    answer = opened(worker(), f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "540228101202" not in answer.content.decode()


def test_columns_are_chosen(homes: Any) -> None:
    answer = opened(worker(), f"{LIST}?column=address&column=village")
    assert list(answer.context["columns"]) == ["village", "address"]


def test_the_list_asks_as_often_for_many_as_for_one(homes: Any) -> None:
    client, counts = worker(), []
    count_it()
    for number_of in (0, 29):
        for _ in range(number_of):
            add_home(HERE, "次仁")
        if number_of:
            count_it()
        opened(client, LIST)
        with CaptureQueriesContext(connection) as queries:
            opened(client, f"{LIST}?size=50")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_list_is_kept_by_its_owner_alone(homes: Any) -> None:
    client, other = worker(), worker(name="other")
    answer = client.post(
        "/households/lists", {"name": "to visit", "query": "status=registered&page=3&evil=1"}
    )
    assert answer["Location"] == "/households/?status=registered"
    kept = SavedView.objects.get()
    assert (kept.owner, kept.query) == (f"village_worker-{HERE}", "status=registered")
    client.post("/households/lists", {"name": "to visit", "query": "status=exited"})
    assert SavedView.objects.get().query == "status=exited"
    assert list(opened(other, LIST).context["views"]) == []
    other.post(f"/households/lists/{kept.pk}/forget")
    assert SavedView.objects.count() == 1
    client.post(f"/households/lists/{kept.pk}/forget")
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("name", ["", " ", "\0", "x" * 81])
def test_a_list_without_a_right_name_is_not_kept(homes: Any, name: str) -> None:
    assert worker().post("/households/lists", {"name": name, "query": ""}).status_code == 302
    assert SavedView.objects.count() == 0


def test_an_export_has_what_the_list_shows_and_nothing_from_elsewhere(homes: Any) -> None:
    mine, theirs = homes
    count_it()
    clerk = worker(HERE, Role.TOWNSHIP_CLERK)
    rows = rows_of(clerk.get("/households/households.csv?column=head&column=lights&column=per_head"))
    assert [row[0] for row in rows[1:]] == [mine]
    assert rows[1][1] == "卓玛"
    assert rows[1][-1] == "10000.00"
    assert len({len(row) for row in rows}) == 1
    elsewhere = rows_of(clerk.get(f"/households/households.csv?area={NEXT}&q={theirs}"))
    assert len(elsewhere) == 1


def test_who_may_not_export_is_refused(homes: Any) -> None:
    assert worker().get("/households/households.csv").status_code == 403
    assert worker(COUNTY, Role.AUDITOR).get("/households/households.pdf").status_code == 404


def test_one_exports_only_where_one_may(homes: Any) -> None:
    """A role that may look at the whole township and one that may export from one village stay two things."""
    from office.web.people import add_somebody, signed_in
    from tsampa.office.accounts.actions import grant

    both = add_somebody(Role.VILLAGE_WORKER, TOWNSHIP)
    grant(user=both, role=Role.TOWNSHIP_CLERK, area=NEXT, since=date(2015, 1, 1), by="test")  # fmt: skip
    client = signed_in(both)
    assert len(codes(opened(client, LIST))) == 2
    assert [row[0] for row in rows_of(client.get("/households/households.csv"))[1:]] == [homes[1]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_an_export_is_a_formula(homes: Any, start: str) -> None:
    person = Person.objects.get(name="卓玛")
    actions.correct(
        table="persons", code=person.code, name=f"{start}cmd|' /C calc'!A0", by="test", reason="odd"
    )
    clerk = worker(HERE, Role.TOWNSHIP_CLERK)
    (row,) = rows_of(clerk.get("/households/households.csv?column=head"))[1:]
    assert row[1].startswith(f"'{start}")
    answer = clerk.get("/households/households.xlsx?column=head")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert f"&apos;{start}" in sheet or f"'{start}" in sheet


def test_a_script_in_a_name_is_only_text(homes: Any) -> None:
    person = Person.objects.get(name="卓玛")
    actions.correct(
        table="persons", code=person.code, name="<script>alert(1)</script>", by="test", reason="odd"
    )
    client = worker()
    for url in (LIST, f"/households/{homes[0]}/", f"/households/{homes[0]}/statement", f"/households/{homes[0]}/changes", f"/households/{homes[0]}/edit/death"):  # fmt: skip
        text = opened(client, url).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize(("few", "many", "beyond"), [(0, 1, True), (0, 5, False), (5, 5, False)])
def test_of_very_many_it_says_more_than(
    homes: Any, monkeypatch: pytest.MonkeyPatch, few: int, many: int, beyond: bool
) -> None:
    monkeypatch.setattr("tsampa.office.register.lists.FEW", few)
    monkeypatch.setattr("tsampa.office.register.lists.MANY", many)
    client, asked = worker(TOWNSHIP, Role.TOWNSHIP_CLERK), f"{LIST}?area={TOWNSHIP}"
    told = opened(client, asked).context
    assert told["shown"].paginator.beyond == beyond
    assert told["shown"].paginator.count == (1 if beyond else 2)
    assert [one.code for one in told["rows"]] == list(homes)[: 1 if beyond else 2]
    assert ("超过 1 户" in opened(client, asked).content.decode()) == beyond
    assert (
        opened(client, LIST).context["shown"].paginator.count == 2
    )  # where nothing is asked, all are counted


def test_an_empty_list_says_what_to_do(office_sqlite: Any) -> None:
    from office.web.people import add_villages

    add_villages()
    text = opened(worker(), LIST).content.decode()
    assert "/households/new" in text


@pytest.mark.parametrize(("language", "word"), [("en", "Households"), ("zh-hans", "农户")])
def test_the_list_speaks_both_languages(homes: Any, language: str, word: str) -> None:
    client = worker()
    client.post("/language", {"language": language, "next": "/"})
    assert word in opened(client, LIST).content.decode()


def test_a_stranger_is_asked_to_sign_in_first(homes: Any) -> None:
    for url in (LIST, f"/households/{homes[0]}/", "/households/households.csv", "/households/new"):
        assert Client().get(url).status_code == 302
    assert Client().post("/households/search", {"text": "x"}).status_code == 302


def test_roles_without_files_see_none(homes: Any) -> None:
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        client = worker(COUNTY, role)
        assert client.get(LIST).status_code in (302, 403)
        assert client.get(f"/households/{homes[0]}/").status_code in (302, 403)
