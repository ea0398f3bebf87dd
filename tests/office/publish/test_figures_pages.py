"""Figures in the browser: the numbers that the count gives, for the areas one may see, down to the rows one may open."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.publish.conftest import BEFORE, Counted
from office.web.people import COUNTY, HERE, NEXT, TOWNSHIP, add_somebody, signed_in
from tsampa.assessment import open_assessment
from tsampa.demo import AS_OF
from tsampa.figures import compute_figures, trace_figure
from tsampa.office.accounts.roles import Role
from tsampa.office.accounts.scope import scope_of
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.publish import opened
from tsampa.office.publish.known import figures_by_area
from tsampa.office.publish.models import AreaFigures
from tsampa.office.register.models import Household

CODE = re.compile(r"\b5402\d{8}-\d{5}\b")
PAGES = ("/figures/", "/figures/persons/", "/figures/income_gini/", "/figures/compare/")


def words(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("area", [COUNTY, TOWNSHIP, HERE])
def test_the_numbers_are_those_of_the_command_line(county: Counted, judgement: Judgement, area: str) -> None:
    user = add_somebody(Role.COUNTY_OFFICER, None)
    scope = scope_of(user, AS_OF)
    place = Area.objects.get(code=area)
    found = figures_by_area(scope, judgement, [place])[area]
    assert list(found.values()) == compute_figures(county.latest, area=area)
    assert list(figures_by_area(scope, judgement, [place])[area].values()) == list(found.values())


def test_the_catalogue_shows_each_figure_with_its_amount(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.COUNTY_OFFICER)).get("/figures/")
    shown = {one.id: one for group in answer.context["groups"] for one in group.lines}
    for one in compute_figures(county.latest, area=COUNTY):
        assert shown[one.id].amount == (one.amount or "未知")
    assert len(shown) == len(county.latest.rulebook.figures)
    assert [group.name for group in answer.context["groups"]][:3] == ["", "A1", "A2"]


def test_a_search_finds_figures_by_two_characters(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).get("/figures/", {"q": "户数"})
    found = [one.id for group in answer.context["groups"] for one in group.lines]
    assert "households" in found
    assert 0 < len(found) < len(county.latest.rulebook.figures)
    assert (
        signed_in(add_somebody(Role.AUDITOR)).get("/figures/", {"q": "nothing so called"}).context["count"]
        == 0
    )


def test_an_opened_figure_shows_the_rows_that_the_trace_has(county: Counted) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    answer = client.get("/figures/persons_in_need/")
    (part,) = trace_figure(county.latest, "persons_in_need", area=COUNTY).parts
    rows = answer.context["rows"]
    assert [one["key"] for one in rows.lines] == [one["code"] for one in part.rows][:50]
    assert sum(Decimal(one["cells"][0]) for one in rows.lines) == sum(one["term"] for one in part.rows[:50])
    assert f'href="/households/{rows.lines[0]["household"]}/"' in words(answer)


def test_rows_come_fifty_at_a_time(county: Counted) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    keys: list[str] = []
    pages = client.get("/figures/households/").context["rows"].pages
    for number in range(1, pages + 1):
        keys += [
            one["key"] for one in client.get("/figures/households/", {"page": number}).context["rows"].lines
        ]
    (part,) = trace_figure(county.latest, "households", area=COUNTY).parts
    assert keys == [one["code"] for one in part.rows]
    assert client.get("/figures/households/", {"page": "0x"}).context["rows"].number == 1
    assert client.get("/figures/households/", {"page": "99999"}).context["rows"].number == pages


def test_rows_of_persons_and_payments_lead_to_their_household(county: Counted) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    for figure in ("A1.population", "B3.village_benefit"):
        lines = client.get(f"/figures/{figure}/").context["rows"].lines
        assert lines
        assert all(CODE.fullmatch(one["household"]) for one in lines), figure


def test_a_figure_says_its_rules_parameters_and_files(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.AUDITOR)).get("/figures/headcount_ratio/")
    trace = trace_figure(county.latest, "headcount_ratio", area=COUNTY)
    assert [one["name"] for one in answer.context["formulas"]] == [one["name"] for one in trace.formulas]
    assert [one["name"] for one in answer.context["parameters"]] == [one["name"] for one in trace.parameters]
    assert answer.context["files"] == trace.files
    assert county.latest.manifest.snapshot_id in words(answer)


def test_the_areas_below_stand_beside_and_are_led_to(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).get("/figures/households/", {"area": TOWNSHIP})
    rows = answer.context["below"]["rows"]
    assert {one["area"].code for one in rows} == set(Area.objects.filter(parent=TOWNSHIP).values_list("code", flat=True))  # fmt: skip
    links = answer.context["below"]["chart"]["option"]["links"]
    assert f"/figures/households/?area={HERE}&on={AS_OF}" in links.values()


def test_a_figure_has_its_history(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).get("/figures/persons/")
    assert [row[0] for row in answer.context["history"]["rows"]] == [str(BEFORE), str(AS_OF)]


def test_a_history_not_known_yet_keeps_nobody_waiting(county: Counted) -> None:
    AreaFigures.objects.filter(judgement__day=BEFORE).delete()
    Job.objects.all().delete()  # what was asked for when the results came back
    client = signed_in(add_somebody(Role.ANALYST))
    for _ in range(2):
        assert client.get("/figures/persons/").context["history"] is None
    (job,) = Job.objects.filter(kind="figures")
    assert run_job(job.pk).state == "done"
    assert len(client.get("/figures/persons/").context["history"]["rows"]) == 2


def test_what_no_rule_said_on_the_day_has_no_value(county: Counted) -> None:
    earlier = open_assessment(county.places[BEFORE])
    (value,) = compute_figures(earlier, area=COUNTY, ids=["income_per_head_2019"])
    assert value.value is None
    assert trace_figure(earlier, "income_per_head_2019", area=COUNTY).parts == []
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    answer = client.get("/figures/income_per_head_2019/", {"on": str(BEFORE)})
    assert answer.status_code == 200
    assert not answer.context["in_force"]
    assert client.get("/figures/income_per_head_2019/").context["in_force"]


def test_two_dates_stand_side_by_side(county: Counted) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).get("/figures/compare/")
    assert (answer.context["first"].day, answer.context["last"].day) == (BEFORE, AS_OF)
    lines = {one["id"]: one for group in answer.context["groups"] for one in group.lines}
    assert lines["households"]["same"]
    assert lines["income_per_head_2019"]["change"] == ""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("area", [NEXT, TOWNSHIP, COUNTY, "nowhere", "\x00"])
def test_another_area_is_as_one_that_is_not(county: Counted, path: str, area: str) -> None:
    client = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE))
    assert client.get(path, {"area": area}).status_code == 404
    assert client.get(path).context["area"].code == HERE


def test_a_worker_sees_no_code_of_another_village(county: Counted) -> None:
    client = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE))
    for figure in ("households", "A1.population", "B3.village_benefit", "persons"):
        codes = set(CODE.findall(words(client.get(f"/figures/{figure}/"))))
        assert codes
        assert {one.partition("-")[0] for one in codes} == {HERE}


def test_a_household_that_has_moved_away_is_shown_to_nobody_here(county: Counted) -> None:
    client = signed_in(add_somebody(Role.VILLAGE_WORKER, HERE))
    before = client.get("/figures/households/").context["rows"].lines
    from tsampa.office.history import change

    with change(by="test", reason="moved"):
        moved = Household.objects.get(code=before[0]["household"])
        moved.area_id = NEXT
        moved.save()
    after = client.get("/figures/households/").context["rows"].lines
    assert [one["household"] for one in after] == [one["household"] for one in before[1:]]


def test_an_analyst_sees_counts_and_no_codes(county: Counted) -> None:
    client = signed_in(add_somebody(Role.ANALYST))
    for figure in ("households", "A1.population", "headcount_ratio", "income_gini"):
        answer = client.get(f"/figures/{figure}/")
        assert answer.context["rows"] is None
        assert CODE.findall(words(answer)) == []
        assert answer.context["below"]["rows"]


def test_who_sees_files_in_one_village_only_is_led_there(county: Counted) -> None:
    user = add_somebody(Role.ANALYST)
    from datetime import date

    from tsampa.office.accounts.actions import grant

    grant(user=user, role=Role.VILLAGE_WORKER, area=HERE, since=date(2015, 1, 1), by="test")
    client = signed_in(user)
    answer = client.get("/figures/households/")
    assert answer.context["rows"] is None
    assert [one.code for one in answer.context["elsewhere"]] == [HERE]
    assert client.get("/figures/households/", {"area": HERE}).context["rows"].lines


@pytest.mark.parametrize("query", [{"on": "yesterday"}, {"on": "2001-01-01"}, {"on": "2020-13-01"}])
def test_a_day_without_an_assessment_is_not_found(county: Counted, query: dict[str, str]) -> None:
    assert signed_in(add_somebody(Role.ANALYST)).get("/figures/", query).status_code == 404


def test_an_unknown_figure_is_not_found(county: Counted) -> None:
    client = signed_in(add_somebody(Role.ANALYST))
    assert client.get("/figures/no_such/").status_code == 404
    assert client.get("/figures/..%2f..%2fetc/").status_code == 404


def test_a_stranger_signs_in_first_and_an_administrator_has_nothing_here(
    county: Counted, client: Any
) -> None:
    keeper = signed_in(add_somebody(Role.ADMINISTRATOR, None))
    for path in (*PAGES, "/figures/rules/", "/figures/bulletins/", "/figures/whatif/"):
        assert client.get(path).status_code == 302
        assert keeper.get(path).status_code == 403


def test_pages_say_where_nothing_was_counted(office_sqlite: Any) -> None:
    from office.web.people import add_villages

    add_villages()
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    for path in (*PAGES, "/figures/bulletins/new/", "/figures/whatif/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert 'class="empty"' in words(answer)


def test_a_large_county_is_worked_out_by_a_job(county: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    AreaFigures.objects.all().delete()
    Job.objects.all().delete()  # what was asked for when the results came back
    monkeypatch.setattr(opened, "LARGE", 10)
    Judgement.objects.filter(day=BEFORE).delete()
    client = signed_in(add_somebody(Role.ANALYST))
    assert client.get("/figures/").status_code == 202
    assert client.get("/figures/").status_code == 202
    (job,) = Job.objects.filter(kind="figures")
    assert run_job(job.pk).state == "done"
    assert client.get("/figures/").status_code == 200
    assert client.get("/figures/households/").status_code == 202
    assert client.get("/figures/households/").status_code == 202
    (job,) = Job.objects.filter(kind="rows")
    assert run_job(job.pk).state == "done"
    assert client.get("/figures/households/").status_code == 200


def test_the_same_queries_for_a_village_and_for_the_county(county: Counted, judgement: Judgement) -> None:
    assert AreaFigures.objects.filter(judgement=judgement).count() > 50
    client = signed_in(add_somebody(Role.AUDITOR))
    for path in PAGES:
        counts = set()
        for area in (COUNTY, TOWNSHIP):
            client.get(path, {"area": area})
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path, {"area": area}).status_code == 200
            counts.add(len(queries))
        assert len(counts) == 1, path
        assert counts.pop() <= 16


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/figures/rules/", "/figures/rules/variables/household/standing/", "/figures/rules/parameters/poverty_line/", "/figures/bulletins/", "/figures/bulletins/new/", "/figures/whatif/"])  # fmt: skip
def test_pages_are_in_both_languages_and_as_the_policy_wants_them(
    county: Counted, path: str, lang: str
) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    client.post("/language", {"language": lang, "next": "/"})
    text = words(client.get(path))
    assert (">指标目录<" in text) == (lang != "en")
    assert (">Indicators<" in text) == (lang == "en")
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", text)
    assert text.count("<h1>") == 1
    assert not re.search(r"<script(?![^>]*(?:src=|application/json))", text)
