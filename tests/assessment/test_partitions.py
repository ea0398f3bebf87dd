"""Counting partition by partition: the same answers however files are cut, aligned, or counted side by side."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Table

import tsampa.assessment.run as running
from tsampa.assessment import assess
from tsampa.schema import find_programme, read_schema
from tsampa.snapshot import Snapshot, write_snapshot
from tsampa.snapshot.sql import connect

DAY = date(2020, 6, 30)
SCHEMA = read_schema(find_programme("middle_village"))
START = date(2015, 1, 1)


def register(counties: int, first: int = 0) -> dict[str, list[dict[str, Any]]]:
    """In each county two households of three; the last person of the first moved on to the second."""
    rows: dict[str, list[dict[str, Any]]] = {"areas": [], "households": [], "persons": [], "memberships": []}
    for c in (f"{number:02}" for number in range(first, first + counties)):
        rows["areas"] += [
            {"code": c, "name": c, "level": "county", "parent": None},
            {"code": f"{c}t", "name": c, "level": "township", "parent": c},
            {"code": f"{c}v", "name": c, "level": "village", "parent": f"{c}t"},
        ]
        for home in ("A", "B"):
            rows["households"].append({"code": c + home, "area": f"{c}v"})
            for number in range(3):
                person = f"{c}{home}{number}"
                moved = home == "A" and number == 2
                rows["persons"].append({"code": person, "birth_date": date(1980 + number, 1, 1)})
                rows["memberships"].append(
                    {"code": f"m{person}", "person": person, "household": c + home, "since": START, "until": date(2019, 1, 1) if moved else None}
                )  # fmt: skip
                if moved:
                    rows["memberships"].append(
                        {"code": f"n{person}", "person": person, "household": f"{c}B", "since": date(2019, 1, 1), "until": None}
                    )  # fmt: skip
    return rows


def freeze(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> Snapshot:
    with connect() as con:
        tables = {}
        for name, found in rows.items():
            columns = list(found[0])
            types = {
                "since": "DATE",
                "until": "DATE",
                "birth_date": "DATE",
                "accounting_year": "BIGINT",
                "amount": "BIGINT",
                "year": "BIGINT",
            }
            made = ", ".join(f"{one} {types.get(one, 'VARCHAR')}" for one in columns)
            con.execute(f"CREATE TABLE {name} ({made})")
            places = ", ".join("?" for _ in columns)
            con.executemany(
                f"INSERT INTO {name} VALUES ({places})", [[row[one] for one in columns] for row in found]
            )
            tables[name] = Table(con.sql(f"FROM {name}"))
    return write_snapshot(folder, tables, schema=SCHEMA, programme="middle_village", as_of=DAY)


def sizes(path: Path, out: Path, on: date = DAY) -> dict[str, int]:
    found = assess(path, "middle_village", on, out).results("household")
    return dict(zip(found["code"].to_pylist(), found["size"].to_pylist(), strict=True))


def test_a_person_who_moved_is_counted_where_the_membership_was_in_force(tmp_path: Path) -> None:
    freeze(tmp_path / "s", register(2))
    assert sizes(tmp_path / "s", tmp_path / "a") == {"00A": 2, "00B": 4, "01A": 2, "01B": 4}
    assert sizes(tmp_path / "s", tmp_path / "b", date(2018, 6, 30)) == dict.fromkeys(
        ("00A", "00B", "01A", "01B"), 3
    )


@pytest.mark.parametrize("cores", [1, 3])
def test_any_number_of_cores_gives_the_same_files(
    tmp_path: Path, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze(tmp_path / "s", register(5))
    plain = assess(tmp_path / "s", "middle_village", DAY, tmp_path / "a")
    monkeypatch.setattr(running.os, "cpu_count", lambda: cores)
    again = assess(tmp_path / "s", "middle_village", DAY, tmp_path / "b")
    assert [(one.path, one.sha256) for one in again.manifest.files] == [
        (one.path, one.sha256) for one in plain.manifest.files
    ]
