"""The office on both databases, for the tests of every room.

``office`` runs a test twice, on SQLite and on PostgreSQL, each time in an empty office of its own; ``office_sqlite`` and
``office_postgresql`` give one of them, ``demonstration_office`` one whose clock can be set. All give the connection.
"""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("offices"))


@pytest.fixture(scope="session")
def postgresql_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlDatabases]:
    folders = tmp_path_factory.mktemp("postgresql"), tmp_path_factory.mktemp("runtime")
    with postgresql_server(*folders) as server:
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
