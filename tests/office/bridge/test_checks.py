"""Results that come back say how old each household's checks are, on the day they were judged; what nobody knows stays empty."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import call_command
from django.utils import timezone

from office.bridge.ages import add_checked, check
from office.databases import migrate
from office.register.homes import DAY, add_home, count_it, opened, worker
from office.web.people import HERE, NEXT, add_villages
from tsampa.assessment import assess
from tsampa.errors import TsampaError
from tsampa.office.bridge import checks
from tsampa.office.bridge import glance as at_a_glance
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Judgement, Result, VillageSummary
from tsampa.office.bridge.results import attach_results
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.register.actions import correct
from tsampa.office.register.models import Membership

FRESH, EDGE, PAST = "2020-03-01", "2019-06-30", "2019-06-29"
"""On the day of the count, 30 June 2020: a check of this year, the oldest that holds a year, and one a day older."""


def ages(judgement: Judgement) -> dict[str, str | None]:
    told = Result.objects.filter(judgement=judgement).values_list("household", "checked_since")
    return {code: since.isoformat() if since else None for code, since in told}


def sums(judgement: Judgement) -> dict[str, tuple[int | None, int | None]]:
    told = VillageSummary.objects.filter(judgement=judgement).values_list("area", "stale", "unchecked")
    return {area: (stale, unchecked) for area, stale, unchecked in told}


def says(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> None:
    """The office's programme, but for this."""
    glance = glance_of()
    assert glance
    told = msgspec.structs.replace(glance, **changed)
    for room in (checks, at_a_glance):
        monkeypatch.setattr(room, "glance_of", lambda: told)


def test_the_oldest_of_the_latest_checks_counts(office: Any) -> None:
    add_villages()
    fresh, edge = add_checked(HERE, "甲", FRESH), add_checked(HERE, "乙", FRESH, housing=EDGE)
    past, never = add_checked(HERE, "丙", FRESH, housing=PAST), add_home(HERE, "丁", checks=False).code
    again = add_checked(NEXT, "戊", FRESH, food="2015-01-01")
    check(again, "food", "2020-01-01")
    pupil = add_checked(NEXT, "己", FRESH)
    child = Membership.objects.get(household=pupil, relationship="child").person_id
    check(pupil, "education", "2018-09-01", person=child)
    judgement = count_it()
    assert ages(judgement) == {
        fresh: FRESH, edge: EDGE, past: PAST, never: None, again: "2020-01-01", pupil: "2018-09-01",
    }  # fmt: skip
    assert judgement.checks_hold_from == date(2019, 6, 30)
    assert sums(judgement) == {HERE: (1, 1), NEXT: (1, 0)}


def test_of_grown_children_no_schooling_is_checked_again(office: Any) -> None:
    add_villages()
    homes = [add_checked(HERE, name, FRESH) for name in ("甲", "乙", "丙")]
    for home, born in zip(homes, ("2004-06-30", "2004-07-01", None), strict=True):
        child = Membership.objects.get(household=home, relationship="child").person_id
        check(home, "education", "2018-09-01", person=child)
        correct(table="persons", code=child, birth_date=born, by="test", reason="birth certificate")
    judgement = count_it()
    grown, pupil, unknown = homes
    assert ages(judgement) == {grown: FRESH, pupil: "2018-09-01", unknown: "2018-09-01"}
    assert sums(judgement) == {HERE: (2, 0)}
    client = worker()
    for home, stale in ((grown, []), (pupil, ["education"]), (unknown, ["education"])):
        cards = opened(client, f"/households/{home}/?on=2020-06-30").context["cards"]
        assert [one.light.name for one in cards if one.stale] == stale


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"education": "nobody"}, "glance-unknown"),
        ({"nothing": "size"}, "glance-unknown"),
        ({"education": "standing"}, "glance-kind"),
    ],
)
def test_what_decides_whether_to_check_is_a_number_or_true_or_false(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch, told: dict[str, str], code: str) -> None:  # fmt: skip
    add_villages()
    add_checked(HERE, "甲", FRESH)
    says(monkeypatch, checked_if=told)
    with pytest.raises(TsampaError) as caught:
        count_it()
    assert caught.value.code == code
    assert not Judgement.objects.exists()


