"""Villages merge, part and are renamed on a day: what was before stays true of days before, and history has both."""

from __future__ import annotations

from datetime import date

import pytest

from office.intake.builders import county
from tsampa.errors import TsampaError
from tsampa.office.areas import actions
from tsampa.office.areas.models import Area
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.history import Change, Version, cut, verify
from tsampa.office.register import actions as register
from tsampa.office.register.models import Household, Placement
from tsampa.office.register.places import area_on

UPPER, LOWER, TOWN = "540228100201", "540228100202", "540228100"
BEFORE, DAY, LATER = date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 30)


@pytest.fixture
def homes(office) -> list[str]:
    county()
    found = [register.register_household(area=area, by="pema").code for area in (UPPER, LOWER, LOWER)]
    for home in found:
        register.add_member(
            household=home, name="扎西", relationship="head", since=date(2015, 1, 1), by="pema"
        )
    return found


def frozen(folder, day, known=None) -> tuple[dict[str, str], set[str]]:
    """Villages of households, and villages, in the snapshot of a day."""
    snapshot = freeze_register(folder / f"{day}-{known}", as_of=day, known=known).snapshot
    homes, areas = snapshot.table("households"), snapshot.table("areas")
    placed = dict(zip(homes["code"].to_pylist(), homes["area"].to_pylist(), strict=True))
    levels = zip(areas["code"].to_pylist(), areas["level"].to_pylist(), strict=True)
    return placed, {code for code, level in levels if level == "village"}


def test_a_merged_village_gives_its_households_over_from_the_day_on(homes, tmp_path):
    then = cut()
    actions.merge_areas(areas=[LOWER], into=UPPER, on=DAY, by="pema", reason="order 7")
    lower = Area.objects.get(pk=LOWER)
    assert (lower.until, lower.succeeded_by_id) == (DAY, UPPER)
    assert set(Household.objects.values_list("area", flat=True)) == {UPPER}
    home = Household.objects.get(pk=homes[1])
    assert (area_on(home, BEFORE), area_on(home, DAY)) == (LOWER, UPPER)
    was = dict(zip(homes, (UPPER, LOWER, LOWER), strict=True))
    now = dict.fromkeys(homes, UPPER)
    assert frozen(tmp_path, BEFORE) == (was, {UPPER, LOWER})
    assert frozen(tmp_path, DAY) == (now, {UPPER})
    assert frozen(tmp_path, LATER, then) == (was, {UPPER, LOWER})
    assert frozen(tmp_path, BEFORE, cut()) == (was, {UPPER, LOWER})
    made = Change.objects.latest("pk")
    assert (made.reason, Version.objects.filter(change=made, table="register_household").count()) == (
        "order 7",
        2,
    )
    assert verify().holds


def test_an_area_that_something_still_leads_to_stays(homes, tmp_path):
    register.record(table="pools", area=LOWER, name="dividend", year=2019, amount=100, by="pema")
    actions.merge_areas(areas=[LOWER], into=UPPER, on=DAY, by="pema")
    assert frozen(tmp_path, DAY)[1] == {UPPER, LOWER}


def test_a_new_code_succeeds_the_former_and_a_name_alone_does_not(homes, tmp_path):
    actions.rename_area(area=UPPER, name="新村", by="pema")
    assert Area.objects.get(pk=UPPER).name == "新村"
    assert not Placement.objects.exists()
    made = actions.rename_area(area=UPPER, name="新村", code="540228100299", on=DAY, by="pema")
    assert (made.parent_id, made.since, Area.objects.get(pk=UPPER).succeeded_by_id) == (TOWN, DAY, made.code)
    assert frozen(tmp_path, BEFORE)[1] == {UPPER, LOWER}
    assert frozen(tmp_path, DAY)[1] == {made.code, LOWER}


def test_a_township_that_merges_takes_its_villages_along(homes):
    actions.add_area(code="540228101", name="杜琼乡", level="township", parent="540228", by="pema")
    actions.merge_areas(areas=[TOWN], into="540228101", on=DAY, by="pema")
    assert set(Area.objects.filter(level="village").values_list("parent", flat=True)) == {"540228101"}


def test_a_village_parts_and_every_household_goes_somewhere(homes, tmp_path):
    parts = {"540228100203": "东村", "540228100204": "西村"}
    with pytest.raises(TsampaError) as error:
        actions.split_area(area=LOWER, into=parts, households={"540228100203": [homes[1]]}, on=DAY, by="pema")
    assert (error.value.code, Area.objects.get(pk=LOWER).until) == ("area-split", None)
    told = {"540228100203": [homes[1]], "540228100204": [homes[2]]}
    actions.split_area(area=LOWER, into=parts, households=told, on=DAY, by="pema")
    assert frozen(tmp_path, BEFORE)[0] == dict(zip(homes, (UPPER, LOWER, LOWER), strict=True))
    assert frozen(tmp_path, DAY)[0] == dict(zip(homes, (UPPER, *parts), strict=True))


def test_a_household_moved_twice_is_where_it_was_on_each_day(homes, tmp_path):
    register.move_household(household=homes[0], area=LOWER, on=date(2017, 1, 1), by="pema")
    actions.merge_areas(areas=[LOWER], into=UPPER, on=DAY, by="pema")
    places = [frozen(tmp_path, day)[0][homes[0]] for day in (date(2016, 1, 1), date(2018, 1, 1), DAY)]
    assert places == [UPPER, LOWER, UPPER]
    with pytest.raises(TsampaError) as error:
        register.move_household(household=homes[0], area=LOWER, on=DAY, by="pema")
    assert error.value.code == "area-ended"


WRONG = [
    (lambda: actions.merge_areas(areas=[UPPER], into=UPPER, on=DAY, by="pema"), "area-merge"),
    (lambda: actions.merge_areas(areas=["x"], into=UPPER, on=DAY, by="pema"), "area-unknown"),
    (lambda: actions.merge_areas(areas=[TOWN], into=UPPER, on=DAY, by="pema"), "area-level-order"),
    (lambda: actions.rename_area(area=UPPER, name="x", code="y", by="pema"), "area-day"),
    (lambda: actions.add_area(code=UPPER, name="x", level="village", by="pema"), "area-twice"),
    (lambda: actions.add_area(code="x", name="x", level="hamlet", by="pema"), "register-value-refused"),
    (lambda: actions.draw_area(area=UPPER, geometry={"religion": 1}, by="pema"), "area-geometry"),
]


@pytest.mark.parametrize(("act", "code"), WRONG, ids=[code for _, code in WRONG])
def test_what_is_wrong_is_refused_and_nothing_is_written(homes, act, code):
    before = Version.objects.count()
    with pytest.raises(TsampaError) as error:
        act()
    assert (error.value.code, Version.objects.count()) == (code, before)
