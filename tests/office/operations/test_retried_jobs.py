"""An administrator has a job done again that failed for a passing reason: it is still the job of who asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from office.intake.builders import HOUSEHOLDS, SINCE, county, people, workbook
from office.web.people import signed_in
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.history import Change
from tsampa.office.intake.actions import last_step
from tsampa.office.intake.files import kept_files
from tsampa.office.intake.models import Batch
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.register.models import Person
from tsampa.office.web import pages


@contextmanager
def no_room(table: str) -> Iterator[None]:
    """For a while the database takes no new row: SQLite's disk is full, of PostgreSQL somebody else holds the table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1")  # it is never set lower than what there is
            yield
            cursor.execute("PRAGMA max_page_count = 1000000")
        return
    told = connection.get_connection_params()
    with psycopg.connect(host=told["host"], dbname=told["dbname"], user=told["user"]) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
            yield
            cursor.execute("RESET lock_timeout")
        other.rollback()


@pytest.fixture
def clients(office: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Browsers of who prepares, who accepts, and who administers and may do neither; on each database."""
    # The second factor is asked for elsewhere.
    monkeypatch.setattr(pages, "lacks_second_factor", lambda scope: False)
    county()
    keeper = User.objects.create_user("keeper")
    grant(user=keeper, role=Role.ADMINISTRATOR, area=None, since=SINCE, by="setup")
    return {name: signed_in(User.objects.get(username=name)) for name in ("pema", "tashi", "keeper")}


def failed(table: str) -> Job:
    with no_room(table):
        job = run_job(Job.objects.latest("pk").pk)
    assert (job.state, job.error["code"]) == ("failed", "job-failed")
    assert "OperationalError" in job.error["message"]
    return job


def retried(clients: dict[str, Any], job: Job) -> Job:
    address = f"/administration/jobs/{job.pk}/"
    assert clients["keeper"].post(f"{address}again")["Location"] == address
    assert "asked for again by keeper" in clients["keeper"].get(address).content.decode()
    done = run_job(job.pk)
    assert (done.state, done.error) == ("done", None)
    return done


def test_a_sheet_is_read_again_and_applied_again_by_those_who_asked(
    clients: dict[str, Any], tmp_path: Path
) -> None:
    rows = people() + "\n".join(f"1 | other | 2016-01-01 | 央{at} | | weak" for at in range(400))
    with workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=rows).open("rb") as file:
        assert clients["pema"].post("/sheets/send", {"file": file}).status_code == 302
    job = failed("intake_stagedrow")
    batch = Batch.objects.get()
    assert (batch.state, batch.prepared_by, len(kept_files())) == ("uploaded", "pema", 1)

    assert retried(clients, job).asked_by == "pema"
    batch.refresh_from_db()
    assert (batch.state, batch.rows["good"], kept_files()) == ("checked", 405, [])
    assert set(batch.steps.values_list("by", flat=True)) == {"pema"}

    accepted = clients["tashi"].post(f"/sheets/{batch.pk}/accept", {"seen": last_step(batch)})
    assert accepted.status_code == 302
    job = failed("register_person")
    assert Person.objects.count() == 0
    assert retried(clients, job).asked_by == "tashi"
    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == ("applied", 403)
    assert Change.objects.get(pk=batch.change).actor == "tashi"


def test_who_lost_the_role_meanwhile_is_refused_all_the_same(clients: dict[str, Any], tmp_path: Path) -> None:
    rows = people() + "\n".join(f"1 | other | 2016-01-01 | 央{at} | | weak" for at in range(400))
    with workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=rows).open("rb") as file:
        clients["pema"].post("/sheets/send", {"file": file})
    job = failed("intake_stagedrow")
    User.objects.filter(username="pema").update(is_active=False)
    clients["keeper"].post(f"/administration/jobs/{job.pk}/again")
    assert run_job(job.pk).error["code"] == "user-unknown"
