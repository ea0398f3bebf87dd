"""A snapshot of a register of a million persons on SQLite and PostgreSQL: seconds and the most memory, live and from history.

``.venv/bin/python benchmarks/freeze.py [--persons 1000000,2000000] [sqlite] [postgresql]``; one JSON line a figure. The rows are made up
and put in below history (its triggers are taken off for that and put back); the figure from history is of a tenth of the
persons, written with it.
"""

from __future__ import annotations

import argparse
import json
import os
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
from registers import fill  # noqa: E402

from office.databases import PostgresqlDatabases, SqliteDatabases, migrate, postgresql_server, using  # noqa: E402
from tsampa.office.history import cut  # noqa: E402

DAY = date(2020, 6, 30)


def main() -> None:
    """Every figure of the databases named."""
    asked = argparse.ArgumentParser()
    asked.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument(
        "--persons", default="1000000", help="several, with commas: the memory shows whether it grows"
    )
    told = asked.parse_args()
    sizes = [int(one) for one in told.persons.split(",")]
    if "sqlite" in told.databases:
        with tempfile.TemporaryDirectory() as folder:
            measure(SqliteDatabases(Path(folder)), sizes)
    if "postgresql" in told.databases:
        with postgresql_server(safe=True) as server:
            measure(PostgresqlDatabases(server), sizes)


def measure(databases: Any, sizes: list[int]) -> None:
    """Live at full size, then from history at a tenth of it."""
    for size, known in ((size // 10**known, known) for size in sizes for known in (False, True)):
        with tempfile.TemporaryDirectory() as home:
            settings.HOME = Path(home)
            url = databases.empty()
            with using(url):
                migrate()
                fill(Path(home), size, recorded=known)
                told = ["--known", str(cut().pk)] if known else []
                connection.close()
            run(url, Path(home), size, told)


def run(url: str, home: Path, persons: int, told: list[str]) -> None:
    """``tsampa snapshot`` as a process of its own, measured from outside."""
    env = os.environ | {"TSAMPA_HOME": str(home), "TSAMPA_DATABASE": url}
    command = [sys.executable, "-m", "tsampa.cli", "snapshot", "--as-of", str(DAY), *told, str(home / "out"), "--json"]  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status:
        sys.exit(said.decode())
    rows = sum(json.loads(said)["rows"].values())
    what = f"snapshot of {persons:,} persons, {rows:,} rows, {'from history' if told else 'live'}, {url.partition(':')[0]}"
    print(
        json.dumps(
            {"figure": what, "value": round(seconds, 2), "unit": "s", "peak_mb": round(used.ru_maxrss / 1024)}
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
