"""Folders of counts and opened figures go when nothing leads to them, and never while anything does."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from office.register.homes import DAY, add_home, count_it, pages_office
from office.web.people import COUNTY, HERE
from tsampa.assessment import assess, open_assessment
from tsampa.office.bridge.count import count_register
from tsampa.office.bridge.models import Judgement
from tsampa.office.bridge.results import attach_results
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.history import change
from tsampa.office.jobs.models import Job, State
from tsampa.office.operations.retention import apply_retention, due
from tsampa.office.publish.models import Publication
from tsampa.office.publish.models import State as Stands
from tsampa.office.publish.opened import opened
from tsampa.office.publish.traced import lay_open

NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=800)


@pytest.fixture
def counts(office: Any, home: Path) -> Path:
    """Two households on each database, and where their counts stand."""
    pages_office()
    Job.objects.all().delete()
    return home / "counts"


def counted(**told: Any) -> Judgement:
    made = count_register(as_of=DAY, by="test", at=timezone.now(), **told) if told else count_it()
    Job.objects.all().delete()  # figures that are asked for when results come back
    return made


def aged(*judgements: Judgement, home: Path | None = None) -> None:
    """All of this was long ago."""
    for one in judgements:
        Judgement.objects.filter(pk=one.pk).update(attached_at=LONG_AGO)
    for path in home.rglob("*") if home else ():
        os.utime(path, (LONG_AGO.timestamp(),) * 2)


def gone() -> dict[str, int]:
    kinds = ("judgements", "folders of counts")
    told = {one.kind.name: one.count for one in due(NOW) if one.kind.name in kinds}
    found = {one.kind.name: one.count for one in apply_retention(NOW) if one.kind.name in kinds}
    assert found == told
    return found


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def printed(judgement: Judgement | str, state: Stands) -> None:
    """A bulletin of the judgement, wherever it stands."""
    told = {
        "languages": "zh",
        "title": "b",
        "prepared_by": "pema",
        "prepared_at": LONG_AGO,
        "decided_by": "dolma",
    }
    id = judgement if isinstance(judgement, str) else judgement.pk
    with change(by="test"):
        Publication.objects.create(
            area_id=COUNTY, judgement=id, day=DAY, snapshot="s", rulebook="r", state=state, **told
        )


def sound(judgement: Judgement) -> bool:
    """Whether it opens to all its files, and to its rows."""
    found = open_assessment(Path(judgement.path))
    lay_open(judgement, "households", HERE)
    return not found.verify() and found.snapshot.count("households") > 0


def test_the_folder_of_a_judgement_goes_with_it_and_what_a_later_count_carried_over_stays(
    counts: Path, home: Path
) -> None:
    first = counted()
    add_home(HERE, "达瓦")
    later = counted(since=first)
    assert opened(later).manifest.since is not None
    lay_open(first, "households", HERE)
    aged(first, home=home)
    assert names(counts) == [f"{DAY}-1", f"{DAY}-2"]
    assert gone() == {"judgements": 1, "folders of counts": 2}
    assert names(counts) == [f"{DAY}-2"]
    assert names(home / "figures") == []
    assert sound(Judgement.objects.get())
    third = counted(since=later)
    assert (third.path, sound(third)) == (str(counts / f"{DAY}-1" / "assessment"), True)


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(one, marks=() if one in (Stands.DRAFT, Stands.PUBLISHED) else pytest.mark.slow)
        for one in Stands if one != Stands.REFUSED
    ],
)  # fmt: skip
def test_what_a_bulletin_prints_stays_and_opens_to_its_rows(counts: Path, home: Path, state: Stands) -> None:
    first = counted()
    counted()
    printed(first, state)
    aged(first, home=home)
    assert gone() == {"judgements": 0, "folders of counts": 0}
    assert sound(first)


def test_what_only_a_refused_bulletin_prints_goes(counts: Path, home: Path) -> None:
    first = counted()
    counted()
    printed(first, Stands.REFUSED)
    aged(first, home=home)
    assert gone() == {"judgements": 1, "folders of counts": 1}


def test_a_bulletin_whose_judgement_was_lost_before_keeps_its_folder(counts: Path, home: Path) -> None:
    first = counted()
    counted()
    printed(first, Stands.PUBLISHED)
    Judgement.objects.filter(pk=first.pk).delete()
    aged(home=home)
    assert gone() == {"judgements": 0, "folders of counts": 0}
    assert sound(attach_results(counts / f"{DAY}-1" / "assessment", by="test", at=timezone.now()))


def test_a_snapshot_from_which_another_assessment_was_made_stays(
    counts: Path, home: Path, tmp_path: Path
) -> None:
    first = counted()
    snapshot, out = Path(first.path).parent / "snapshot", tmp_path / "elsewhere" / "again"
    assess(snapshot, office_rulebook(), DAY - timedelta(days=1), out)
    other = attach_results(out, by="test", at=timezone.now())
    counted()
    aged(first, home=home)
    assert gone() == {"judgements": 1, "folders of counts": 0}
    assert sound(other)


def test_a_moved_office_keeps_its_counts(counts: Path, home: Path) -> None:
    made = counted()
    Judgement.objects.update(path=f"/somewhere/counts/{DAY}-1/assessment")
    aged(home=home)
    assert gone() == {"judgements": 0, "folders of counts": 0}
    assert opened(Judgement.objects.get(pk=made.pk)).snapshot.count("households") == 2


def left_behind(counts: Path) -> Path:
    """What a count left that failed while it froze the register."""
    made = counts / "2020-06-30-7" / ".snapshot.half"
    made.mkdir(parents=True)
    (made / "persons.parquet").write_bytes(b"half")
    return made


def test_what_a_failed_count_left_goes_and_what_somebody_put_there_stays(counts: Path, home: Path) -> None:
    left_behind(counts)
    (counts / "kept by hand").mkdir()
    (counts / "2020-06-30-8").symlink_to(home)
    assert due(timezone.now())[0].count == 0
    aged(home=home)
    assert gone()["folders of counts"] == 1
    assert names(counts) == ["2020-06-30-8", "kept by hand"]


def test_what_is_written_now_is_not_touched(counts: Path, home: Path) -> None:
    made = left_behind(counts)
    aged(home=home)
    os.utime(made / "persons.parquet", (NOW.timestamp() - 60,) * 2)
    assert gone()["folders of counts"] == 0


@pytest.fixture
def working() -> Any:
    """Makes a job as a worker has it that lives, or no more."""
    from tsampa.office.jobs.actions import _this_process

    def make(state: State, *, lives: bool = True) -> None:
        worker = _this_process() if lives else _this_process().rpartition(":")[0] + ":1"
        Job.objects.create(kind="count", state=state, asked_by="test", asked_at=NOW, worker=worker)

    return make


@pytest.mark.parametrize(
    ("state", "lives", "going"),
    [(State.RUNNING, True, 0), (State.WAITING, True, 0), (State.RUNNING, False, 1), (State.FAILED, True, 1), (State.DONE, True, 1)],
)  # fmt: skip
def test_nothing_goes_while_a_job_may_write_or_read_it(
    counts: Path, home: Path, working: Any, state: State, lives: bool, going: int
) -> None:
    left_behind(counts)
    aged(home=home)
    working(state, lives=lives)
    assert gone()["folders of counts"] == going


def test_empty_folders_of_figures_go(counts: Path, home: Path) -> None:
    made = counted()
    lay_open(made, "households", HERE)
    aged(home=home)
    assert {one.kind.name: one.count for one in apply_retention(NOW)}["rows of figures"] == 2
    assert names(home / "figures") == [made.pk]
    os.utime(home / "figures" / made.pk, (LONG_AGO.timestamp(),) * 2)
    assert gone()["folders of counts"] == 1
    assert names(home / "figures") == []
