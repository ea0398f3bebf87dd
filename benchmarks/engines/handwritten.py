"""The rules as somebody who knows SQL would write them: one statement over all files, run by DuckDB."""

import sys
from pathlib import Path

import duckdb
from measured import measured

LINE = 400_000
"""The poverty line of 2020 in fen, a person and year."""
UNIT = LINE**2 // 10**6
"""Squared fen of shortfall to a millionth of the line squared."""

HOUSEHOLDS = f"""
WITH people AS (
    SELECT m.household, count(*) AS size, sum(wage)::BIGINT AS wages,
        CASE WHEN bool_or(age BETWEEN 6 AND 15 AND NOT in_school) THEN FALSE
            WHEN count(*) FILTER (WHERE age BETWEEN 6 AND 15 AND in_school IS NULL) = 0 THEN TRUE END AS education,
        CASE WHEN bool_or(NOT insured) THEN FALSE WHEN count(insured) = count(*) THEN TRUE END AS health,
        bool_or(able) AS has_worker
    FROM persons p JOIN memberships m ON m.person = p.code
    WHERE m.since <= DATE '2020-12-31' AND (m.until IS NULL OR m.until > DATE '2020-12-31')
    GROUP BY m.household
), standing AS (
    SELECT h.code, h.area, coalesce(people.size, 0) AS size, coalesce(people.wages, 0) AS wages,
        coalesce(people.wages, 0) + business + transfer AS income,
        income < {LINE} * coalesce(people.size, 0) AS poor, CASE WHEN people.size IS NULL THEN TRUE ELSE people.education END AS education,
        CASE WHEN people.size IS NULL THEN TRUE ELSE people.health END AS health,
        housing IN ('A', 'B') AS housing_safe, coalesce(has_worker, FALSE) AS has_worker, food, clothing, water,
        greatest({LINE} * coalesce(people.size, 0) - income, 0) AS shortfall
    FROM households h LEFT JOIN people ON people.household = h.code
), judged AS (
    SELECT *, CASE WHEN size > 0 THEN sign(income) * ((2 * abs(income) + size) // (2 * size)) ELSE 0 END AS income_per_head,
        NOT poor AND food AND clothing AND education AND health AND housing_safe AND water AS standard_met,
        CASE WHEN poor AND NOT has_worker THEN size ELSE 0 END AS dividend_weight,
        CASE WHEN poor AND has_worker THEN
            CASE WHEN wages >= 1000000 THEN 150000 WHEN wages >= 400000 THEN 50000 ELSE 0 END
            + CASE WHEN wages >= 3000000 THEN 50000 ELSE 0 END ELSE 0 END AS reward,
        poor::INT + coalesce(NOT food, FALSE)::INT + coalesce(NOT clothing, FALSE)::INT + coalesce(NOT education, FALSE)::INT
            + coalesce(NOT health, FALSE)::INT + coalesce(NOT housing_safe, FALSE)::INT + coalesce(NOT water, FALSE)::INT AS deprivations,
        deprivations * 3 >= 7 AS deprived, CASE WHEN deprived THEN deprivations * size ELSE 0 END AS deprivations_counted,
        CASE WHEN size > 0 THEN (2 * shortfall * shortfall + {UNIT} * size) // (2 * {UNIT} * size) ELSE 0 END AS squared_gap
    FROM standing
), floors AS (
    SELECT j.code, j.area, pool, dividend_weight AS weight, sum(dividend_weight) OVER (PARTITION BY j.area)::BIGINT AS total,
        pool * weight // total AS base, pool * weight % total AS rest
    FROM judged j JOIN areas a ON a.code = j.area WHERE dividend_weight > 0
), parts AS (
    SELECT code, base + CASE WHEN row_number() OVER (PARTITION BY area ORDER BY rest DESC, code) <= pool - sum(base) OVER (PARTITION BY area)
        THEN 1 ELSE 0 END AS dividend
    FROM floors
)
SELECT j.* EXCLUDE (food, clothing, water), coalesce(dividend, 0) AS dividend FROM judged j LEFT JOIN parts USING (code)
"""

VILLAGES = f"""
SELECT a.code, coalesce(a.pool, 0) AS dividend_pool, sum(size) AS people, coalesce(sum(size) FILTER (WHERE poor), 0) / sum(size) AS headcount,
    sum(shortfall) / ({LINE} * sum(size)) AS gap, sum(squared_gap) / (1e6 * sum(size)) AS severity,
    coalesce(sum(size) FILTER (WHERE deprived), 0) / sum(size) AS deprived_headcount, sum(deprivations_counted) / (7 * sum(size)) AS adjusted_headcount
FROM areas a LEFT JOIN results h ON h.area = a.code WHERE a.level = 'village' GROUP BY a.code, a.pool ORDER BY a.code
"""


def run(data: Path, out: Path) -> None:
    """Reads every county's files, works everything out, writes both tables."""
    con = duckdb.connect(config={"temp_directory": str(out / "spill")})
    for table in ("areas", "persons", "memberships", "households"):
        con.execute(
            f"CREATE VIEW {table} AS FROM read_parquet('{data}/counties/*/{table}/**/*.parquet', hive_partitioning = false)"
        )
    con.execute(f"CREATE TABLE results AS {HOUSEHOLDS}")
    write = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    con.execute(f"COPY (FROM results ORDER BY area, code) TO '{out}/households.parquet' {write}")
    con.execute(f"COPY ({VILLAGES}) TO '{out}/villages.parquet' {write}")


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]))
