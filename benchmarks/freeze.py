"""A snapshot of a register of a million persons on SQLite and PostgreSQL: seconds and the most memory, live and from history.

``.venv/bin/python benchmarks/freeze.py [--persons 1000000] [sqlite] [postgresql]``; one JSON line a figure. The rows are made up
and put in below history (its triggers are taken off for that and put back); the figure from history is of a tenth of the
persons, written with it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tsampa.office.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from office.databases import PostgresqlDatabases, SqliteDatabases, migrate, postgresql_server, using  # noqa: E402
from tsampa.office.history import change, cut  # noqa: E402
from tsampa.snapshot.sql import connect, literal  # noqa: E402

DAY = date(2020, 6, 30)
AREAS = """SELECT '54' AS code, '区' AS name, 'province' AS level, NULL AS parent_id, '{}' AS own
    UNION ALL SELECT '5402', '地', 'prefecture', '54', '{}'
    UNION ALL SELECT '540228', '县', 'county', '5402', '{}'
    UNION ALL SELECT '540228100', '镇', 'township', '540228', '{}'
    UNION ALL SELECT '540228100' || lpad(i::VARCHAR, 4, '0'), '村' || i, 'village', '540228100', '{}' FROM range(villages) t(i)"""
HOMES = "SELECT '540228100' || lpad((i % villages)::VARCHAR, 4, '0') AS area_id, area_id || '-' || lpad(i::VARCHAR, 7, '0') AS code FROM range(persons // 4) t(i)"
ROWS = {
    "areas_area": AREAS,
    "register_household": "SELECT code, area_id, '' AS address, '{}' AS own FROM homes",
    "register_person": """SELECT code || '-' || n AS code, '某人' AS name, '' AS other_name, 'female' AS sex, DATE '1980-01-01' + (hash(code, n) % 9000)::INTEGER AS birth_date,
        'ordinary' AS work_capacity, '{"livelihood":"farming_herding","in_school":false}' AS own FROM homes, range(4) t(n)""",
    "register_membership": """SELECT 'm-' || code || '-' || n AS code, code || '-' || n AS person_id, code AS household_id,
        CASE n WHEN 0 THEN 'head' ELSE 'other' END AS relationship, DATE '2015-06-30' AS since, '{}' AS own FROM homes, range(4) t(n)""",
    "register_status": "SELECT 's-' || code AS code, code AS household_id, 'never_registered' AS status, DATE '2015-06-30' AS since, '{}' AS own FROM homes",
    "register_income": """SELECT 'i-' || code || '-' || n AS code, code AS household_id, ['wage', 'business'][n] AS source, 2019 AS accounting_year,
        (hash(code, n) % 5000000)::BIGINT AS amount, '{}' AS own FROM homes, range(1, 3) t(n)""",
    "register_check": """SELECT 'k-' || code || '-' || n AS code, code AS household_id, ['food', 'clothing', 'health_coverage', 'housing', 'education', 'safe_water'][n] AS guarantee,
        CASE n WHEN 4 THEN NULL WHEN 6 THEN NULL WHEN 3 THEN 'yes' ELSE 'yes' END AS grade, DATE '2019-07-15' AS date, '{}' AS own FROM homes, range(1, 7) t(n) WHERE n <> 4""",
}  # fmt: skip


def main() -> None:
    """Every figure of the databases named."""
    asked = argparse.ArgumentParser()
    asked.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--persons", type=int, default=1_000_000)
    told = asked.parse_args()
    if "sqlite" in told.databases:
        with tempfile.TemporaryDirectory() as folder:
            measure(SqliteDatabases(Path(folder)), told.persons)
    if "postgresql" in told.databases:
        with postgresql_server(safe=True) as server:
            measure(PostgresqlDatabases(server), told.persons)


def measure(databases: Any, persons: int) -> None:
    """Live at full size, then from history at a tenth of it."""
    for size, known in ((persons, False), (persons // 10, True)):
        with tempfile.TemporaryDirectory() as home:
            settings.HOME = Path(home)
            url = databases.empty()
            with using(url):
                migrate()
                fill(Path(home), size, recorded=known)
                told = ["--known", str(cut().pk)] if known else []
                connection.close()
            run(url, Path(home), size, told)


def fill(folder: Path, persons: int, *, recorded: bool) -> None:
    """The rows, with or without their history."""
    history: Any = connection
    with connect(folder) as con:
        con.execute(f"SET VARIABLE persons = {persons}")
        villages = max(1, persons // 600)
        for name, value in (("persons", persons), ("villages", villages)):
            con.execute(f"CREATE MACRO {name}() AS {value}")
        con.execute(f"CREATE TABLE homes AS {sized(HOMES, persons, villages)}")
        if not recorded:
            history.history.drop_from()
            write(con, folder, persons, villages)
            history.history.install()
        else:
            with change(by="benchmark", reason="benchmark"):
                write(con, folder, persons, villages)


def sized(query: str, persons: int, villages: int) -> str:
    """The query for a register of this size."""
    return query.replace("range(villages)", f"range({villages})").replace("% villages", f"% {villages}").replace("range(persons", f"range({persons}")  # fmt: skip


def write(con: Any, folder: Path, persons: int, villages: int) -> None:
    """All tables, by COPY or by executemany."""
    for table, query in ROWS.items():
        rows = con.execute(sized(query, persons, villages))
        names = [column[0] for column in rows.description]
        if connection.vendor == "postgresql":
            file = folder / "rows.csv"
            con.execute(
                f"COPY ({sized(query, persons, villages)}) TO {literal(str(file))} (FORMAT csv, HEADER false)"
            )
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT csv)") as copy, file.open("rb") as data:  # fmt: skip
                while chunk := data.read(1 << 20):
                    copy.write(chunk)
        else:
            marks = ", ".join("%s" for _ in names)
            with connection.cursor() as cursor:
                cursor.execute("BEGIN") if not connection.in_atomic_block else None
                while part := rows.fetchmany(20_000):
                    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", part)
                cursor.execute("COMMIT") if not connection.in_atomic_block else None


def run(url: str, home: Path, persons: int, told: list[str]) -> None:
    """``tsampa snapshot`` as a process of its own, measured from outside."""
    env = os.environ | {"TSAMPA_HOME": str(home), "TSAMPA_DATABASE": url}
    command = [sys.executable, "-m", "tsampa.cli", "snapshot", "--as-of", str(DAY), *told, str(home / "out"), "--json"]  # fmt: skip
    began = time.perf_counter()
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stdout.decode())
    rows = sum(json.loads(done.stdout)["rows"].values())
    what = f"snapshot of {persons:,} persons, {rows:,} rows, {'from history' if told else 'live'}, {url.partition(':')[0]}"
    print(
        json.dumps({"figure": what, "value": round(seconds, 2), "unit": "s", "peak_mb": peak()}), flush=True
    )


def peak() -> int:
    """The most memory any process that has ended used, in MB: the snapshot's, as it is the largest."""
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
