"""The office on both databases, for the tests of every room.

``office`` runs a test twice, on SQLite and on PostgreSQL, each time in an empty office of its own; of tests of pages
(``test_…_pages.py``), and of what reads through the ORM alone (``ALIKE``), the second is slow. ``office_sqlite`` and
``office_postgresql`` give one of them, ``demonstration_office`` one whose clock can be set. All give the connection.
``county_office`` is the demonstration county of 500 households with its years, counted every summer, on SQLite: made once for
all workers, copied for each test.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from office.databases import (
    PostgresqlDatabases,
    SqliteDatabases,
    demonstration,
    migrate,
    postgresql_server,
    using,
)

ALIKE = ("test_unneeded", "test_checks", "test_areas_actions", "test_births", "test_retention")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for one in items:
        told = getattr(one, "callspec", None)
        alike = one.path.stem.endswith("_pages") or one.path.stem in ALIKE
        if alike and told and told.params.get("office") == "postgresql":
            one.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("offices"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    with postgresql_server() as server:
        yield PostgresqlDatabases(server)


@pytest.fixture(scope="session")
def templates(django_db_blocker: Any) -> dict[tuple[str, bool], str]:
    """Addresses of migrated databases, by kind and mark, made when first asked for."""
    return {}


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The office's folder, one for each test."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


def opened(databases: Any, templates: Any, blocker: Any, *, marked: bool = False) -> Iterator[Any]:
    with blocker.unblock():
        kind = (databases.vendor, marked)
        if kind not in templates:
            templates[kind] = databases.empty()
            with using(templates[kind]), demonstration(marked):
                migrate()
        with databases.copy(templates[kind]) as url, using(url) as connection:
            yield connection


@pytest.fixture
def office_sqlite(sqlite_databases: Any, templates: Any, django_db_blocker: Any) -> Iterator[Any]:
    yield from opened(sqlite_databases, templates, django_db_blocker)


@pytest.fixture
def office_postgresql(postgresql_databases: Any, templates: Any, django_db_blocker: Any) -> Iterator[Any]:
    yield from opened(postgresql_databases, templates, django_db_blocker)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"office_{request.param}")


@pytest.fixture(params=["sqlite", "postgresql"])
def demonstration_office(
    request: pytest.FixtureRequest, templates: Any, django_db_blocker: Any
) -> Iterator[Any]:
    databases = request.getfixturevalue(f"{request.param}_databases")
    yield from opened(databases, templates, django_db_blocker, marked=True)


@contextmanager
def made_once(factory: pytest.TempPathFactory, worker_id: str, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers share, and whether the block still has to fill it; nobody writes there afterwards."""
    base = factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = (folder / "ready").exists()
        if not ready:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield folder, not ready
        (folder / "ready").touch()


@pytest.fixture(scope="session")
def county_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the demonstration county's office."""
    with made_once(tmp_path_factory, worker_id, "county-office") as (home, empty):
        if empty:
            # In a process of its own, as the settings of a demonstration are read when a process begins.
            command = [
                sys.executable,
                "-m",
                "tsampa.cli",
                "demo-office",
                "--households",
                "500",
                "--counted",
                "--json",
            ]
            env = {one: said for one, said in os.environ.items() if not one.startswith("TSAMPA_")}
            subprocess.run(
                command, env=env | {"TSAMPA_HOME": str(home)}, check=True, capture_output=True, timeout=300
            )
    return home


@pytest.fixture
def county_office(county_home: Path, home: Path, django_db_blocker: Any) -> Iterator[Any]:
    """A copy of it for one test; its counts are the ones of the original."""
    for one in county_home.glob("register.sqlite3*"):
        shutil.copyfile(one, home / one.name)
    with django_db_blocker.unblock(), using(f"sqlite:///{home / 'register.sqlite3'}") as connection:
        yield connection
