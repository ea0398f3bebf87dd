"""The floor: DuckDB reads every column that the rules read, and sums or counts it."""

import sys
from pathlib import Path

import duckdb
from measured import measured

COLUMNS = {
    "persons": "max(code), sum(age), sum(wage), count(able), count(insured), count(in_school)",
    "memberships": "max(person), max(household), max(since), max(until)",
    "households": "max(code), max(area), sum(business), sum(transfer), count(food), count(clothing), count(water), max(housing)",
    "areas": "max(code), max(level), max(parent), sum(pool)",
}


def run(data: Path, out: Path) -> None:
    """One pass over each table."""
    con = duckdb.connect()
    for table, columns in COLUMNS.items():
        con.execute(
            f"SELECT {columns} FROM read_parquet('{data}/counties/*/{table}/**/*.parquet', hive_partitioning = false)"
        ).fetchall()


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]))
