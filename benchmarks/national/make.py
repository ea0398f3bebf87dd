"""Makes the benchmark's nation: a folder of counties, each a snapshot of its own, as offices would send them.

Beside it, on demand, the same rows flat: whole tables with row numbers for keys, as engines without registers want them.
"""

from __future__ import annotations

from datetime import date
from math import ceil
from pathlib import Path

from tsampa.schema import Schema, read_schema
from tsampa.snapshot import write_snapshot
from tsampa.snapshot.sql import connect, quote, storage_type

HERE = Path(__file__).parent
DAY = date(2020, 12, 31)
VILLAGE = 150
"""Households of a village."""
COUNTY = 300_000
"""Households of a county, at most."""
MADE = ("areas", "households", "persons", "memberships")
FLAT = {
    "villages": "SELECT code, pool FROM areas WHERE level = 'village' ORDER BY code",
    "households": """SELECT code, (SELECT v.number FROM village_numbers v WHERE v.code = area) AS village, * EXCLUDE (code, area)
        FROM households ORDER BY area, code""",
    "persons": """SELECT h.number AS household, p.age, p.wage, p.able, p.insured, p.in_school
        FROM memberships m JOIN persons p ON p.code = m.person JOIN household_numbers h ON h.code = m.household ORDER BY ALL""",
}


def make_nation(folder: Path, households: int) -> None:
    """About so many households in counties of equal size; what stands in the folder already is kept."""
    schema = read_schema(HERE)
    counties = ceil(households / COUNTY)
    for number in range(counties):
        out = folder / "counties" / f"{110000 + number}"
        if not out.exists():
            make_county(out, schema, number, households // counties)


def make_county(out: Path, schema: Schema, number: int, households: int) -> None:
    """One county's snapshot."""
    with connect() as con:
        con.execute(f"SET VARIABLE code = '{110000 + number}'")
        con.execute(f"SET VARIABLE first = {number * 10_000_000}")
        con.execute(f"SET VARIABLE villages = {max(1, households // VILLAGE)}")
        con.execute((HERE / "county.sql").read_text(encoding="utf-8"))
        tables = {}
        for name in MADE:
            made = {row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()}
            columns = (one for one in schema.by_name[name].columns if one.name in made)
            listed = ", ".join(
                f"{quote(one.name)}::{storage_type(one)} AS {quote(one.name)}" for one in columns
            )
            tables[name] = con.sql(f"SELECT {listed} FROM {name}")
        write_snapshot(out, tables, schema=schema, programme="national", as_of=DAY)


def make_flat(folder: Path) -> None:
    """The nation's rows as ``flat/{villages,households,persons}.parquet``; kept where they stand."""
    out = folder / "flat"
    if out.exists():
        return
    half_made = folder / "flat.part"
    half_made.mkdir(exist_ok=True)
    with connect() as con:
        for name in MADE:
            files = f"{folder}/counties/*/{name}/**/*.parquet"
            con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{files}', hive_partitioning = false)")
        for name, rows in (("village", "areas WHERE level = 'village'"), ("household", "households")):
            # Households' codes begin with their village's, so that by code they stand village by village.
            con.execute(
                f"CREATE TABLE {name}_numbers AS SELECT code, (row_number() OVER (ORDER BY code) - 1)::INTEGER AS number FROM {rows}"
            )
        for name, query in FLAT.items():
            con.execute(f"COPY ({query}) TO '{half_made}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    half_made.rename(out)
