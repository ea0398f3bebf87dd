"""What is wrong with this installation, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tsampa.errors import Problem
from tsampa.office.operations.installation import clock, disk, keys, leftovers, sqlite, triggers
from tsampa.office.operations.upkeep import backups, batches, jobs, seals

__all__ = ["EXAMINATIONS", "examine", "glance"]

Examination = Callable[[datetime], Iterator[Problem]]


def examine(now: datetime) -> list[Problem]:
    """Everything that is wrong, the gravest first; ``row_rejected`` stops work, ``noted`` should be seen to.

    Where there is no database, or none of this version, only what can be seen without it is examined.
    """
    grave = [*_database(now)] or [*_migrations(now)]
    found = [*grave, *(problem for one in EXAMINATIONS for problem in one(now))]
    if not grave:
        found += [problem for one in OF_THE_REGISTER for problem in one(now)]
    return sorted(found, key=lambda problem: problem.effect == "noted")


def glance(now: datetime) -> list[Problem]:
    """What is wrong as far as it is seen at once: neither the database's file nor its triggers are read for it."""
    seen = [one for one in (*EXAMINATIONS, *OF_THE_REGISTER) if one is not triggers]
    found = [problem for one in seen for problem in one(now)]
    return sorted(found, key=lambda problem: problem.effect == "noted")


def _database(_now: datetime) -> Iterator[Problem]:
    """Asked without making one: SQLite makes a file where there is none."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not Path(name).exists():
        yield Problem(
            "doctor-no-register", "there is no register here yet",
            "Set TSAMPA_HOME or TSAMPA_DATABASE, make one with tsampa office migrate, or restore a backup.", effect="row_rejected",
        )  # fmt: skip
        return
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)" if connection.vendor == "sqlite" else "SELECT 'ok'")
            answer = str(cursor.fetchone()[0])
    except DatabaseError as error:
        yield Problem(
            "doctor-database", f"the database cannot be opened: {str(error).splitlines()[0]}",
            "Check TSAMPA_DATABASE and that its server runs.", effect="row_rejected",
        )  # fmt: skip
        return
    if answer != "ok":
        yield Problem(
            "doctor-damaged", "the database's file is damaged",
            "Stop the office, keep the file, and restore the latest backup beside it.", effect="row_rejected",
        )  # fmt: skip


def _migrations(_now: datetime) -> Iterator[Problem]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Problem(
            "doctor-migrations", f"{len(waiting)} changes of the database's layout wait",
            "Run 'tsampa office migrate'; make a backup before.", effect="row_rejected",
        )  # fmt: skip


EXAMINATIONS: tuple[Examination, ...] = (disk, keys, sqlite)
"""Of the machine and the folder."""
OF_THE_REGISTER: tuple[Examination, ...] = (triggers, clock, leftovers, jobs, batches, seals, backups)