def test_true_or_false_may_decide_whether_to_check(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    add_villages()
    able, unable = add_checked(HERE, "甲", FRESH, food=PAST), add_checked(HERE, "乙", FRESH, food=PAST)
    worker_there = Membership.objects.get(household=unable, relationship="head").person_id
    correct(table="persons", code=worker_there, work_capacity="none", by="test", reason="illness")
    says(monkeypatch, checked_if={"food": "has_work_capacity"})
    assert ages(count_it()) == {able: PAST, unable: FRESH}


def test_a_check_after_the_day_is_not_known_on_it(office_sqlite: Any, home: Path) -> None:
    add_villages()
    mine = add_checked(HERE, "甲", FRESH, housing="2019-01-01")
    check(mine, "housing", "2020-07-01")
    freeze_register(home / "snapshot", as_of=date(2020, 12, 31))
    assess(home / "snapshot", office_rulebook(), DAY, home / "assessment")
    judgement = attach_results(home / "assessment", by="test", at=timezone.now())
    assert ages(judgement) == {mine: "2019-01-01"}
    assert sums(judgement) == {HERE: (1, 0)}


def test_what_is_no_light_need_not_be_checked(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    add_villages()
    mine = add_checked(HERE, "甲", FRESH, clothing=PAST)
    says(monkeypatch, lights=["food", "income_meets_line"])
    judgement = count_it()
    assert (ages(judgement), sums(judgement)) == ({mine: FRESH}, {HERE: (0, 0)})


@pytest.mark.parametrize(("months", "stale"), [(11, 2), (12, 1), (13, 0)])
def test_the_programme_says_how_long_a_check_holds(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch, months: int, stale: int) -> None:  # fmt: skip
    add_villages()
    add_checked(HERE, "甲", EDGE)
    add_checked(HERE, "乙", PAST)
    says(monkeypatch, checks_hold=months)
    assert sums(count_it()) == {HERE: (stale, 0)}


def test_where_checks_hold_for_ever_none_is_stale(
    office_sqlite: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_villages()
    mine = add_checked(HERE, "甲", "2015-08-01")
    says(monkeypatch, checks_hold=None)
    judgement = count_it()
    assert judgement.checks_hold_from is None
    assert (ages(judgement), sums(judgement)) == ({mine: None}, {HERE: (None, None)})


@pytest.mark.parametrize("lost", ["all", "checks"])
def test_without_its_snapshot_nobody_knows(office_sqlite: Any, lost: str) -> None:
    add_villages()
    mine = add_checked(HERE, "甲", PAST)
    first = count_it()
    snapshot = Path(first.path).parent / "snapshot"
    first.delete()
    if lost == "all":
        shutil.rmtree(snapshot)
    else:
        for one in snapshot.rglob("*.parquet"):
            if "checks" in str(one.relative_to(snapshot)):
                one.unlink()
    again = attach_results(Path(first.path), by="test", at=timezone.now())
    assert again.checks_hold_from is None
    assert (ages(again), sums(again)) == ({mine: None}, {HERE: (None, None)})


def test_results_from_before_the_migration_stay_unknown(office: Any) -> None:
    add_villages()
    mine = add_checked(HERE, "甲", PAST)
    count_it()
    call_command("migrate", "bridge", "0004", verbosity=0)
    migrate()
    judgement = Judgement.objects.get()
    assert judgement.checks_hold_from is None
    assert (ages(judgement), sums(judgement)) == ({mine: None}, {HERE: (None, None)})
    assert sums(count_it()) == {HERE: (1, 0)}


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        ("2020-06-30", 12, "2019-06-30"),
        ("2020-02-29", 12, "2019-02-28"),
        ("2020-03-31", 1, "2020-02-29"),
        ("2020-01-15", 1, "2019-12-15"),
        ("2020-12-31", 24, "2018-12-31"),
        ("0001-05-01", 12, "0001-01-01"),
    ],
)
def test_checks_hold_from_a_day(monkeypatch: pytest.MonkeyPatch, day: str, months: int, first: str) -> None:
    says(monkeypatch, checks_hold=months)
    assert checks.hold_from(date.fromisoformat(day)) == date.fromisoformat(first)
