"""A household's file, its reasons, changes, evidence and statement: what they show, of which day, to whom, and who is noted."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.intake.builders import number
from office.register.homes import DAY, add_home, count_it, opened, pages_office, worker
from office.web.people import COUNTY, HERE, NEXT
from tsampa.office.accounts.actions import record_look
from tsampa.office.accounts.models import Look
from tsampa.office.accounts.roles import Role
from tsampa.office.history import change, cut, seal
from tsampa.office.register import actions
from tsampa.office.register.models import Check, Income, Membership

PHOTO = b"\xff\xd8\xff\xe0 a photograph"
PAGES = ("", "why", "changes", "statement", "edit/income", "edit/move", "edit/death")


@pytest.fixture
def homes(office_sqlite: Any) -> tuple[str, str]:
    return pages_office()


def at(home: str, page: str = "") -> str:
    return f"/households/{home}/{page}"


@pytest.mark.parametrize("page", PAGES)
def test_a_neighbours_household_is_not_there(homes: Any, page: str) -> None:
    mine, theirs = homes
    client = worker()
    assert client.get(at(mine, page)).status_code == 200
    assert client.get(at(theirs, page)).status_code == 404
    assert client.get(at("540228101201-9999", page)).status_code == 404
    assert client.post(at(theirs, page), {"reason": "x"}).status_code in (404, 405)
    assert not Look.objects.filter(household=theirs).exists()


def test_a_neighbours_rows_are_not_reached_through_ones_own_household(homes: Any) -> None:
    mine, theirs = homes
    client = worker()
    income = Income.objects.get(household=theirs)
    person = Membership.objects.filter(household=theirs).first()
    check = Check.objects.filter(household=theirs).first()
    for page in (f"edit/incomes/{income.pk}", f"edit/persons/{person.person_id}", f"edit/memberships/{person.pk}", f"edit/households/{theirs}", f"edit/evidence?row={check.pk}"):  # fmt: skip
        assert client.get(at(mine, page)).status_code == 404
    file = actions.attach_evidence(check=check.pk, content=PHOTO, name="a.jpg", by="test")
    assert client.get(at(mine, f"evidence/{file.pk}")).status_code == 404
    assert client.get(at(theirs, f"evidence/{file.pk}")).status_code == 404


def test_the_file_shows_members_lights_and_what_was_counted(homes: Any) -> None:
    count_it()
    answer = opened(worker(), at(homes[0]))
    told = answer.context
    assert [one.person.name for one in told["members"]] == ["卓玛", "小卓玛"]
    assert {one.light.name: one.light.state for one in told["cards"]}["food"] == "meets"
    assert next(one for one in told["cards"] if one.light.name == "food").since.isoformat() == "2020-03-01"
    assert told["per_head"].value == "10,000.00"
    assert {one["id"] for one in told["charts"]} == {"chart-incomes", "chart-line"}


def test_an_identity_number_is_shown_masked(homes: Any) -> None:
    whole = number("1980-02-03", 103)
    home = add_home(HERE, "德吉", identity=whole).code
    client = worker()
    for page in ("", "changes", "statement"):
        text = opened(client, at(home, page)).content.decode()
        assert whole not in text
        assert whole[6:14] not in text
    assert whole[-4:] in opened(client, at(home)).content.decode()


def test_measures_are_proposed_for_gaps(homes: Any) -> None:
    poor = add_home(HERE, "达瓦", amount=10_000).code
    count_it()
    assert len(opened(worker(), at(poor)).context["measures"]) == 1


def test_a_file_is_as_it_was_on_a_day(homes: Any) -> None:
    mine, _theirs = homes
    client = worker()
    assert opened(client, at(mine, "?on=2015-06-30")).context["members"] == []
    assert len(opened(client, at(mine, "?on=2015-07-01")).context["members"]) == 2
    for odd in ("on=x", "on=9999-12-31&known=9999-12-31", "on=0001-01-01", "known=0001-01-01"):
        opened(client, at(mine, f"?{odd}"))


def test_a_file_is_as_it_had_been_recorded_by_an_evening(homes: Any) -> None:
    mine, _theirs = homes
    cut()
    income = Income.objects.get(household=mine)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    today = timezone.localdate().isoformat()
    client = worker()
    assert opened(client, at(mine, f"?known={yesterday}")).context["not_then"].code == "history-no-cut"
    before = opened(client, at(mine, f"?known={today}&on=2020-06-30"))
    actions.correct(table="incomes", code=income.pk, amount=1, by="test", reason="wrong")
    after = opened(client, at(mine, f"?known={today}&on=2020-06-30"))
    assert before.context["incomes"][1][0]["cells"] == after.context["incomes"][1][0]["cells"]
    assert not after.context["edits"]


def test_the_reasons_are_told_in_words_with_their_sources(homes: Any) -> None:
    count_it()
    client = worker()
    for language, word in (("en", "net income"), ("zh-hans", "纯收入")):
        client.post("/language", {"language": language, "next": "/"})
        text = opened(client, at(homes[0], "why")).content.decode()
        assert word in text
        assert "rules/standard.py" in text
        assert "#incomes" in text
    part = client.get(at(homes[0], "why"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "rules/standard.py" in part


def test_a_file_stands_when_the_assessment_is_gone(homes: Any) -> None:
    judgement = count_it()
    shutil.rmtree(Path(judgement.path))
    client = worker()
    assert opened(client, at(homes[0])).context["standing"] is not None
    assert opened(client, at(homes[0], "why")).context["trouble"] is not None
    opened(client, at(homes[0], "statement"))


def test_without_a_count_the_pages_say_so(homes: Any) -> None:
    client = worker()
    for page in ("", "why", "statement"):
        opened(client, at(homes[0], page))
    count_it()
    new = add_home(HERE, "新户").code
    answer = opened(client, at(new))
    assert answer.context["standing"] is None
    assert answer.context["judged"] is not None


def test_a_change_after_the_count_is_told(homes: Any) -> None:
    mine, _theirs = homes
    count_it()
    client = worker()
    assert opened(client, at(mine)).context["counted_before"] is None
    actions.correct(table="incomes", code=Income.objects.get(household=mine).pk, amount=1, by="pema", reason="visit")  # fmt: skip
    assert opened(client, at(mine)).context["counted_before"].actor == "pema"
    count_it()
    assert opened(client, at(mine)).context["counted_before"] is None


def test_every_change_tells_who_why_and_what(homes: Any) -> None:
    mine, _theirs = homes
    income = Income.objects.get(household=mine)
    actions.correct(table="incomes", code=income.pk, amount=123_45, by="pema", reason="a pay slip was seen")
    event = opened(worker(), at(mine, "changes")).context["events"][0]
    assert (event.change.actor, event.change.reason) == ("pema", "a pay slip was seen")
    (row,) = event.rows
    assert row.operation == "update"
    assert [(one.before, one.after) for one in row.differences] == [("20,000.00", "123.45")]


def test_the_file_asks_as_often_for_many_rows_as_for_few(homes: Any) -> None:
    mine, _theirs = homes
    count_it()
    client, counts = worker(), []
    for rows in (0, 12):
        for at_row in range(rows):
            actions.add_member(household=mine, name="某", since=DAY, by="test", reason="x")
            actions.record_income(household=mine, source="business", accounting_year=2000 + at_row, amount=5, by="test", reason="x")  # fmt: skip
            actions.add_land(household=mine, kind="arable", since=DAY, by="test", reason="x")
        for page in ("", "changes", "statement"):
            opened(client, at(mine, page))
            with CaptureQueriesContext(connection) as queries:
                opened(client, at(mine, page))
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) < 35


def test_every_look_is_noted_once_in_ten_minutes(homes: Any) -> None:
    mine, _theirs = homes
    client = worker()
    for _ in range(3):
        opened(client, at(mine))
    opened(client, at(mine, "why"))
    assert sorted(Look.objects.values_list("household", "by", "page")) == [
        (mine, f"village_worker-{HERE}", "file"), (mine, f"village_worker-{HERE}", "why"),
    ]  # fmt: skip
    record_look(household=mine, by=f"village_worker-{HERE}", page="file", at=timezone.now() + timedelta(minutes=11))  # fmt: skip
    assert Look.objects.filter(page="file").count() == 2


def test_an_auditor_sees_who_looked_and_others_how_often(homes: Any) -> None:
    mine, _theirs = homes
    plain = opened(worker(), at(mine))
    assert "looks" not in plain.context
    assert plain.context["look_count"] == 1
    audit = opened(worker(COUNTY, Role.AUDITOR), at(mine))
    assert [one.by for one in audit.context["looks"]] == [f"auditor-{COUNTY}", f"village_worker-{HERE}"]


def test_evidence_is_opened_as_what_it_is(homes: Any) -> None:
    mine, _theirs = homes
    check = Check.objects.filter(household=mine).first()
    file = actions.attach_evidence(check=check.pk, content=PHOTO, name="<house>.jpg", by="test")
    client = worker()
    answer = client.get(at(mine, f"evidence/{file.pk}"))
    assert b"".join(answer.streaming_content) == PHOTO
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert f"/evidence/{file.pk}" in opened(client, at(mine, "?on=2020-06-30")).content.decode()
    assert client.get(at(mine, "evidence/999")).status_code == 404


def test_the_statement_carries_its_receipt_once_sealed(homes: Any) -> None:
    mine, _theirs = homes
    client = worker()
    assert opened(client, at(mine, "statement")).context["receipt"] is None
    seal()
    answer = opened(client, at(mine, "statement"))
    assert answer.context["receipt"].code in answer.content.decode()


def test_the_statement_names_who_looked(homes: Any) -> None:
    opened(worker(COUNTY, Role.AUDITOR), at(homes[0]))
    looks = opened(worker(), at(homes[0], "statement")).context["looks"]
    assert {one["who"] for one in looks} == {f"auditor-{COUNTY}", f"village_worker-{HERE}"}


def test_a_household_that_moved_is_where_it_is_now(homes: Any) -> None:
    mine, _theirs = homes
    actions.move_household(household=mine, area=NEXT, on=DAY, by="test", reason="moved")
    assert worker().get(at(mine)).status_code == 404
    answer = opened(worker(NEXT, name="lhamo"), at(mine, "?on=2019-01-01"))
    assert answer.context["then_area"].code == HERE


def test_the_file_opens_on_both_databases(office: Any) -> None:
    mine, theirs = pages_office()
    count_it()
    client = worker()
    cut()
    today = timezone.localdate().isoformat()
    for page in ("", "why", "changes", "statement", f"?known={today}"):
        opened(client, at(mine, page))
    assert client.get(at(theirs)).status_code == 404


def test_a_row_that_is_no_more_stays_in_the_changes(homes: Any) -> None:
    mine, theirs = homes
    with change(by="pema", reason="entered twice"):
        Income.objects.filter(household__in=homes).delete()
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    for home in (mine, theirs):
        event = opened(client, at(home, "changes")).context["events"][0]
        assert (event.change.reason, [row.operation for row in event.rows]) == ("entered twice", ["delete"])
        assert event.rows[0].differences[0].before
