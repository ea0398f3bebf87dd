"""What somebody sends that is no sheet is refused at the door with its reason: never an error of ours, and nothing stays."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from office.intake.builders import HOUSEHOLDS, county, people, send, workbook
from office.web.people import signed_in
from tsampa.office.accounts.models import User
from tsampa.office.intake import actions
from tsampa.office.intake.files import keep_file, kept_files
from tsampa.office.intake.models import Batch
from tsampa.office.jobs.actions import run_job
from tsampa.office.jobs.models import Job
from tsampa.office.operations.retention import KINDS


@pytest.fixture
def upload(office_sqlite: Any) -> Any:
    county()
    client = signed_in(User.objects.get(username="pema"))

    def act(content: bytes, name: str = "a.xlsx", **told: str) -> Any:
        return client.post("/sheets/send", {"file": SimpleUploadedFile(name, content), **told})

    return act


def book(tmp_path: Path, name: str = "good.xlsx") -> bytes:
    return workbook(tmp_path / name, households=HOUSEHOLDS, persons=people()).read_bytes()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return made.getvalue()


GB = "表内序号,所在村\n1,洛江村\n".encode("gb18030")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "intake-damaged"),
        ("a.csv", b"", "intake-table"),
        ("households.csv", b"", "sheet-empty"),
        ("a.pdf", b"%PDF-1.4", "intake-format"),
        ("a", b"x", "intake-format"),
        ("a.exe.xlsx", b"MZ\x90\x00", "intake-damaged"),
        ("a.xlsm", b"PK", "intake-macros"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "intake-macros"),
        ("households.csv", GB, "sheet-encoding"),
        ("nothing.csv", b"a,b\n1,2\n", "intake-table"),
        ("..\\..\\households\x00.csv", b"\xff\xfe\x00", "sheet-encoding"),
        ("表.zip", b"PK\x05\x06", "intake-damaged"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_reason(
    upload: Any, name: str, content: bytes, code: str
) -> None:
    answer = upload(content, name)
    assert (answer.status_code, answer.context["error"]["code"]) == (400, code)
    assert code in answer.content.decode()
    assert (Batch.objects.count(), Job.objects.count(), kept_files()) == (0, 0, [])


def test_a_bomb_is_refused(upload: Any) -> None:
    answer = upload(bomb())
    assert (answer.status_code, answer.context["error"]["code"]) == (400, "intake-bomb")
    assert kept_files() == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "INTAKE_BYTES", 1024)
    read: list[int] = []
    monkeypatch.setattr("tsampa.office.intake.views._send", lambda request: read.append(1))
    answer = upload(b"x" * 200_000)
    assert (answer.status_code, answer.context["error"]["code"]) == (413, "intake-too-large")
    assert read == []


def test_a_file_that_is_just_too_large_is_refused_when_it_was_read(
    upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "INTAKE_BYTES", 1024)
    assert upload(b"x" * 2000).status_code == 413
    assert kept_files() == []


def test_another_encoding_is_read_when_it_is_named(upload: Any) -> None:
    assert upload(GB, "households.csv", encoding="gb18030").status_code == 302
    assert run_job(Job.objects.get().pk).state == "done"
    assert Batch.objects.get().rows["good"] == 1


def test_a_file_that_was_applied_is_not_sent_again(upload: Any, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS)
    actions.accept(str(send(path).pk), by="tashi")
    answer = upload(path.read_bytes())
    assert (answer.status_code, answer.context["error"]["code"]) == (409, "intake-already-applied")


def test_what_only_reading_finds_stands_with_the_refused_batch(upload: Any, tmp_path: Path) -> None:
    strange = workbook(tmp_path / "b.xlsx", accounts="a | b\n1 | 2").read_bytes()
    answer = upload(strange)
    assert answer.status_code == 302
    assert run_job(Job.objects.get().pk).error["code"] == "intake-nothing"
    assert (Batch.objects.get().state, kept_files()) == ("refused", [])
    told = signed_in(User.objects.get(username="pema")).get(answer["Location"])
    assert told.context["working"].error["code"] == "intake-nothing"
    assert "intake-nothing" not in told.context["steps"][-1]["reason"]


def test_kept_files_are_nobody_elses_and_cannot_be_guessed(upload: Any, tmp_path: Path) -> None:
    upload(book(tmp_path), "扎西的表.xlsx")
    (path,) = kept_files()
    assert path.stat().st_mode & 0o077 == 0
    assert "扎西" not in str(Job.objects.get().arguments)
    assert Batch.objects.get().name == "扎西的表.xlsx"


def test_files_that_broken_work_left_go_after_a_week(upload: Any, home: Path) -> None:
    import os
    from datetime import UTC, datetime, timedelta

    path = keep_file([b"x"], ".csv")
    sheets = next(kind for kind in KINDS if kind.name == "sheets")
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert list(sheets.find(later)) == [path]
    os.utime(path, (later.timestamp(), later.timestamp()))
    assert list(sheets.find(later - timedelta(days=sheets.days))) == []


def test_a_file_from_a_page_of_others_is_refused(upload: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    user = User.objects.get(username="pema")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent = {"file": SimpleUploadedFile("households.csv", GB), "encoding": "gb18030"}
    assert client.post("/sheets/send", sent).status_code == 403
    assert not Batch.objects.exists()
