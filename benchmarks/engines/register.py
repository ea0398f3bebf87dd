"""The register as engines of arrays want it: the same files, their codes replaced by row numbers."""

from datetime import date
from pathlib import Path

import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import dataset

DAY = pa.scalar(date(2020, 12, 31))
CURRENT = (pc.field("since") <= DAY) & (pc.field("until").is_null() | (pc.field("until") > DAY))
HOUSEHOLD = ("code", "area", "business", "transfer", "food", "clothing", "water", "housing")
PERSON = ("code", "age", "wage", "able", "insured", "in_school")


def read_register(data: Path) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Villages, households with the row of their ``village``, and the day's members with the row of their ``household``."""
    villages = read(data, "areas", ("code", "pool"), pc.field("level") == "village")
    households, persons = read(data, "households", HOUSEHOLD), read(data, "persons", PERSON)
    memberships = read(data, "memberships", ("person", "household"), CURRENT)
    villages = villages.set_column(1, "pool", pc.fill_null(villages["pool"], 0))
    members = persons.drop(["code"]).take(row_of(memberships["person"], persons["code"]))
    return (
        villages,
        households.append_column("village", row_of(households["area"], villages["code"])),
        members.append_column("household", row_of(memberships["household"], households["code"])),
    )


def read(data: Path, table: str, columns: tuple[str, ...], rows: pc.Expression | None = None) -> pa.Table:
    """A table of all counties: within a file rows stand by area and household, and counties' codes follow each other."""
    files = sorted((data / "counties").glob(f"*/{table}/**/*.parquet"))
    return dataset.dataset(files).to_table(columns=list(columns), filter=rows).combine_chunks()


def row_of(codes: pa.ChunkedArray, among: pa.ChunkedArray) -> pa.ChunkedArray:
    """The row in which each code stands."""
    return pc.index_in(codes, value_set=among.combine_chunks())
