"""History's cost: 100,000 persons written without and with it on both databases, and a seal of a million versions.

Run with ``.venv/bin/python benchmarks/history.py [sqlite] [postgresql]``. Prints one JSON line a figure. Each pair of times is
of one run, the plain one first; PostgreSQL is one of our own, with its safe settings.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tsampa.office.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from office.databases import (  # noqa: E402
    PostgresqlDatabases,
    SqliteDatabases,
    migrate,
    postgresql_server,
    using,
)
from tsampa.office.history import change, seal, verify  # noqa: E402
from tsampa.office.register.models import Person  # noqa: E402

ROWS = 100_000
SEALED = 1_000_000


def main() -> None:
    """Prints every figure of the databases named."""
    wanted = sys.argv[1:] or ["sqlite", "postgresql"]
    if "sqlite" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            measure(SqliteDatabases(Path(folder)), "SQLite")
    if "postgresql" in wanted:
        with postgresql_server(safe=True) as server:
            measure(PostgresqlDatabases(server), "PostgreSQL")


def measure(databases: Any, name: str) -> None:
    """All figures of one database."""
    with tempfile.TemporaryDirectory() as home, using(databases.empty()) as connection:
        settings.HOME = Path(home)
        migrate()
        connection.history.drop_from(["register_person"])
        say(f"{name}: 100,000 persons by bulk_create, plain", timed(lambda: plain("a")), "s")
        if connection.vendor == "postgresql":
            say(f"{name}: 100,000 persons by COPY, plain", timed(lambda: copied("b", connection)), "s")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM register_person")
        connection.history.install()
        say(f"{name}: 100,000 persons by bulk_create, with history", timed(lambda: kept("c")), "s")
        if connection.vendor == "postgresql":
            say(
                f"{name}: 100,000 persons by COPY, with history", timed(lambda: kept("d", connection)), "s"
            )
        sealed(connection, name)


def sealed(connection: Any, name: str) -> None:
    """A seal of a million versions, and its verification."""
    with change(by="benchmark"):
        while connection.history.run("SELECT count(*) FROM history_version")[0][0] < SEALED:
            Person.objects.filter(code__startswith="c").update(sex="female")
    say(f"{name}: a seal of 1,000,000 versions", timed(seal), "s")
    say(f"{name}: verify of 1,000,000 versions and 100,000 rows", timed(verify), "s")
    say("most memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")


def people(prefix: str) -> list[Person]:
    """Made-up persons."""
    return [
        Person(code=f"{prefix}{number:07}", name=f"Person {number}", birth_date="1980-01-01")
        for number in range(ROWS)
    ]


def plain(prefix: str) -> None:
    """Without history."""
    with transaction.atomic():
        Person.objects.bulk_create(people(prefix), batch_size=5000)


def kept(prefix: str, connection: Any = None) -> None:
    """As the office does it; by COPY where a connection is given."""
    with change(by="benchmark"):
        if connection is None:
            Person.objects.bulk_create(people(prefix), batch_size=5000)
        else:
            copied(prefix, connection)


def copied(prefix: str, connection: Any) -> None:
    """By COPY."""
    rows = "".join(
        f"{prefix}{number:07}\tPerson {number}\t\t1980-01-01\t{{}}\n" for number in range(ROWS)
    )
    sql = "COPY register_person (code, name, other_name, birth_date, own) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(sql) as into:
        into.write(rows)


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(what: str, value: float, unit: str) -> None:
    """One JSON line."""
    print(json.dumps({"figure": what, "value": round(value, 3), "unit": unit}), flush=True)


if __name__ == "__main__":
    main()
