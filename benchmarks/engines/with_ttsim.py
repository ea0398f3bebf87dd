"""The rules for ttsim, GETTSIM's engine: policy functions, parameters and groups as its own users write them, in ``ttsim_rules``.

What it cannot say, and how it is done instead: all rows are persons, so that a household's values stand once a member and a
household without members does not exist; a group has no groups for members, so that a village sums over heads of household and
shares out on arrays; a truth or whole number is never missing, so that the unknown is a number of its own.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from measured import measured
from pyarrow import compute as pc
from pyarrow import parquet
from register import read_register
from ttsim import InputData, MainTarget, OrigPolicyObjects, TTTargets, main
from ttsim.tt import Currency, UnitSystem

RULES = Path(__file__).resolve().parent / "ttsim_rules"
HOUSEHOLD = (
    "size", "wages", "income", "poor", "education", "health", "has_worker", "housing_safe", "standard_met", "dividend_weight",
    "dividend", "reward", "deprivations", "deprived", "deprivations_counted", "income_per_head", "shortfall", "squared_gap",
)  # fmt: skip
VILLAGE = ("people", "headcount", "gap", "severity", "deprived_headcount", "adjusted_headcount")
THREE_VALUED = ("education", "health", "standard_met")
SYSTEM = UnitSystem(currencies={"FEN": Currency(statutory_from="0001-01-01")})


def truth(column: pa.ChunkedArray) -> np.ndarray:
    """0 for false, 1 for unknown, 2 for true."""
    return pc.fill_null(pc.multiply(column.cast(pa.int64()), 2), 1).to_numpy()


def inputs(villages: pa.Table, households: pa.Table, persons: pa.Table) -> dict[str, np.ndarray]:
    """A row a person, the household's and the village's values with it."""
    hh = persons["household"].to_numpy().astype(np.int64)
    vil = households["village"].to_numpy().astype(np.int64)
    own = {name: persons[name].to_numpy() for name in ("age", "wage", "able")}
    own |= {name: truth(persons[name]) for name in ("insured", "in_school")}
    shared = {name: households[name].to_numpy()[hh] for name in ("business", "transfer")}
    shared |= {name: truth(households[name])[hh] for name in ("food", "clothing", "water")}
    grades = pc.index_in(households["housing"], value_set=pa.array(["A", "B", "C", "D"])).to_numpy()
    shared["housing"] = grades.astype(np.int64)[hh]
    ids = {"p_id": np.arange(len(hh)), "hh_id": hh, "vil_id": vil[hh]}
    return (
        ids
        | own
        | {f"{name}_hh": values for name, values in shared.items()}
        | {"pool_vil": villages["pool"].to_numpy()[vil[hh]]}
    )


def run(register: tuple[pa.Table, pa.Table, pa.Table], out: Path) -> None:
    """Works everything out, writes both tables."""
    villages, households, persons = register
    given = inputs(villages, households, persons)
    wanted = [f"{name}_hh" for name in HOUSEHOLD] + [f"{name}_vil" for name in VILLAGE]
    found = main(
        main_target=MainTarget.results.tree,
        policy_date_str="2020-12-31",
        orig_policy_objects=OrigPolicyObjects.root(RULES),
        unit_system=SYSTEM,
        input_data=InputData.tree(given),
        tt_targets=TTTargets.tree(dict.fromkeys(wanted)),
    )
    head = np.flatnonzero(np.diff(given["hh_id"], prepend=-1))
    rows = {name: np.asarray(found[f"{name}_hh"])[head] for name in HOUSEHOLD}
    told = {"code": households["code"], "area": households["area"]}
    for name, values in rows.items():
        told[name] = pa.array(values == 2, mask=values == 1) if name in THREE_VALUED else pa.array(values)
    parquet.write_table(pa.table(told), out / "households.parquet", compression="zstd")
    first = np.flatnonzero(np.diff(given["vil_id"], prepend=-1))
    measures = {name: pa.array(np.asarray(found[f"{name}_vil"])[first]) for name in VILLAGE}
    codes = {"code": villages["code"], "dividend_pool": villages["pool"]}
    parquet.write_table(pa.table(codes | measures), out / "villages.parquet", compression="zstd")


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]), read_register)
