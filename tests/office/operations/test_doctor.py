"""The doctor finds what is wrong, and nothing grave in an office that was just made."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from tsampa.office.areas.models import Area
from tsampa.office.history import change, seal
from tsampa.office.intake.models import Batch, Step
from tsampa.office.jobs.models import Job, State
from tsampa.office.operations import installation
from tsampa.office.operations.backup import LAST, make_backup
from tsampa.office.operations.doctor import examine

NOW = timezone.now()
LATER = NOW + timedelta(days=9)


def codes(now: datetime | None = None) -> set[str]:
    return {one.code for one in examine(now or timezone.now())}


def test_a_new_office_has_nothing_grave(office: Any) -> None:
    found = examine(timezone.now())  # the office was made after this file was read
    assert {one.code for one in found} <= {"doctor-development-key", "doctor-no-backup", "doctor-disk"}
    assert all(one.effect == "noted" for one in found)


def test_where_there_is_no_register_none_is_made(
    office_sqlite: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "other" / "register.sqlite3"
    missing.parent.mkdir()
    monkeypatch.setitem(office_sqlite.settings_dict, "NAME", str(missing))
    assert "doctor-no-register" in codes()
    assert not missing.exists()


def test_a_database_that_does_not_answer(office_postgresql: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    office_postgresql.close()
    monkeypatch.setitem(office_postgresql.settings_dict, "NAME", "nowhere")
    assert "doctor-database" in codes()


def test_a_damaged_file(office_sqlite: Any) -> None:
    file = Path(office_sqlite.settings_dict["NAME"])
    office_sqlite.close()
    data = bytearray(file.read_bytes())
    data[4096 * 5 : 4096 * 12] = bytes(4096 * 7)
    file.write_bytes(data)
    assert codes() & {"doctor-damaged", "doctor-database"}


def test_a_layout_of_another_version(office: Any) -> None:
    with office.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    assert "doctor-migrations" in codes()


def test_a_trigger_that_is_gone(office: Any) -> None:
    office.history.drop_from(["areas_area"])
    assert "history-triggers" in codes()


def test_a_clock_that_stands_before_the_last_change(office: Any) -> None:
    with change(by="dawa"):
        Area.objects.create(code="1", name="1", level="county")
    assert "doctor-clock" not in codes()
    assert "doctor-clock" in codes(NOW - timedelta(hours=1))


def test_seals_and_backups_that_are_old(office_sqlite: Any, home: Path, tmp_path: Path) -> None:
    assert not codes(LATER) & {"doctor-seal-old", "doctor-backup-old"}
    with change(by="dawa"):
        Area.objects.create(code="1", name="1", level="county")
    assert "doctor-seal-old" in codes(LATER)
    assert "doctor-seal-old" not in codes()
    seal()
    make_backup(tmp_path / "one.age", at=NOW)
    assert not codes() & {"doctor-seal-old", "doctor-backup-old", "doctor-no-backup"}
    assert (home / LAST).exists()
    assert "doctor-backup-old" in codes(LATER)
    assert "doctor-seal-old" not in codes(LATER)  # nothing was recorded since
    with change(by="dawa"):
        Area.objects.create(code="2", name="2", level="county")
    assert "doctor-seal-old" in codes(LATER)


def test_a_key_that_others_can_read(office_sqlite: Any, home: Path) -> None:
    seal()
    assert "doctor-key-open" not in codes()
    (home / "seal.key").chmod(0o644)
    assert "doctor-key-open" in codes()


def test_what_killed_processes_left(office_sqlite: Any, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Job.objects.create(
        kind="backup", state=State.FAILED, arguments={"out": str(elsewhere / "one.age")}, asked_by="x", asked_at=NOW
    )  # fmt: skip
    for file in (home / ".seal.key.0123456789ab.part", elsewhere / ".one.age.part"):
        assert "doctor-leftovers" not in codes()
        file.touch()
        assert "doctor-leftovers" not in codes()  # somebody may be writing it
        os.utime(file, (0, 0))
        assert "doctor-leftovers" in codes()
        file.unlink()


def test_jobs_that_nobody_does(office_sqlite: Any) -> None:
    told = {"kind": "seal", "asked_by": "x", "asked_at": NOW}
    assert not any(code.startswith("doctor-jobs") for code in codes())
    Job.objects.create(**told)
    Job.objects.create(**told, state=State.RUNNING, worker=f"{os.uname().nodename}:1:never")
    Job.objects.create(**told, state=State.FAILED, error={})
    assert {"doctor-jobs-lost", "doctor-jobs-failed"} <= codes()
    assert "doctor-jobs-waiting" not in codes()
    assert "doctor-jobs-waiting" in codes(LATER)


def test_a_sheet_whose_loading_was_broken_off(office_sqlite: Any) -> None:
    batch = Batch.objects.create(name="a.xlsx", sha256="", size=1, layout="", on=NOW.date(), prepared_by="x")
    Step.objects.create(batch=batch, state="uploaded", by="x", at=NOW)
    assert "doctor-batches" not in codes()
    assert "doctor-batches" in codes(LATER)


def test_a_full_disk_an_old_library_and_a_folder_that_cannot_be_written(
    office_sqlite: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "ROOM", 2**62)
    monkeypatch.setattr(installation, "OLDEST", (99,))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    assert {"doctor-disk", "doctor-sqlite", "doctor-home"} <= codes()


def test_a_key_for_trying(office_sqlite: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "doctor-development-key" in codes()
    monkeypatch.setattr(settings, "IDENTITY_KEY", os.urandom(32))
    assert "doctor-development-key" not in codes()
