"""Health, jobs, backups and retention in the browser: asked for once, told as it is, each role's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from office.operations.secured import administrator
from office.web.people import add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job, State

PAGES = ("", "jobs/", "seals/", "backups/", "retention/", "areas/", "areas/new", "changes/")
OF_AUDITORS = {"", "seals/", "changes/"}
OF_ADMINISTRATORS = set(PAGES) - {"changes/"}


@pytest.fixture
def villages(office_sqlite: Any) -> None:
    add_villages()


def at(page: str) -> str:
    return f"/administration/{page}"


def read(answer: Any) -> str:
    return str(answer.content.decode())


def add_job(kind: str = "seal", state: str = State.DONE, **told: Any) -> Job:
    return Job.objects.create(kind=kind, state=state, asked_by="dawa", asked_at=timezone.now(), **told)


def test_each_role_opens_its_own_pages(villages: None) -> None:
    clients = {
        "administrator": (administrator(), OF_ADMINISTRATORS), "auditor": (signed_in(add_somebody(Role.AUDITOR)), OF_AUDITORS),
        "officer": (signed_in(add_somebody(Role.COUNTY_OFFICER)), set()),
    }  # fmt: skip
    for who, (client, pages) in clients.items():
        for page in PAGES:
            assert client.get(at(page)).status_code == (200 if page in pages else 403), (who, page)
    for page in PAGES:
        assert Client().get(at(page)).status_code == 302


def test_what_the_doctor_finds_stands_there_with_what_to_do(villages: None) -> None:
    client = administrator()
    assert "doctor-no-backup" in read(client.get(at("")))
    assert "doctor-no-backup" in read(client.get(at(""), {"whole": 1}))


def test_a_job_is_asked_for_once_at_a_time(villages: None) -> None:
    client = administrator()
    for _ in range(2):
        answer = client.post(at("jobs/"), {"kind": "seal"})
        assert (answer.status_code, answer["Location"]) == (302, at(f"jobs/{Job.objects.get().pk}/"))
    assert "every 2s" in read(client.get(at("jobs/")))
    client.post(at("jobs/"), {"kind": "count", "as_of": "2020-06-30"})
    assert Job.objects.get(kind="count").arguments == {"as_of": "2020-06-30"}


def test_what_cannot_be_asked_for_is_said(villages: None) -> None:
    client = administrator()
    for wrong in (
        {},
        {"kind": "count"},
        {"kind": "count", "as_of": "soon"},
        {"kind": "snapshot"},
        {"kind": "bakes"},
    ):
        assert client.post(at("jobs/"), wrong).status_code == 400
    later = (timezone.localdate() + timedelta(days=2)).isoformat()
    answer = client.post(at("jobs/"), {"kind": "count", "as_of": later})
    assert answer.status_code == 409
    assert "count-day" in read(answer)
    assert later in read(answer)
    assert not Job.objects.exists()


def test_a_failed_job_is_asked_for_again(villages: None) -> None:
    client = administrator()
    error = {"code": "backup-key", "message": "m", "remedy": "r", "where": ""}
    job = add_job(state=State.FAILED, error=error, ended_at=timezone.now())
    job.lines.create(at=timezone.now(), text="what it said")
    shown = read(client.get(at(f"jobs/{job.pk}/")))
    assert "backup-key" in shown
    assert "what it said" in shown
    assert client.post(at(f"jobs/{job.pk}/again")).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.asked_by) == (State.WAITING, "dawa")
    assert job.lines.last().text == "asked for again by administrator"
    twice = client.post(at(f"jobs/{job.pk}/again"))
    assert (twice.status_code, "job-state" in read(twice)) == (409, True)
    assert client.get(at(f"jobs/{job.pk}/again")).status_code == 405
    assert client.get(at("jobs/999/")).status_code == client.post(at("jobs/999/again")).status_code == 404


def test_jobs_are_listed_by_state(villages: None) -> None:
    client = administrator()
    failed = add_job("backup", State.FAILED, error={"code": "x", "message": "m", "remedy": "r"})
    add_job()
    assert [one.job.pk for one in client.get(at("jobs/"), {"state": "failed"}).context["jobs"]] == [failed.pk]
    assert len(client.get(at("jobs/"), {"state": "no such"}).context["jobs"]) == 2


def test_more_jobs_take_no_more_queries(villages: None) -> None:
    client = administrator()
    add_job()
    client.get(at("jobs/"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("jobs/"))
    for _ in range(20):
        add_job()
    with CaptureQueriesContext(connection) as many:
        client.get(at("jobs/"))
    assert len(many) == len(few)


def test_a_backup_lies_in_the_offices_folder(office_sqlite: Any, home: Path) -> None:
    client = administrator(None)
    assert client.post(at("backups/")).status_code == 302
    done = run_job(Job.objects.get(kind="backup").pk)
    assert done.state == State.DONE, done.error
    (made,) = (home / "backups").iterdir()
    shown = read(client.get(at("backups/")))
    assert made.name in shown
    assert f'href="{made.name}' not in shown


def test_what_is_past_its_time_goes_when_it_is_meant(villages: None) -> None:
    client = administrator()
    old = add_job(ended_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert client.get(at("retention/")).context["any"]
    assert client.post(at("retention/")).status_code == 400
    assert Job.objects.filter(pk=old.pk).exists()
    assert client.post(at("retention/"), {"confirmed": "on"}).status_code == 302
    assert not Job.objects.filter(pk=old.pk).exists()


def test_both_languages(villages: None) -> None:
    client = administrator()
    assert "运行状况" in read(client.get(at("")))
    client.post("/language", {"language": "en", "next": "/"})
    assert "Health" in read(client.get(at("")))
