"""What is left where no rule is worked out: DuckDB reads, brings persons to their households, and writes results it has already.

It reads the columns of the floor, county beside county as Tsampa does, and joins nothing that it need not. What it writes are
Tsampa's results, read into memory before. An engine on DuckDB that reads these files and writes these results does all this.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
from measured import measured

from tsampa.assessment.parts import LAYOUT

TABLES = ("household", "village")
GATHERED = """
SELECT max(h.code), max(area), sum(business), sum(transfer), count(food), count(clothing), count(water), max(housing),
    sum(size), sum(wages), count(able), count(insured), count(in_school)
FROM read_parquet('{county}/households/**/*.parquet', hive_partitioning = false) h LEFT JOIN (
    SELECT household, count(*) AS size, sum(wage) AS wages, bool_or(able) AS able, bool_and(insured) AS insured,
        bool_and(age NOT BETWEEN 6 AND 15 OR in_school) AS in_school
    FROM read_parquet('{county}/persons/**/part-0.parquet', hive_partitioning = false)
    POSITIONAL JOIN read_parquet('{county}/memberships/**/part-0.parquet', hive_partitioning = false) m
    WHERE since <= DATE '2020-12-31' AND (until IS NULL OR until > DATE '2020-12-31') GROUP BY household
) g ON g.household = h.code
"""


def held(out: Path) -> duckdb.DuckDBPyConnection:
    """Tsampa's results in memory; reading them is not part of what is measured."""
    con = duckdb.connect()
    for table in TABLES:
        files = f"{out.parent}/tsampa/assessment/results/*/{table}-*.parquet"
        con.execute(f"CREATE TABLE {table} AS FROM read_parquet('{files}', hive_partitioning = false)")
    return con


def run(con: duckdb.DuckDBPyConnection, data: Path, out: Path) -> None:
    """Every county's rows gathered, then all results as Parquet, laid out as Tsampa does."""
    con.execute("SET threads = 1")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda county: gather(con, county), (data / "counties").iterdir()))
    con.execute(f"SET threads = {os.cpu_count()}")
    for table in TABLES:
        con.execute(f"COPY {table} TO '{out}/{table}.parquet' ({LAYOUT})")


def gather(con: duckdb.DuckDBPyConnection, county: Path) -> None:
    """One county's households with what their members have together."""
    with con.cursor() as own:
        own.execute(GATHERED.format(county=county)).fetchall()


if __name__ == "__main__":
    place = Path(sys.argv[2])
    results = held(place)
    measured(lambda data, out: run(results, data, out), Path(sys.argv[1]), place)
