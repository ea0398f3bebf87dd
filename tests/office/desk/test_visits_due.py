"""The start page says how many visits are due, to who makes them; each number is that of the list it leads to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.bridge.ages import add_checked
from office.bridge.test_checks import EDGE, FRESH, PAST
from office.register.homes import add_home, count_it, opened, worker
from office.register.test_list_pages import codes
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, add_villages, signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement, VillageSummary
from tsampa.office.history import change

FAR = "540228200201"
"""A village of another township."""


@pytest.fixture
def homes(office_sqlite: Any) -> None:
    """Stale are two here, one next door and one far away; without any check one here and two far away."""
    add_villages()
    with change(by="test"):
        Area.objects.create(code="540228200", name="嘎东镇", level="township", parent_id=COUNTY)
        Area.objects.create(code=FAR, name="远村", level="village", parent_id="540228200")
    for area, stale, never in ((HERE, 2, 1), (NEXT, 1, 0), (FAR, 1, 2)):
        add_checked(area, "新", FRESH, housing=EDGE)
        for one in range(stale):
            add_checked(area, f"旧{one}", FRESH, food=PAST)
        for one in range(never):
            add_home(area, f"无{one}", checks=False)
    count_it()


def due(answer: Any) -> list[tuple[int, str]]:
    """What waits of visits: the number and the address of the list."""
    return [(one.count, one.url) for one in answer.context["waiting"] if "checks=" in one.url]


def tile(answer: Any) -> Any:
    return next((one for one in answer.context["standing"].tiles if "checks=" in one.url), None)


def listed(client: Any, url: str) -> int:
    answer = opened(client, url)
    assert len(codes(answer)) == answer.context["shown"].paginator.count
    return len(codes(answer))


@pytest.mark.parametrize(
    ("role", "area", "stale", "never"),
    [
        (Role.VILLAGE_WORKER, HERE, 2, 1),
        (Role.VILLAGE_WORKER, NEXT, 1, 0),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, 3, 1),
        (Role.COUNTY_OFFICER, COUNTY, 4, 3),
    ],
)
def test_the_number_is_that_of_the_list(homes: None, role: Role, area: str, stale: int, never: int) -> None:
    client = worker(area, role)
    answer = opened(client, "/")
    waits = due(answer)
    assert [count for count, _url in waits] == [one for one in (stale, never) if one]
    assert [listed(client, url) for _count, url in waits] == [count for count, _url in waits]
    told = tile(answer)
    assert (told.value, listed(client, told.url)) == (str(stale), stale)
    assert (str(never) in told.about) if never else not told.about


def test_of_an_area_below_the_tile_counts_that_area(homes: None) -> None:
    client = worker(COUNTY, Role.COUNTY_OFFICER)
    answer = opened(client, f"/?area={FAR}")
    told = tile(answer)
    assert (told.value, listed(client, told.url)) == ("1", 1)
    assert [count for count, _url in due(answer)] == [4, 3]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_who_makes_no_visits_has_none_due(homes: None, role: Role) -> None:
    answer = opened(signed_in(add_somebody(role)), "/")
    assert (due(answer), tile(answer)) == ([], None)


def test_one_visits_only_where_one_may(homes: None) -> None:
    user = add_somebody(Role.AUDITOR)
    grant(user=user, role=Role.VILLAGE_WORKER, area=HERE, since=date(2015, 1, 1), by="test")
    client = signed_in(user)
    answer = opened(client, "/")
    assert tile(answer) is None
    assert [(count, listed(client, url)) for count, url in due(answer)] == [(2, 2), (1, 1)]
    assert tile(opened(client, f"/?area={HERE}")).value == "2"
    grant(user=user, role=Role.TOWNSHIP_CLERK, area=TOWNSHIP, since=date(2015, 1, 1), by="test")
    grant(user=user, role=Role.VILLAGE_WORKER, area=FAR, since=date(2015, 1, 1), by="test")
    both = opened(client, "/")
    assert [(count, listed(client, url)) for count, url in due(both)] == [(3, 3), (1, 1), (1, 1), (2, 2)]
    labels = [one.label for one in both.context["waiting"] if "checks=" in one.url]
    assert ["洛江镇" in one for one in labels] == [True, True, False, False]


def test_two_villages_are_one_list(homes: None) -> None:
    user = add_somebody(Role.VILLAGE_WORKER, HERE)
    grant(user=user, role=Role.VILLAGE_WORKER, area=FAR, since=date(2015, 1, 1), by="test")
    client = signed_in(user)
    assert [(count, listed(client, url)) for count, url in due(opened(client, "/"))] == [(3, 3), (3, 3)]


def test_an_earlier_count_has_its_own_number_and_list(homes: None) -> None:
    count_it(date(2019, 12, 31))
    client = worker()
    answer = opened(client, "/?on=2019-12-31")
    told = tile(answer)
    assert (told.value, listed(client, told.url)) == ("0", 0)
    assert due(answer) == []
    assert "on=2019-12-31" in told.url


def test_of_an_older_count_nothing_is_shown(homes: None) -> None:
    Judgement.objects.update(checks_hold_from=None)
    VillageSummary.objects.update(stale=None, unchecked=None)
    answer = opened(worker(), "/")
    assert (due(answer), tile(answer)) == ([], None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("visit due: a check is stale", "and 1 never checked", "households to visit: a check is stale", "household to visit: nothing was ever checked")),
        ("zh-hans", ("应入户：有核查已过期", "另有 1 户从未核查", "户应入户：有核查已过期", "户应入户：从未核查")),
    ],
)  # fmt: skip
def test_both_languages(homes: None, language: str, words: tuple[str, ...]) -> None:
    client = worker()
    client.post("/language", {"language": language, "next": "/"})
    text = opened(client, "/").content.decode()
    assert [one for one in words if one not in text] == []


@pytest.mark.slow
def test_more_visits_take_no_more_queries(homes: None) -> None:
    client, counts = worker(COUNTY, Role.COUNTY_OFFICER), []
    for number in (0, 8):
        for one in range(number):
            add_checked(NEXT, f"又{one}", PAST)
        count_it()
        opened(client, "/")
        with CaptureQueriesContext(connection) as queries:
            assert due(opened(client, "/"))[0][0] == 4 + number
        counts.append(len(queries))
    assert counts[0] == counts[1]
