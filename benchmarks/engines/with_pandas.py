"""The rules in pandas: whole columns, nullable booleans for what may be unknown."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from measured import measured
from register import read_register

LINE = 400_000
"""The poverty line of 2020 in fen, a person and year."""
UNIT = LINE**2 // 10**6
"""Squared fen of shortfall to a millionth of the line squared."""
NULLABLE = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}
KEPT = [
    "code", "area", "size", "wages", "income", "poor", "education", "health", "housing_safe", "has_worker", "standard_met",
    "dividend_weight", "dividend", "reward", "deprivations", "deprived", "deprivations_counted", "income_per_head", "shortfall",
    "squared_gap",
]  # fmt: skip


def people(persons: pd.DataFrame, households: int) -> pd.DataFrame:
    """What a household's members say together; a household without members has a row too."""
    child = persons.age.between(6, 15)
    told = pd.DataFrame(
        {
            "household": persons.household,
            "size": 1,
            "wages": persons.wage,
            "out_of_school": child & ~persons.in_school.fillna(True),
            "school_unknown": child & persons.in_school.isna(),
            "uninsured": ~persons.insured.fillna(True),
            "insured_unknown": persons.insured.isna(),
            "workers": persons.able,
        }
    ).astype("int64")
    return told.groupby("household").sum().reindex(range(households), fill_value=0)


def all_of(lacking: pd.Series, unknown: pd.Series) -> pd.Series:
    """False where any lacks, else unknown where any is, else true."""
    return (lacking == 0).astype("boolean").mask((lacking == 0) & (unknown > 0))


def standing(rows: pd.DataFrame) -> pd.DataFrame:
    """Income, the six guarantees and the standard."""
    rows["education"] = all_of(rows.out_of_school, rows.school_unknown)
    rows["health"] = all_of(rows.uninsured, rows.insured_unknown)
    rows["has_worker"] = rows.workers > 0
    rows["housing_safe"] = rows.housing.isin(["A", "B"])
    rows["income"] = rows.wages + rows.business + rows.transfer
    need = LINE * rows["size"]
    rows["poor"] = rows.income < need
    rows["shortfall"] = (need - rows.income).clip(lower=0)
    guarantees = rows.food & rows.clothing & rows.education & rows.health & rows.housing_safe & rows.water
    rows["standard_met"] = ~rows.poor & guarantees
    return rows


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Weights, reward, deprivations and gaps."""
    size, poor = rows["size"], rows.poor
    per_head = (2 * rows.income.abs() + size) // (2 * size.clip(lower=1)) * np.sign(rows.income)
    rows["income_per_head"] = per_head.where(size > 0, 0)
    rows["dividend_weight"] = size.where(poor & ~rows.has_worker, 0)
    steps = np.array([0, 50_000, 150_000, 200_000])
    step = steps[np.searchsorted([400_000, 1_000_000, 3_000_000], rows.wages, side="right")]
    rows["reward"] = np.where(poor & rows.has_worker, step, 0)
    lacks = [rows[name] for name in ("food", "clothing", "education", "health", "housing_safe", "water")]
    rows["deprivations"] = poor.astype("int64") + sum((~one).fillna(False).astype("int64") for one in lacks)
    rows["deprived"] = rows.deprivations * 3 >= 7
    rows["deprivations_counted"] = (rows.deprivations * size).where(rows.deprived, 0)
    rows["squared_gap"] = (2 * rows.shortfall**2 + UNIT * size) // (2 * UNIT * size.clip(lower=1))
    return rows


def dividends(rows: pd.DataFrame) -> pd.Series:
    """Each household's share of its village's pool, by largest remainder."""
    some = rows.loc[rows.dividend_weight > 0, ["village", "pool", "dividend_weight"]]
    total = some.groupby("village").dividend_weight.transform("sum")
    product = some.pool * some.dividend_weight
    some = some.assign(base=product // total, rest=product % total)
    some["left"] = some.pool - some.groupby("village").base.transform("sum")
    some = some.sort_values(["village", "rest"], ascending=[True, False], kind="stable")
    first = some.groupby("village").cumcount() < some.left
    return (some.base + first).reindex(rows.index, fill_value=0)


def villages(areas: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The measures of each village."""
    size = rows["size"]
    sums = (
        pd.DataFrame(
            {
                "village": rows.village,
                "people": size,
                "poor": size.where(rows.poor, 0),
                "deprived": size.where(rows.deprived, 0),
                "lacking": rows.deprivations_counted,
                "missing": rows.shortfall,
                "squared": rows.squared_gap,
            }
        )
        .groupby("village")
        .sum()
        .reindex(areas.index)
    )
    return pd.DataFrame(
        {
            "code": areas.code,
            "dividend_pool": areas.pool,
            "people": sums.people,
            "headcount": sums.poor / sums.people,
            "gap": sums.missing / (LINE * sums.people),
            "severity": sums.squared / (1e6 * sums.people),
            "deprived_headcount": sums.deprived / sums.people,
            "adjusted_headcount": sums.lacking / (7 * sums.people),
        }
    )


def run(register: tuple[pa.Table, pa.Table, pa.Table], out: Path) -> None:
    """Works everything out, writes both tables."""
    areas, households, persons = (told.to_pandas(types_mapper=NULLABLE.get) for told in register)
    known = dict.fromkeys(("household", "age", "wage"), "int64")
    members = people(persons.astype(known), len(households))
    rows = households.astype({"village": "int64", "business": "int64", "transfer": "int64"}).join(members)
    rows["pool"] = areas.pool.take(rows.village).array
    rows = judged(standing(rows.astype({"pool": "int64"})))
    rows["dividend"] = dividends(rows)
    rows[KEPT].to_parquet(out / "households.parquet", compression="zstd", index=False)
    villages(areas, rows).to_parquet(out / "villages.parquet", compression="zstd", index=False)


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]), read_register)
