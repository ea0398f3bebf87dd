"""Households are listed by the age of their checks: whom the list has, where the filter goes, and what each file says of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from office.bridge.ages import add_checked, check
from office.bridge.test_checks import EDGE, FRESH, PAST
from office.register.homes import add_home, count_it, opened, worker
from office.register.test_list_pages import codes, rows_of
from office.web.people import HERE, NEXT, TOWNSHIP, add_somebody, add_villages
from tsampa.office.accounts.roles import Role
from tsampa.office.accounts.scope import scope_of
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.lists import find, read_asked
from tsampa.office.register.models import SavedView

LIST = "/households/"
STALE, NONE = f"{LIST}?checks=stale", f"{LIST}?checks=none"


def homes() -> dict[str, str]:
    """Of each kind one in the village, and one more stale next door; not counted yet."""
    add_villages()
    return {
        "fresh": add_checked(HERE, "甲", FRESH),
        "edge": add_checked(HERE, "乙", FRESH, housing=EDGE),
        "past": add_checked(HERE, "丙", FRESH, housing=PAST),
        "never": add_home(HERE, "丁", checks=False).code,
        "next": add_checked(NEXT, "戊", PAST),
    }


@pytest.fixture
def counted(office_sqlite: Any) -> dict[str, str]:
    made = homes()
    count_it()
    return made


def speak(client: Any, language: str) -> None:
    client.post("/language", {"language": language, "next": "/"})


def test_whose_check_is_stale_and_who_has_none(office: Any) -> None:
    made = homes()
    count_it()
    assert codes(opened(worker(), STALE)) == [made["past"]]
    assert codes(opened(worker(), NONE)) == [made["never"]]
    clerk = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    assert codes(opened(clerk, STALE)) == [made["past"], made["next"]]
    assert codes(opened(clerk, f"{STALE}&area={NEXT}")) == [made["next"]]
    assert codes(opened(clerk, f"{STALE}&unknown=food")) == []
    assert len(codes(opened(clerk, f"{LIST}?checks=evil"))) == 5


@pytest.mark.slow
def test_the_list_is_as_of_the_count_it_is_asked_for(counted: dict[str, str]) -> None:
    earlier = count_it(Judgement.objects.get().day.replace(year=2019))
    assert earlier.checks_hold_from is not None
    client = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    assert codes(opened(client, f"{STALE}&on=2019-12-31")) == []
    assert codes(opened(client, f"{NONE}&on=2019-12-31")) == [counted["fresh"], counted["never"]]
    check(counted["past"], "housing", FRESH)
    assert codes(opened(client, STALE)) == [counted["past"], counted["next"]]
    count_it()
    assert codes(opened(client, STALE)) == [counted["next"]]


def test_of_an_older_count_nobody_knows_and_the_page_says_so(counted: dict[str, str]) -> None:
    Judgement.objects.update(checks_hold_from=None)
    client = worker()
    for language, word in (("en", "How old checks were is not known"), ("zh-hans", "核查时间未知")):
        speak(client, language)
        for address in (STALE, NONE):
            answer = opened(client, address)
            assert codes(answer) == []
            assert word in answer.content.decode()
        text = opened(client, LIST).content.decode()
        assert word not in text
        assert 'name="checks"' not in text


def test_the_filter_is_kept_in_lists_pages_and_files(counted: dict[str, str]) -> None:
    clerk = worker(TOWNSHIP, Role.TOWNSHIP_CLERK)
    for number in range(25):
        add_checked(HERE, f"户{number}", PAST)
    count_it()
    first = opened(clerk, STALE)
    assert first.context["query"] == "checks=stale"
    assert "checks=stale&amp;page=2" in first.content.decode()
    assert 'value="stale" selected' in first.content.decode()
    assert len(codes(opened(clerk, f"{STALE}&page=2"))) == 2
    clerk.post("/households/lists", {"name": "visits", "query": "checks=stale&page=2"})
    assert SavedView.objects.get().query == "checks=stale"
    found = clerk.post("/households/search", {"text": "户24", "keep": "checks=stale"}, follow=True)
    assert "checks=stale" in found.redirect_chain[0][0]
    taken = rows_of(clerk.get("/households/households.csv?checks=stale&column=checked"))
    assert len(taken) == 28
    assert [counted["next"], PAST] in taken
    never = rows_of(clerk.get("/households/households.csv?checks=none&column=checked"))
    assert never[1:] == [[counted["never"], ""]]


@pytest.mark.parametrize(("language", "words"), [("en", ("oldest check", "a check is stale")), ("zh-hans", ("最早核查日期", "有核查已过期"))])  # fmt: skip
def test_the_day_of_the_oldest_check_is_a_column(counted: dict[str, str], language: str, words: tuple[str, str]) -> None:  # fmt: skip
    client = worker()
    speak(client, language)
    text = opened(client, f"{LIST}?column=checked").content.decode()
    assert [one for one in (*words, FRESH, EDGE, PAST) if one not in text] == []


@pytest.mark.slow
def test_the_filter_asks_as_often_for_many_as_for_one(counted: dict[str, str]) -> None:
    client, counts = worker(), []
    for number in (0, 12):
        for one in range(number):
            add_checked(HERE, f"户{one}", PAST)
        count_it()
        opened(client, STALE)
        with CaptureQueriesContext(connection) as queries:
            assert len(codes(opened(client, f"{STALE}&size=50"))) == number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("query", ["checks=stale", "checks=none"])
def test_an_index_finds_them(counted: dict[str, str], query: str) -> None:
    judgement = Judgement.objects.get()
    scope = scope_of(add_somebody(Role.COUNTY_OFFICER), judgement.day)
    rows = find(scope, read_asked(QueryDict(query)), judgement, [])
    assert "result_checked_since" in rows.values_list("code").explain()


def test_a_file_says_in_words_when_a_visit_is_due(counted: dict[str, str]) -> None:
    client = worker()
    for language, word in (
        ("en", "visit due: a check holds 12 months"),
        ("zh-hans", "应入户：核查有效期为 12 个月"),
    ):
        speak(client, language)
        answer = opened(client, f"{LIST}{counted['past']}/?on=2020-06-30")
        assert [one.light.name for one in answer.context["cards"] if one.stale] == ["housing"]
        text = answer.content.decode()
        assert text.count(word) == 1
        assert PAST in text
        for kind in ("fresh", "edge", "never"):
            assert word not in opened(client, f"{LIST}{counted[kind]}/?on=2020-06-30").content.decode()
        never = opened(client, f"{LIST}{counted['never']}/?on=2020-06-30").content.decode()
        assert {"en": "never checked: visit due", "zh-hans": "从未核查：应入户"}[language] in never


def test_what_is_stale_goes_by_the_day_the_file_is_read_for(counted: dict[str, str]) -> None:
    file = f"{LIST}{counted['edge']}/?on="
    client = worker()
    for day, stale in (("2020-06-30", []), ("2020-07-01", ["housing"])):
        cards = opened(client, file + day).context["cards"]
        assert [one.light.name for one in cards if one.stale] == stale
    check(counted["edge"], "housing", "2020-06-15")
    assert not any(one.stale for one in opened(client, f"{file}2020-07-01").context["cards"])
