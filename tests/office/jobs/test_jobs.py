"""A job is done whole, says how far it is, keeps its error, and survives its worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tsampa.errors import TsampaError
from tsampa.office.jobs import kinds
from tsampa.office.jobs.actions import ATTEMPTS, ask_job, find_killed, retry_job, run_job
from tsampa.office.jobs.kinds import Running, work
from tsampa.office.jobs.models import Job, State
from tsampa.office.jobs.progress import Reporter, read_progress
from tsampa.office.jobs.queries import told_jobs


@pytest.fixture(autouse=True)
def some_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))

    @work("adds")
    def adds(running: Running, *, one: int, other: int) -> dict[str, Any]:
        running.progress("adding", 1, 2)
        running.say(f"asked by {running.by}")
        return {"sum": one + other, "seen": read_progress(Job.objects.get(kind="adds").pk)}

    @work("refuses")
    def refuses(running: Running) -> None:
        raise TsampaError("sheet-empty", "nothing is in it", remedy="Give another sheet.")

    @work("breaks")
    def breaks(running: Running, *, name: str) -> None:
        raise ValueError(f"what {name} earned")


def test_the_worker_does_what_was_asked(office_sqlite: Any) -> None:
    job = ask_job("adds", by="dawa", one=2, other=3)
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
    job.refresh_from_db()
    assert (job.state, job.outcome) == (State.DONE, {"sum": 5, "seen": ["adding", 1, 2]})
    assert [line.text for line in job.lines.all()] == ["asked by dawa"]
    assert read_progress(job.pk) is None


def test_an_unknown_kind_is_refused_when_asked_for(office_sqlite: Any) -> None:
    with pytest.raises(TsampaError, match="no job") as error:
        ask_job("bakes", by="dawa")
    assert error.value.code == "job-kind"


def test_a_users_error_is_kept_and_the_job_can_be_asked_for_again(office_sqlite: Any) -> None:
    job = run_job(ask_job("refuses", by="dawa").pk)
    assert (job.state, job.error["code"]) == (State.FAILED, "sheet-empty")
    assert told_jobs()[0]["error"] == "nothing is in it [sheet-empty]"
    again = retry_job(job.pk, by="pema")
    assert (again.state, again.asked_by, again.error) == (State.WAITING, "dawa", None)
    assert [line.text for line in again.lines.all()] == ["asked for again by pema"]
    with pytest.raises(TsampaError) as error:
        retry_job(job.pk, by="pema")
    assert error.value.code == "job-state"


def test_a_bug_is_told_without_what_it_was_about(office_sqlite: Any) -> None:
    job = run_job(ask_job("breaks", by="dawa", name="Tashi").pk)
    assert job.error["code"] == "job-failed"
    told = str(job.error) + "".join(line.text for line in job.lines.all())
    assert "ValueError" in told
    assert "test_jobs.py" in told
    assert "Tashi" not in told


def test_a_job_runs_once_however_often_it_is_taken_up(office_sqlite: Any) -> None:
    job = run_job(ask_job("adds", by="dawa", one=1, other=1).pk)
    assert run_job(job.pk).attempts == 1


def test_a_killed_workers_job_waits_again_and_fails_when_that_happens_too_often(office_sqlite: Any) -> None:
    job = ask_job("adds", by="dawa", one=1, other=1)
    for attempt in range(1, ATTEMPTS + 1):
        Job.objects.filter(pk=job.pk).update(state=State.RUNNING, worker="nobody", attempts=attempt)
        assert [one.pk for one in find_killed(alive=lambda _: False)] == [job.pk]
        job.refresh_from_db()
        assert job.state == (State.WAITING if attempt < ATTEMPTS else State.FAILED)
    assert job.error["code"] == "job-killed"


def test_what_is_asked_for_again_knows_that_it_was_begun_before(office_sqlite: Any) -> None:
    seen = []

    @work("forgets")
    def forgets(running: Running) -> None:
        seen.append((running.by, running.again))
        if len(seen) == 1:
            raise TsampaError("job-failed", "the disk was full", remedy="Ask again.")

    job = run_job(ask_job("forgets", by="dawa").pk)
    assert run_job(retry_job(job.pk, by="pema").pk).state == State.DONE
    assert seen == [("dawa", False), ("dawa", True)]


def test_a_running_workers_job_is_left_alone(office_sqlite: Any) -> None:
    seen = []

    @work("looks")
    def looks(running: Running) -> None:
        seen.append(find_killed())

    assert run_job(ask_job("looks", by="dawa").pk).state == State.DONE
    assert seen == [[]]


def test_nothing_stays_of_a_job_whose_worker_was_killed_when_it_had_ended(office_sqlite: Any, home: Path) -> None:  # fmt: skip
    job = run_job(ask_job("adds", by="dawa", one=1, other=1).pk)
    running = ask_job("adds", by="dawa", one=1, other=1)
    Job.objects.filter(pk=running.pk).update(state=State.RUNNING, worker="other machine:1:1")
    for one in (job, running):
        Reporter(one.pk)("step", 1, 1)
    (home / "jobs" / ".backup.spill").mkdir()
    find_killed()
    assert {one.name for one in (home / "jobs").iterdir()} == {f"{running.pk}.json", ".backup.spill"}
