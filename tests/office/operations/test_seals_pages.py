"""Seals in the browser: made and verified as jobs, and what was altered past the office is shown to auditors."""

from __future__ import annotations

from typing import Any

from django.db import connection

from office.operations.secured import administrator
from office.web.people import HERE, add_somebody, add_villages, signed_in
from tsampa.office.accounts.roles import Role
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job, State

SEALS = "/administration/seals/"


def do(kind: str) -> Job:
    done = run_job(Job.objects.filter(kind=kind).latest("pk").pk)
    assert done.state == State.DONE, done.error
    return done


def test_a_seal_is_made_and_verified(office_sqlite: Any) -> None:
    add_villages()
    keeper, auditor = administrator(), signed_in(add_somebody(Role.AUDITOR))
    assert keeper.post(f"{SEALS}new").status_code == 302
    do("seal")
    assert SEALS in {one.url for one in auditor.get("/").context["waiting"]}
    assert auditor.post(f"{SEALS}new").status_code == 403
    assert auditor.post(f"{SEALS}verify")["Location"] == SEALS
    outcome = do("verify").outcome
    assert outcome is not None
    assert (outcome["holds"], outcome["seal"], outcome["breaks"]) == (True, 1, 0)
    shown = auditor.get(SEALS)
    assert shown.context["verified"].outcome["holds"]
    assert shown.context["seals"][0].root in shown.content.decode()
    assert SEALS not in {one.url for one in auditor.get("/").context["waiting"]}


def test_what_was_altered_past_the_office_is_shown(office_sqlite: Any) -> None:
    add_villages()
    keeper, auditor = administrator(), signed_in(add_somebody(Role.AUDITOR))
    keeper.post(f"{SEALS}new")
    do("seal")
    with connection.cursor() as cursor:
        for trigger in triggers("areas_area"):
            cursor.execute(f'DROP TRIGGER "{trigger}"')
        cursor.execute("UPDATE areas_area SET name = 'other' WHERE code = %s", [HERE])
    auditor.post(f"{SEALS}verify")
    outcome = do("verify").outcome
    assert outcome is not None
    assert not outcome["holds"]
    shown = auditor.get(SEALS).content.decode()
    assert outcome["problems"][0]["code"] in shown
    assert SEALS in {one.url for one in auditor.get("/").context["waiting"]}


def triggers(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        return [name for (name,) in cursor.fetchall()]
