"""The rules as lazy expressions of Polars."""

import sys
from datetime import date
from pathlib import Path

import polars as pl
from measured import measured

LINE = 400_000
"""The poverty line of 2020 in fen, a person and year."""
DAY = date(2020, 12, 31)
UNIT = LINE**2 // 10**6
"""Squared fen of shortfall to a millionth of the line squared."""


def people(persons: pl.LazyFrame) -> pl.LazyFrame:
    """What a household's members say together."""
    of_school_age = pl.col("age").is_between(6, 15)
    return persons.group_by("household").agg(
        size=pl.len().cast(pl.Int64),
        wages=pl.col("wage").sum(),
        education=(~of_school_age | pl.col("in_school")).all(ignore_nulls=False),
        health=pl.col("insured").all(ignore_nulls=False),
        has_worker=pl.col("able").any(),
    )


def standing(households: pl.LazyFrame, members: pl.LazyFrame) -> pl.LazyFrame:
    """Households with their members' answers, income and gap."""
    need = LINE * pl.col("size")
    return (
        households.join(members, left_on="code", right_on="household", how="left", maintain_order="left")
        .with_columns(
            pl.col("size", "wages").fill_null(0),
            *(
                pl.when(pl.col("size").is_null()).then(value).otherwise(pl.col(name)).alias(name)
                for name, value in (("education", True), ("health", True), ("has_worker", False))
            ),
            housing_safe=pl.col("housing").is_in(["A", "B"]),
        )
        .with_columns(income=pl.col("wages") + pl.col("business") + pl.col("transfer"))
        .with_columns(
            poor=pl.col("income") < need, shortfall=pl.max_horizontal(need - pl.col("income"), pl.lit(0))
        )
    )


def judged(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The standard, the reward and the deprivations."""
    size, wages, poor, worker = (pl.col(name) for name in ("size", "wages", "poor", "has_worker"))
    lacks = [~pl.col(name) for name in ("food", "clothing", "education", "health", "housing_safe", "water")]
    step = pl.when(wages >= 3_000_000).then(200_000).when(wages >= 1_000_000).then(150_000)
    per_head = (2 * pl.col("income").abs() + size) // (2 * size) * pl.col("income").sign()
    return rows.with_columns(
        standard_met=pl.all_horizontal(~poor, *(~one for one in lacks)),
        income_per_head=pl.when(size > 0).then(per_head).otherwise(0),
        dividend_weight=pl.when(poor & ~worker).then(size).otherwise(0),
        reward=pl.when(poor & worker)
        .then(step.when(wages >= 400_000).then(50_000).otherwise(0))
        .otherwise(0)
        .cast(pl.Int64),
        deprivations=pl.sum_horizontal(one.fill_null(False).cast(pl.Int64) for one in [poor, *lacks]),
        squared_gap=pl.when(size > 0)
        .then((2 * pl.col("shortfall") ** 2 + UNIT * size) // (2 * UNIT * size))
        .otherwise(0),
    ).with_columns(
        deprived=pl.col("deprivations") * 3 >= 7,
        deprivations_counted=pl.when(pl.col("deprivations") * 3 >= 7)
        .then(pl.col("deprivations") * size)
        .otherwise(0),
    )


def dividends(rows: pl.DataFrame) -> pl.DataFrame:
    """Each household's share of its village's pool, by largest remainder."""
    product = pl.col("pool") * pl.col("dividend_weight")
    total = pl.col("dividend_weight").sum().over("area")
    return (
        rows.filter(pl.col("dividend_weight") > 0)
        .select("code", "area", base=product // total, rest=product % total, pool="pool")
        .sort("area", -pl.col("rest"), "code")
        .select(
            "code",
            dividend=pl.col("base")
            + (pl.int_range(pl.len()).over("area") < pl.col("pool") - pl.col("base").sum().over("area")).cast(
                pl.Int64
            ),
        )
    )


def villages(areas: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The measures of each village."""
    size = pl.col("size")
    sums = rows.group_by("area").agg(
        people=size.sum(),
        poor=size.filter("poor").sum(),
        deprived=size.filter("deprived").sum(),
        lacking=pl.col("deprivations_counted").sum(),
        missing=pl.col("shortfall").sum(),
        squared=pl.col("squared_gap").sum(),
    )
    people = pl.col("people")
    return areas.join(sums, on="area", how="left", maintain_order="left").select(
        pl.col("area").alias("code"),
        pl.col("pool").alias("dividend_pool"),
        "people",
        (pl.col("poor") / people).alias("headcount"),
        (pl.col("missing") / (LINE * people)).alias("gap"),
        (pl.col("squared") / (1e6 * people)).alias("severity"),
        (pl.col("deprived") / people).alias("deprived_headcount"),
        (pl.col("lacking") / (7 * people)).alias("adjusted_headcount"),
    )


def run(data: Path, out: Path) -> None:
    """Reads, works everything out, writes both tables."""
    areas, households, persons, memberships = (
        pl.scan_parquet(data / "counties" / "*" / name / "**" / "*.parquet", hive_partitioning=False)
        for name in ("areas", "households", "persons", "memberships")
    )
    current = (pl.col("since") <= DAY) & (pl.col("until").is_null() | (pl.col("until") > DAY))
    members = memberships.filter(current).join(persons, left_on="person", right_on="code")
    pools = areas.filter(pl.col("level") == "village").select(area="code", pool=pl.col("pool").fill_null(0))
    found = judged(standing(households, people(members)))
    rows = found.join(pools, on="area", how="left", maintain_order="left").collect()
    shared = rows.join(dividends(rows), on="code", how="left", maintain_order="left")
    written = shared.with_columns(pl.col("dividend").fill_null(0)).drop(
        "pool", "business", "transfer", "food", "clothing", "water", "housing"
    )
    written.write_parquet(out / "households.parquet", compression="zstd", compression_level=1)
    villages(pools.sort("area").collect(), rows).write_parquet(
        out / "villages.parquet", compression="zstd", compression_level=1
    )


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]))
