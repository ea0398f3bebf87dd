# ruff: noqa: E402, I001 (Django starts before its models are imported)
"""Fills a small office and writes it out, as the version did that pages in the browser came after.

Run with the source and the tests of commit dd9011a: ``python make.py OUT``. It is kept to say what stands in the files beside it; what
was made once is what an office of that version holds, and is not made again.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

OUT = Path(sys.argv[1])
HOME = tempfile.mkdtemp()
os.environ |= {"TSAMPA_HOME": HOME, "DJANGO_SETTINGS_MODULE": "tsampa.office.settings"}

import django

django.setup()

from django.conf import settings

settings.SEAL_KEY = bytes(range(32))

from office.databases import PostgresqlDatabases, SqliteDatabases, migrate, path_of, postgresql_server, using
from office.intake.builders import HOUSEHOLDS, UPPER, apply, county, number, people, send, workbook

from tsampa.assessment import assess
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.bridge.results import attach_results
from tsampa.office.history import Version, cut, redact, seal
from tsampa.office.register import actions

AS_OF = date(2020, 6, 30)


def files(frozen: Any) -> dict[str, str]:
    return {one.path: one.sha256 for one in frozen.snapshot.manifest.files}


def fill() -> dict[str, Any]:
    """An intake, changes by hand, two seals, a redaction, a count; a batch that waits; changes after all that."""
    county()
    apply(workbook(Path(HOME) / "sheets.xlsx", households=HOUSEHOLDS, persons=people()))
    first, second = (f"{UPPER}-0001", "540228100202-0001")
    for home, amount in ((first, 250_000), (second, 420_000)):
        actions.set_status(household=home, status="registered", since=date(2016, 1, 1), by="pema")
        actions.record_income(household=home, source="wage", accounting_year=2019, amount=amount, by="pema")
        actions.record_check(
            household=home, guarantee="safe_water", date="2019-05-01", minutes_to_fetch=20, by="pema"
        )
        actions.add_land(household=home, kind="arable", since=date(2015, 1, 1), by="pema", size=350)
        actions.add_driver(household=home, driver="illness", since=date(2016, 1, 1), main=True, by="pema")
        actions.record(table="shocks", household=home, kind="disaster", date="2019-05-01", by="pema")
    known = cut()
    then = files(freeze_register(Path(HOME) / f"known{os.urandom(4).hex()}", as_of=AS_OF, known=known))
    seal()
    income = actions.record_income(
        household=first, source="transfer", accounting_year=2019, amount=90_000, by="pema"
    )
    actions.correct(table="incomes", code=income.code, amount=95_000, by="pema", reason="slip of the pen")
    actions.move_household(household=second, area=UPPER, on=date(2020, 3, 1), by="pema", reason="resettled")
    born = actions.record_birth(household=first, name="尼玛", on=date(2020, 2, 2), by="pema", sex="female")
    actions.correct(table="persons", code=born.person_id, name="达娃", by="pema", reason="named anew")
    redact("register_person", born.person_id, by="pema", reason="asked for")
    seal()
    frozen = freeze_register(Path(HOME) / f"now{os.urandom(4).hex()}", as_of=AS_OF)
    judged = assess(frozen.snapshot.path, "bailang", AS_OF, Path(HOME) / f"judged{os.urandom(4).hex()}")
    attach_results(judged.path, by="pema", at=datetime(2020, 7, 1, tzinfo=UTC))
    send(workbook(Path(HOME) / "waits.xlsx", households=HOUSEHOLDS.replace("一组", "二组")))
    actions.set_status(household=first, status="exited", since=date(2020, 6, 1), by="pema")
    last = files(freeze_register(Path(HOME) / f"last{os.urandom(4).hex()}", as_of=AS_OF))
    return {
        "as_of": str(AS_OF), "files": last, "known": {"cut": known.pk, "files": then}, "versions": Version.objects.count(),
        "born": number("1970-01-01", 1),
    }  # fmt: skip


def write(name: str, content: bytes) -> None:
    (OUT / name).write_bytes(gzip.compress(content, 9, mtime=0))


def make(databases: Any) -> tuple[str, dict[str, Any]]:
    url = databases.empty()
    with using(url):
        migrate()
        return url, fill()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url, told = make(SqliteDatabases(Path(folder)))
        with sqlite3.connect(path_of(url)) as connection:
            write("office.sqlite.sql.gz", "\n".join(connection.iterdump()).encode())
        (OUT / "office.sqlite.json").write_text(json.dumps(told, indent=1))
    with postgresql_server() as server:
        url, told = make(PostgresqlDatabases(server))
        dump = [os.environ["PG_DUMP"], "--no-owner", "--no-privileges", "--inserts", url]
        write("office.postgresql.sql.gz", subprocess.run(dump, capture_output=True, check=True).stdout)
        (OUT / "office.postgresql.json").write_text(json.dumps(told, indent=1))


main()
