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

__all__ = ["dump_database", "dump_name", "restore_database"]

Database = Mapping[str, Any]
PAGES = 10_000
"""How many pages SQLite copies before it lets others write."""


def dump_name(vendor: str) -> str:
    """The file in a backup that holds the database."""
    return "register.sqlite3" if vendor == "sqlite" else "register.pgdump"


def dump_database(vendor: str, database: Database, out: Path) -> None:
    """Writes a consistent copy to ``out``. Raises TsampaError ``backup-tool`` or ``backup-database``."""
    if vendor == "sqlite":
        _copy_sqlite(Path(database["NAME"]), out)
        return
    _run(
        database,
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-acl",
        f"--file={out}",
        "--dbname",
        database["NAME"],
    )


def restore_database(vendor: str, database: Database, dump: Path) -> None:
    """Puts the copy in the place of an empty database. Raises TsampaError ``restore-occupied`` and as ``dump_database``."""
    if vendor == "sqlite":
        place = Path(database["NAME"])
        if place.exists():
            raise _occupied(str(place))
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(place.name + ".part")
        shutil.copyfile(dump, half)
        half.rename(place)
        return
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    if _run(database, "psql", "--no-psqlrc", "-Atc", tables, "--dbname", database["NAME"]).strip() != "0":
        raise _occupied(str(database["NAME"]))
    _run(database, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", "--dbname", database["NAME"], str(dump))  # fmt: skip


def _occupied(where: str) -> TsampaError:
    return TsampaError(
        "restore-occupied", "there is a database already", where=where, usage=True,
        remedy="Restore into another TSAMPA_HOME or an empty database; nothing is ever overwritten.",
    )  # fmt: skip


def _copy_sqlite(source: Path, out: Path) -> None:
    reader, writer = sqlite3.connect(source), sqlite3.connect(out)
    try:
        reader.backup(writer, pages=PAGES)
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
