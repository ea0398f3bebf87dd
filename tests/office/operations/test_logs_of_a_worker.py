"""What a real worker says of an import of real-looking people, an error in the middle: nothing about any of them."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from django.db import connection

from office.intake.builders import HOUSEHOLDS, county, number, people, workbook
from office.operations.offices import ended, start
from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job, State

NAMES = ("扎西多吉", "卓玛央金", "次仁旺堆")
NUMBERS = (number("1970-01-01", 1), number("1972-03-04", 2), number("1980-05-06", 3))
TABLES = ("jobs_job", "jobs_line", "django_tasks_database_dbtaskresult")

# One row is refused by the database itself, with the whole row in what it says of it.
REFUSE = {
    "sqlite": """CREATE TRIGGER planted BEFORE INSERT ON register_person WHEN NEW.name = '次仁旺堆'
        BEGIN SELECT RAISE(ABORT, 'planted: 次仁旺堆'); END""",
    "postgresql": "ALTER TABLE register_person ADD CONSTRAINT planted CHECK (name <> '次仁旺堆')",
}


def test_names_and_numbers_are_in_no_log_and_no_job(office: Any, home: Path, tmp_path: Path) -> None:
    county()
    sheet = people(扎西=NAMES[0], 卓玛=NAMES[1], 次仁=NAMES[2], weak="no such choice 扎西多吉")
    good = people(扎西=NAMES[0], 卓玛=NAMES[1], 次仁=NAMES[2])
    worker = start(home, "tsampa.office.worker")
    for name, rows in (("bad", sheet), ("good", good)):
        file = workbook(tmp_path / f"{name}.xlsx", households=HOUSEHOLDS, persons=rows)
        loaded = ended(ask_job("intake-load", by="pema", file=file, on="2020-06-30"))
        assert loaded.state == State.DONE, loaded.error
        assert loaded.outcome["rows"]["bad"] == (name == "bad")
    damaged = tmp_path / "cut.xlsx"
    damaged.write_bytes(file.read_bytes()[:-200])
    assert ended(ask_job("intake-load", by="pema", file=damaged)).error["code"] == "intake-damaged"
    with connection.cursor() as cursor:
        cursor.execute(REFUSE[connection.vendor])
    broken = ended(ask_job("intake-accept", by="tashi", batch=loaded.outcome["batch"]))
    assert broken.state == State.FAILED
    worker.send_signal(signal.SIGTERM)
    told, _ = worker.communicate(timeout=60)
    kept = told + everything()
    for secret in (*NAMES, *NUMBERS, "no such choice"):
        assert secret not in kept
    assert "Traceback" not in told
    assert Job.objects.count() == 4
    for line in told.splitlines():
        assert json.loads(line)["message"]


def everything() -> str:
    """All that the tables of jobs and of the queue hold."""
    found = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table}")
            found.append(str(cursor.fetchall()))
    return "".join(found)
