"""Makes the benchmark's nation: a folder of counties, each a snapshot of its own, as offices would send them."""

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
