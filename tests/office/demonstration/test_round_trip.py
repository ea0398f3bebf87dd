"""The demonstration county goes in by staged import and comes out as the count's own: on both databases, now and as it was known."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tsampa.assessment import Assessment, assess
from tsampa.demo import AS_OF, make_demo
from tsampa.errors import TsampaError
from tsampa.figures import FigureValue, compute_figures
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.demonstration import Entered, make_office
from tsampa.office.demonstration.people import APPROVER, PREPARER
from tsampa.office.history import Change, cut_at, versions_of
from tsampa.office.intake.models import Step
from tsampa.office.register.models import Membership, Person
from tsampa.snapshot import Snapshot

PROGRAMME = "bailang"
FIRST = date(2015, 6, 30)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_demo(tmp_path_factory.mktemp("county") / "snapshot", households=500)


@pytest.fixture(scope="module")
def judged(county: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assess(county.path, PROGRAMME, AS_OF, tmp_path_factory.mktemp("judged") / "assessment")


def hashes(snapshot: Snapshot) -> dict[str, str]:
    return {one.path: one.sha256 for one in snapshot.manifest.files}


def results(found: Assessment) -> dict[str, bytes]:
    return {
        str(one.relative_to(found.path)): one.read_bytes() for one in sorted(found.path.rglob("*.parquet"))
    }


def figures(found: Assessment) -> list[FigureValue]:
    """All of them, without the snapshot's id, which says where it came from."""
    return [replace(one, snapshot="") for one in compute_figures(found)]


def month_ends(day: date, many: int) -> list[date]:
    """The day, the last of a month, and the last days of the months after it; none after the last that is drawn."""
    months = [day.year * 12 + day.month - 1 + n for n in range(many)]
    ends = [date(one // 12, one % 12 + 1, monthrange(one // 12, one % 12 + 1)[1]) for one in months]
    return [one for one in ends if one <= AS_OF]


def evening_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(20)))


@pytest.mark.parametrize(
    ("demonstration_office", "every", "months"),
    [
        ("sqlite", 7, 1),
        pytest.param("postgresql", 7, 1, marks=pytest.mark.slow),
        pytest.param("sqlite", 1, 3, marks=pytest.mark.slow),
        pytest.param("postgresql", 1, 3, marks=pytest.mark.slow),
    ],
    indirect=["demonstration_office"],
)
def test_the_county_comes_out_as_it_went_in(
    demonstration_office: Any, county: Snapshot, judged: Assessment, tmp_path: Path, every: int, months: int
) -> None:
    """``every``: of how many batches one is looked at, then and in the end, on that evening and those of how many ``months``.

    Between two batches nothing is recorded, but time goes on: other facts are true at each month's end.
    """
    then: dict[date, dict[str, str]] = {}
    evenings = count()

    def evening(one: Entered) -> None:
        if next(evenings) % every:
            return
        for day in month_ends(one.day, months):
            frozen = freeze_register(tmp_path / f"live-{day}", as_of=day)
            assert frozen.problems == []
            then[day] = hashes(frozen.snapshot)

    entered = make_office(households=500, evening=evening)
    assert [entered[0].day, entered[-1].day, len(entered)] == [FIRST, AS_OF, 21]
    assert [one.at.date() for one in Change.objects.filter(source="import").order_by("pk")] == [
        one.day for one in entered
    ]
    frozen = freeze_register(tmp_path / "out", as_of=AS_OF)
    assert hashes(frozen.snapshot) == hashes(county)
    own = assess(frozen.snapshot.path, PROGRAMME, AS_OF, tmp_path / "assessment")
    assert results(own) == results(judged)
    assert results(own)
    assert figures(own) == figures(judged)
    assert len(figures(own)) >= 75
    assert len(then) == (3 if every == 7 else 61)
    for day, files in then.items():
        known = freeze_register(tmp_path / f"known-{day}", as_of=day, known=cut_at(evening_of(day)))
        assert hashes(known.snapshot) == files, day
    assert len({tuple(sorted(one.items())) for one in then.values()}) >= len(entered[::every])


def test_its_history_is_of_those_years_and_of_two_people(county_office: Any) -> None:
    changes = list(Change.objects.filter(source="import").order_by("pk"))
    days = [one.at.date() for one in changes]
    assert (days[0], days[-1], len(days)) == (FIRST, AS_OF, 21)
    assert days == sorted(days)
    assert {one.actor for one in changes} == {APPROVER}
    assert set(Step.objects.filter(state="checked").values_list("by", flat=True)) == {PREPARER}
    left = Membership.objects.exclude(until=None).first()
    assert left is not None
    joined, ended = versions_of(left)
    assert joined.values is not None
    assert ended.values is not None
    assert (joined.values["until"], ended.values["until"]) == (None, left.until.isoformat())
    assert joined.change.at.date() < left.until <= ended.change.at.date()


def test_everybody_has_a_name_and_a_number_that_nobody_can_hold(county_office: Any) -> None:
    from tsampa.office.register.identity import reveal

    people = list(Person.objects.all())
    assert all(one.name for one in people)
    assert {reveal(one.identity_cipher)[:6] for one in people} == {"999999"}
    assert len({one.name for one in people}) > len(people) // 4


def test_made_up_people_never_enter_a_real_register(office_sqlite: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        make_office(households=500)
    assert caught.value.code == "demo-register-real"


def test_a_register_that_holds_something_is_left_alone(county_office: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        make_office(households=500)
    assert caught.value.code == "demo-register-full"
