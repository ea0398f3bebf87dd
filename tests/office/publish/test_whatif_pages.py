"""A reform tried in the browser: what the count says it would do, for the area asked for, with households for some only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.publish.conftest import Counted
from office.web.people import COUNTY, HERE, TOWNSHIP, add_somebody, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.jobs.actions import run_job
from tsampa.office.publish.models import Trial
from tsampa.office.publish.trials import settable
from tsampa.office.register.models import Household
from tsampa.rules import overlay
from tsampa.whatif import try_reform

CODE = re.compile(r"\b5402\d{8}-\d{5}\b")
REFORM = {"set-reward_cap": "3000"}


def tried(client: Client, area: str = COUNTY, **values: str) -> str:
    answer = client.post("/figures/whatif/", {"area": area} | REFORM | values)
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 202
    assert run_job(Trial.objects.order_by("-pk")[0].job or 0).state == "done"
    return str(answer["Location"])


def households(answer: Any) -> set[str]:
    return set(CODE.findall(answer.content.decode()))


def test_a_reform_does_what_the_command_line_says(county: Counted) -> None:
    where = tried(signed_in(add_somebody(Role.COUNTY_OFFICER)))
    found = Trial.objects.get().found or {}
    told = try_reform(
        county.latest, {"reward_cap": "3000"}, level="township", by="standing", area=COUNTY
    ).to_dict()
    assert {name: found[name] for name in told} == told
    assert told["total"]
    assert where


def test_where_areas_have_outlines_a_reform_is_drawn(county: Counted) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    where = tried(client)
    assert client.get(where).context["map"] is None
    towns = list(Area.objects.filter(parent=COUNTY).order_by("code"))
    with change(by="test"):
        for at, one in enumerate(towns):
            ring = [[at, 0], [at + 1, 0], [at + 1, 1], [at, 1], [at, 0]]
            Area.objects.filter(pk=one.pk).update(geometry={"type": "Polygon", "coordinates": [ring]})
    drawn = client.get(where).context["map"]
    moved = {one["code"]: one["gain"] + one["lose"] for one in client.get(where).context["moved"]}
    assert sum(moved.values()) > 0
    assert [int(said) for _, said in drawn["rows"]] == [moved[one.pk] for one in towns if one.pk in moved]
    link = drawn["option"]["links"][towns[0].name]
    assert client.get(link).context["parameters"]
    assert 'value="3000"' in client.get(link).content.decode()


def test_only_the_areas_households_count(county: Counted) -> None:
    client = signed_in(add_somebody(Role.COUNTY_OFFICER))
    tried(client)
    tried(client, area=TOWNSHIP)
    whole, part = ((one.found or {})["total"][0] for one in Trial.objects.order_by("pk"))
    assert 0 < part["households"] < whole["households"]
    inside = Household.objects.filter(area__parent=TOWNSHIP).count()
    assert part["households"] <= inside


def test_an_officer_sees_who_loses_and_an_analyst_does_not(county: Counted) -> None:
    analyst, officer = signed_in(add_somebody(Role.ANALYST)), signed_in(add_somebody(Role.COUNTY_OFFICER))
    where = tried(analyst)
    assert households(analyst.get(where)) == set()
    assert analyst.get(where).context["total"]
    answer = officer.get(where)
    assert households(answer)
    lost = next(one for one in answer.context["parts"] if one["part"].how == "lose")
    effect = next(one for one in answer.context["total"] if one["variable"] == lost["part"].entity)
    assert lost["part"].counted == effect["lose"]
    assert "540228" in str(answer.context["areas"][0]["code"])


def test_a_trial_of_another_area_is_not_found(county: Counted) -> None:
    where = tried(signed_in(add_somebody(Role.ANALYST)))
    assert signed_in(add_somebody(Role.ANALYST, "540102", name="next")).get(where).status_code == 404
    assert signed_in(add_somebody(Role.VILLAGE_WORKER, HERE)).get(where).status_code == 403
    other = signed_in(add_somebody(Role.ANALYST, TOWNSHIP, name="town"))
    assert other.get(where).status_code == 404
    assert other.post("/figures/whatif/", {"area": COUNTY} | REFORM).status_code == 404
    assert len(other.get("/figures/whatif/").context["shown"]) == 0


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"set-reward_cap": "much"}, "parameter-value"), ({"set-reward_cap": "1e999999999"}, "parameter-value"), ({"set-reward_cap": "9" * 50}, "parameter-value"),
        ({"set-nothing": "3"}, "overlay-parameter"), ({"set-poverty_line": "3"}, "overlay-key"), ({"set-reward_cap": "5000"}, "whatif-nothing"), ({}, "whatif-nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said_beside_what_was_typed(
    county: Counted, values: dict[str, str], code: str
) -> None:
    answer = signed_in(add_somebody(Role.ANALYST)).post("/figures/whatif/", {"area": COUNTY, "set-input_cap": ""} | values)  # fmt: skip
    assert answer.status_code == 409
    assert code.encode() in answer.content
    for text in values.values():
        if "nothing" not in str(values) and "set-poverty_line" not in values:
            assert f'value="{text}"'.encode() in answer.content
    assert not Trial.objects.exists()


def test_every_number_in_force_may_be_set(county: Counted) -> None:
    rulebook, day = county.latest.rulebook, county.latest.day
    listed = settable(rulebook, day)
    assert {name for _, name, _, _ in listed} == {name for name, one in rulebook.parameters.items() if one.on(day)}  # fmt: skip
    values = {place: now for place, _, _, now in listed}
    assert overlay(rulebook, day, values).formulas == rulebook.formulas


def test_the_list_asks_as_much_for_many_as_for_one(county: Counted) -> None:
    client, counts = signed_in(add_somebody(Role.ANALYST)), []
    for values in (["3000"], ["3100", "3200", "3300"]):
        for value in values:
            client.post("/figures/whatif/", {"area": COUNTY, "set-reward_cap": value})
        with CaptureQueriesContext(connection) as queries:
            client.get("/figures/whatif/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
