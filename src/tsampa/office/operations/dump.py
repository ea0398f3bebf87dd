"""A copy of the database while others use it, and the way back, for SQLite and PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsampa.errors import TsampaError

__all__ = ["dump_database", "dump_name", "require_empty", "restore_database"]

Database = Mapping[str, Any]
LAST = "SELECT coalesce(max(id), 0) FROM history_version"


def dump_name(vendor: str) -> str:
    """The file in a backup that holds the database."""
    return "register.sqlite3" if vendor == "sqlite" else "register.pgdump"


def dump_database(vendor: str, database: Database, out: Path) -> int:
    """Writes a copy of one moment to ``out``, while others write; gives the last version of history in it.

    Raises TsampaError ``backup-tool`` or ``backup-database``.
    """
    return _copy_sqlite(Path(database["NAME"]), out) if vendor == "sqlite" else _dump(database, out)


def _dump(database: Database, out: Path) -> int:
    import psycopg

    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    told = {own: database[name] for name, own in names.items() if database.get(name)}
    with psycopg.connect(**told) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        # The dump sees what this session sees, so that the number is of the dump and not of a moment later.
        last, moment = session.execute(f"SELECT ({LAST}), pg_export_snapshot()").fetchone() or (0, "")
        _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={moment}", f"--file={out}", "--dbname", database["NAME"])  # fmt: skip
    return int(last)


def restore_database(vendor: str, database: Database, dump: Path) -> None:
    """Puts the copy in the place of an empty database, whole or not at all. Raises as ``dump_database``."""
    if vendor == "sqlite":
        place = Path(database["NAME"])
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(place.name + ".part")
        shutil.copyfile(dump, half)
        with half.open("rb") as written:
            os.fsync(written.fileno())
        half.rename(place)
        return
    _run(database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", "--dbname", database["NAME"], str(dump))  # fmt: skip


def require_empty(vendor: str, database: Database) -> None:
    """Raises TsampaError ``restore-occupied`` where a database stands, and as ``dump_database``."""
    name = str(database["NAME"])
    if vendor == "sqlite":
        # SQLite would take a log that was left behind for the restored database's own.
        if any(Path(name + ending).exists() for ending in ("", "-wal", "-journal")):
            raise _occupied(name)
        return
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    if _run(database, "psql", "--no-psqlrc", "-Atc", tables, "--dbname", name).strip() != "0":
        raise _occupied(name)


def _occupied(where: str) -> TsampaError:
    return TsampaError(
        "restore-occupied", "there is a database already", where=where, usage=True,
        remedy="Restore into another TSAMPA_HOME or an empty database; nothing is ever overwritten.",
    )  # fmt: skip


def _copy_sqlite(source: Path, out: Path) -> int:
    reader, writer = sqlite3.connect(source), sqlite3.connect(out)
    last = 0
    try:
        # In one piece: others write on meanwhile, into the log. In several it would begin anew after each of their writes.
        reader.backup(writer)
        (last,) = writer.execute(LAST).fetchone()
        (found,) = writer.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    finally:
        reader.close()
        writer.close()
    if found != "ok":
        raise TsampaError(
            "backup-database", f"the database is damaged: {found}", where=str(source),
            remedy="Restore the latest backup beside it, and compare.",
        )  # fmt: skip
    return int(last)


def _run(database: Database, tool: str, *arguments: str) -> str:
    """One of PostgreSQL's own programs; the password passes through its environment, where no list of processes shows it."""
    found = shutil.which(
        tool, path=os.environ.get("TSAMPA_POSTGRESQL_BIN", "") + os.pathsep + os.environ.get("PATH", "")
    )
    if found is None:
        raise TsampaError(
            "backup-tool", f"'{tool}' is not installed", usage=True,
            remedy="Install PostgreSQL's client programs of the server's version (Debian: postgresql-client), or name their folder in TSAMPA_POSTGRESQL_BIN.",
        )  # fmt: skip
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    env = os.environ | {own: str(database[key]) for key, own in names.items() if database.get(key)}
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TsampaError(
            "backup-database", f"{tool} stopped: {' '.join(done.stderr.splitlines()[:2])}",
            remedy="Check that the database runs, and that the program is not older than the server.",
        )  # fmt: skip
    return done.stdout
