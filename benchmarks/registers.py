"""Made-up registers of any size for the benchmarks, put into a database below history or, where asked, with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection

from tsampa.office.history import change
from tsampa.snapshot.sql import connect, literal

__all__ = ["fill"]

AREAS = """SELECT '54' AS code, '区' AS name, 'province' AS level, NULL AS parent_id, '{}' AS own
    UNION ALL SELECT '5402', '地', 'prefecture', '54', '{}'
    UNION ALL SELECT '540228', '县', 'county', '5402', '{}'
    UNION ALL SELECT '540228100', '镇', 'township', '540228', '{}'
    UNION ALL SELECT '540228100' || lpad(i::VARCHAR, 4, '0'), '村' || i, 'village', '540228100', '{}' FROM range(villages) t(i)"""
HOMES = "SELECT '540228100' || lpad((i % villages)::VARCHAR, 4, '0') AS area_id, area_id || '-' || lpad(i::VARCHAR, 7, '0') AS code FROM range(persons // 4) t(i)"
ROWS = {
    "areas_area": AREAS,
    "register_household": "SELECT code, area_id, '' AS address, '{}' AS own FROM homes",
    "register_person": """SELECT code || '-' || n AS code, ['白玛','次仁','卓玛','扎西','德吉','央金','旺堆','格桑'][1 + (hash(code, n) % 8)::INTEGER] || ['旺姆','多吉','曲珍','顿珠','拉姆','平措','仓决','罗布'][1 + (hash(n, code, 7) % 8)::INTEGER] AS name, '' AS other_name, 'female' AS sex, DATE '1980-01-01' + (hash(code, n) % 9000)::INTEGER AS birth_date,
        'ordinary' AS work_capacity, '{"livelihood":"farming_herding","in_school":false}' AS own FROM homes, range(4) t(n)""",
    "register_membership": """SELECT 'm-' || code || '-' || n AS code, code || '-' || n AS person_id, code AS household_id,
        CASE n WHEN 0 THEN 'head' ELSE 'other' END AS relationship, DATE '2015-06-30' AS since, '{}' AS own FROM homes, range(4) t(n)""",
    "register_status": "SELECT 's-' || code AS code, code AS household_id, 'never_registered' AS status, DATE '2015-06-30' AS since, '{}' AS own FROM homes",
    "register_income": """SELECT 'i-' || code || '-' || n AS code, code AS household_id, ['wage', 'business'][n] AS source, 2019 AS accounting_year,
        (hash(code, n) % 5000000)::BIGINT AS amount, '{}' AS own FROM homes, range(1, 3) t(n)""",
    "register_check": """SELECT 'k-' || code || '-' || n AS code, code AS household_id, ['food', 'clothing', 'health_coverage', 'housing', 'education', 'safe_water'][n] AS guarantee,
        CASE n WHEN 4 THEN NULL WHEN 6 THEN NULL WHEN 3 THEN 'yes' ELSE 'yes' END AS grade, DATE '2019-07-15' AS date, '{}' AS own FROM homes, range(1, 7) t(n) WHERE n <> 4""",
}  # fmt: skip


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
