"""The start page says what waits and how the area stands, to each role what is theirs, by sums of villages alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from office.desk.sums import add_judgement
from office.operations.secured import administrator
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, add_villages, signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.actions import add_area, draw_area
from tsampa.office.areas.models import Area
from tsampa.office.desk import waiting
from tsampa.office.history import change
from tsampa.office.jobs.models import Job, State

LATE, EARLY = date(2020, 6, 30), date(2019, 6, 30)
HOMES = "/households/"


@pytest.fixture
def villages(office: Any) -> None:
    add_villages()
    add_judgement(EARLY, {HERE: (1, 4, 1), NEXT: (0, 5, 0)}, income=50_00)
    add_judgement(LATE, {HERE: (4, 1, 1), NEXT: (3, 0, 2)})


def read(answer: Any) -> str:
    return str(answer.content.decode())


def tiles(answer: Any) -> list[str]:
    return [one.value for one in answer.context["standing"].tiles]


def test_a_clerk_sees_the_sum_of_the_township(villages: None) -> None:
    answer = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP)).get("/")
    assert tiles(answer) == ["11", "7", "1", "3", "100.00"]
    assert answer.context["standing"].tiles[0].about == "44人"
    assert f'href="{HOMES}?area={TOWNSHIP}&amp;standing=to_check"' in read(answer)
    assert f'href="{HOMES}?area={HERE}&amp;standing=in_need"' in read(answer)
    assert f'href="{HOMES}?area={TOWNSHIP}&amp;light=food&amp;gap=unknown"' in read(answer)


def test_a_worker_sees_the_village_and_nothing_of_the_next(villages: None) -> None:
    client = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE))
    answer = client.get("/")
    assert tiles(answer)[0] == "6"
    assert NEXT not in read(answer)
    assert "吉雄村" not in read(answer)
    assert client.get("/", {"area": HERE}).status_code == 200
    for code in (NEXT, TOWNSHIP, COUNTY, "999", "x'--"):
        assert client.get("/", {"area": code}).status_code == 404


def test_two_areas_stand_beside_each_other(villages: None) -> None:
    user = add_somebody(Role.VILLAGE_WORKER, HERE)
    grant(user=user, role=Role.VILLAGE_WORKER, area=NEXT, since=date(2015, 1, 1), by="test")
    answer = signed_in(user).get("/")
    assert tiles(answer)[0] == "11"
    assert {row.head.place.code for row in answer.context["standing"].map.rows} == {HERE, NEXT}


def test_a_figure_of_somebody_elses_households_leads_nowhere(villages: None) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).get("/")
    assert tiles(answer)[0] == "11"
    assert HOMES not in read(answer)
    assert answer.context["waiting"] == []
    user = add_somebody(Role.VILLAGE_WORKER, HERE, "both")
    grant(user=user, role=Role.ANALYST, area=COUNTY, since=date(2015, 1, 1), by="test")
    both = read(signed_in(user).get("/", {"area": TOWNSHIP}))
    assert f"area={HERE}&amp;standing" in both
    assert f"area={NEXT}&amp;standing" not in both


def test_an_administrator_has_no_figures(villages: None) -> None:
    answer = administrator().get("/")
    assert answer.context["standing"] is None
    assert "马义村" not in read(answer)
    assert {one.url for one in answer.context["waiting"]} >= {reverse("operations:backups")}


def test_an_earlier_count_is_shown_and_its_links_say_so(villages: None) -> None:
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    answer = client.get("/", {"on": "2019-06-30"})
    assert tiles(answer)[:4] == ["11", "1", "9", "1"]
    assert "standing=in_need&amp;on=2019-06-30" in read(answer)
    for day in ("2018-06-30", "tomorrow", "2019-13-01"):
        assert client.get("/", {"on": day}).status_code == 404


def test_incomes_are_set_against_the_days_of_the_counts(villages: None) -> None:
    answer = signed_in(add_somebody(Role.COUNTY_OFFICER)).get("/", {"area": HERE})
    chart = next(one for one in answer.context["standing"].pictures if one["id"] == "chart-incomes")
    assert chart["rows"] == [["2019-06-30", "50.00"], ["2020-06-30", "100.00"]]


def test_every_share_has_a_step_of_colour_and_its_number(villages: None) -> None:
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    grid = client.get("/", {"show": "to_check"}).context["standing"].map.rows
    assert [(one.count, str(one.share), one.step) for one in grid[0].cells] == [
        (1, "16.7", "3"),
        (2, "40.0", "4"),
    ]
    assert client.get("/", {"show": "no such"}).context["standing"].shown == "in_need"


def square(at: int) -> dict[str, Any]:
    ring = [[at, 0], [at + 1, 0], [at + 1, 1], [at, 1], [at, 0]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_areas_with_an_outline_are_drawn(villages: None) -> None:
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    draw_area(area=HERE, geometry=square(0), by="test")
    assert client.get("/").context["standing"].drawn is None, "one area alone is no map"
    draw_area(area=NEXT, geometry=square(1), by="test")
    drawn = client.get("/").context["standing"].drawn
    names = [one["properties"]["name"] for one in drawn["option"]["map"]["geo"]["features"]]
    assert names == ["马义村", "吉雄村"]
    assert drawn["option"]["links"] == {"马义村": f"/?area={HERE}", "吉雄村": f"/?area={NEXT}"}
    told = [one["label"]["formatter"] for one in drawn["option"]["chart"]["geo"]["regions"]]
    assert told == ["马义村\n16.7 %", "吉雄村\n0.0 %"]
    assert drawn["rows"][0] == [f'<a href="/?area={HERE}">马义村</a>', "16.7 %"]


def test_an_outline_of_the_next_village_is_not_on_the_page(villages: None) -> None:
    for at, code in enumerate((HERE, NEXT, TOWNSHIP)):
        draw_area(area=code, geometry=square(at * 100), by="test")
    answer = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE)).get("/")
    assert answer.context["standing"].drawn is None
    user = add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP)
    drawn = signed_in(user).get("/").context["standing"].drawn["option"]
    assert [one["properties"]["name"] for one in drawn["map"]["geo"]["features"]] == ["马义村", "吉雄村"]
    assert drawn["chart"]["series"][0]["data"] == [{"coords": square(200)["coordinates"][0]}]


def test_an_area_without_households_is_drawn_empty_while_it_is_one(villages: None) -> None:
    for at, code in enumerate((HERE, NEXT)):
        draw_area(area=code, geometry=square(at), by="test")
    for code, until in ((f"{TOWNSHIP}901", None), (f"{TOWNSHIP}902", LATE)):
        add_area(code=code, name=code, level="village", parent=TOWNSHIP, by="test")
        draw_area(area=code, geometry=square(5), by="test")
        with change(by="test"):
            Area.objects.filter(pk=code).update(until=until)
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    drawn = client.get("/").context["standing"].drawn["option"]
    names = [one["properties"]["name"] for one in drawn["map"]["geo"]["features"]]
    assert names == ["马义村", "吉雄村", f"{TOWNSHIP}901"]
    assert [one["name"] for one in drawn["chart"]["geo"]["regions"]] == names[:2]
    assert set(drawn["links"]) == set(names[:2])


def test_nothing_counted_yet_says_what_to_do(office_sqlite: Any) -> None:
    add_villages()
    answer = signed_in(add_somebody(Role.COUNTY_OFFICER)).get("/")
    assert answer.status_code == 200
    assert answer.context["standing"] is None
    assert 'class="empty"' in read(answer)


def test_both_languages(villages: None) -> None:
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    assert "待办事项" in read(client.get("/"))
    client.post("/language", {"language": "en", "next": "/"})
    assert "What waits for you" in read(client.get("/"))


def test_more_villages_take_no_more_queries(villages: None) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    with change(by="test"):
        for one in range(30):
            Area.objects.create(code=f"{TOWNSHIP}3{one:02}", name="村", level="village", parent_id=TOWNSHIP)
    add_judgement(LATE + timedelta(days=1), {f"{TOWNSHIP}3{one:02}": (1, 1, 1) for one in range(30)})
    with CaptureQueriesContext(connection) as many:
        assert tiles(client.get("/"))[0] == "90"
    assert len(many) == len(few)


def test_a_room_adds_what_waits_in_it(villages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_ASKED", dict(waiting._ASKED))

    @waiting.waits
    def bulletins(scope: Any) -> Any:
        yield waiting.Waiting(2, f"bulletins of {scope.user}", "/figures/")
        yield waiting.Waiting(0, "nothing", "/figures/")

    user = add_somebody(Role.VILLAGE_WORKER, HERE)
    labels = [one.label for one in signed_in(user).get("/").context["waiting"]]
    assert "bulletins of village_worker" in labels
    assert "nothing" not in labels


def test_a_count_is_asked_for_once(villages: None) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    for _ in range(2):
        answer = client.post("/count", {"as_of": "2020-06-30"})
        assert (answer.status_code, answer["Location"]) == (302, "/")
    job = Job.objects.get()
    assert (job.kind, job.state, job.arguments) == ("count", State.WAITING, {"as_of": "2020-06-30"})
    assert 'hx-get="/counting"' in read(client.get("/"))
    Job.objects.update(
        state=State.FAILED, error={"code": "register-hole", "message": "m", "remedy": "r", "where": ""}
    )
    told = read(client.get("/counting"))
    assert "register-hole" in told
    assert "hx-get" not in told


def test_a_day_to_come_is_not_counted(villages: None) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    later = timezone.localdate() + timedelta(days=2)
    answer = client.post("/count", {"as_of": later.isoformat()})
    assert answer.status_code == 409
    assert later.isoformat() in read(answer)
    for wrong in ("", "soon", "2020-02-30"):
        assert client.post("/count", {"as_of": wrong}).status_code == 400
    assert not Job.objects.exists()


def test_only_who_counts_may_ask_for_it(villages: None) -> None:
    client = signed_in(add_somebody(Role.TOWNSHIP_CLERK, TOWNSHIP))
    assert client.post("/count", {"as_of": "2020-06-30"}).status_code == 403
    assert client.get("/counting").status_code == 403
    assert "/count" not in read(client.get("/"))
