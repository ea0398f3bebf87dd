"""Whether another engine's tables say what Tsampa's assessment says: every household, every village, every column."""

from __future__ import annotations

from pathlib import Path

import duckdb

HOUSEHOLD = (
    "area", "size", "wages", "income", "poor", "education", "health", "has_worker", "housing_safe", "standard_met",
    "dividend_weight", "dividend", "reward", "deprivations", "deprived", "deprivations_counted", "income_per_head", "shortfall",
    "squared_gap",
)  # fmt: skip
VILLAGE = ("dividend_pool", "people")
QUOTIENTS = ("headcount", "gap", "severity", "deprived_headcount", "adjusted_headcount")
TOLERANCE = "none; quotients as the nearest floating-point number"
"""Tsampa stores a quotient exactly, others the floating-point number nearest to it: that number has to be the same, to the bit."""


def compare(tsampa: Path, other: Path) -> dict[str, int | str]:
    """How many households and villages were compared, and how many differ or stand in one of the two only."""
    households = [f"t.{one} IS DISTINCT FROM o.{one}" for one in HOUSEHOLD]
    villages = [f"t.{one} IS DISTINCT FROM o.{one}" for one in VILLAGE]
    villages += [f"t.{one}__n::DOUBLE / t.{one}__d IS DISTINCT FROM o.{one}" for one in QUOTIENTS]
    compared, differ = 0, 0
    results = tsampa / "assessment" / "results"
    with duckdb.connect() as con:
        # A county at a time: a join of the whole nation would not fit where the nation's count does.
        for entity, tests in (("household", households), ("village", villages)):
            for county in sorted(results.iterdir()):
                code = county.name.partition("=")[2]
                theirs = f"'{other}/{entity}s.parquet') WHERE code >= '{code}' AND code < '{code}~'"
                found = compare_rows(con, f"'{county}/{entity}-*.parquet'", theirs, tests)
                compared, differ = compared + found[0], differ + found[1]
            differ += rows(con, f"'{other}/{entity}s.parquet'") - rows(
                con, f"'{results}/*/{entity}-*.parquet'"
            )
    return {"rows_compared": compared, "rows_differ": differ, "tolerance": TOLERANCE}


def compare_rows(con: duckdb.DuckDBPyConnection, ours: str, theirs: str, tests: list[str]) -> tuple[int, int]:
    """Rows of either side, and those of which a test fails or one side is missing."""
    count = f"""SELECT count(*), count(*) FILTER (WHERE t.code IS NULL OR o.code IS NULL OR {" OR ".join(tests)})
        FROM (SELECT * FROM read_parquet({ours}, hive_partitioning = false)) t
        FULL JOIN (SELECT * FROM read_parquet({theirs}) o ON o.code = t.code"""
    compared, differ = con.execute(count).fetchall()[0]
    return int(compared), int(differ)


def rows(con: duckdb.DuckDBPyConnection, files: str) -> int:
    """The rows of Parquet files."""
    return int(con.execute(f"SELECT count(*) FROM read_parquet({files})").fetchall()[0][0])
