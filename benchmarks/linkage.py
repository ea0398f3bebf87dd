"""Record linkage of made-up counties whose truth is known: recall, precision, questions left, seconds.

Run with ``.venv/bin/python benchmarks/linkage.py``: five seeds of 100,000 persons, then harder sheets. ``--train`` prints
instead what ``src/tsampa/linkage/weights.yaml`` holds, estimated by splink from seed 0, which no figure is measured on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from arro3.core import Array, DataType, Table

sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")

from linkage.judge import judge, judge_exact_keys  # noqa: E402
from linkage.mistakes import Case, make_case, table  # noqa: E402
from tsampa.linkage import link_records  # noqa: E402
from tsampa.linkage.comparisons import COMPARISONS  # noqa: E402
from tsampa.linkage.frequency import typical_frequencies  # noqa: E402
from tsampa.linkage.model import make_linker  # noqa: E402
from tsampa.linkage.prepare import prepare  # noqa: E402

SEEDS = (1, 2, 3, 4, 5)


def main() -> None:
    """Prints every figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    options.add_argument("--persons", type=int, default=100_000)
    options.add_argument("--train", action="store_true")
    given = options.parse_args()
    if given.train:
        train()
        return
    worst = [
        measure(make_case(seed, given.persons), seed=seed, persons=given.persons) for seed in given.seeds
    ]
    if worst:
        say("worst recall", min(one[0] for one in worst), ">= 0.99")
        say("worst precision", min(one[1] for one in worst), ">= 0.98")
        say("most doubtful", max(one[2] for one in worst), "<= 0.01")
        say("longest, seconds", max(one[3] for one in worst), "< 60")
    harder(given.persons // 5)


def measure(case: Case, **what: object) -> tuple[float, float, float, float]:
    """One linkage, as a JSON line."""
    wall, processor = time.perf_counter(), time.process_time()
    found = link_records(table(case.sheet), table(case.register))
    seconds = time.perf_counter() - wall
    quality, plain = judge(case, found), judge_exact_keys(case)
    print(json.dumps({
        **what, "rows": len(case.sheet), "recall": round(quality.recall, 4), "precision": round(quality.precision, 5),
        "wrong": quality.wrong, "doubtful": round(quality.doubtful, 4), "right among candidates": round(quality.helped, 3),
        "seconds": round(seconds, 1), "processor seconds": round(time.process_time() - processor, 1),
        "exact keys": {"recall": round(plain.recall, 4), "precision": round(plain.precision, 4)},
    }), flush=True)  # fmt: skip
    return quality.recall, quality.precision, quality.doubtful, seconds


def say(what: str, value: float, bar: str) -> None:
    """One JSON line."""
    print(json.dumps({"figure": what, "value": round(value, 4), "bar": bar}), flush=True)


def harder(persons: int) -> None:
    """Sheets that promise less: no bar is set for these."""
    measure(make_case(1, persons, harder=2.0), sheet="twice the mistakes", persons=persons)
    measure(make_case(1, persons, harder=0.3), sheet="a third of the mistakes", persons=persons)
    measure(make_case(1, persons, han=1.0), sheet="Han names alone", persons=persons)
    measure(without(make_case(1, persons), "identity_hash"), sheet="no identity numbers", persons=persons)
    measure(without(make_case(1, persons), "household"), sheet="no household numbers", persons=persons)
    bare = ("identity_hash", "household", "head_name", "relationship")
    measure(
        without(make_case(1, persons), *bare), sheet="names, dates, sexes and villages alone", persons=persons
    )
    for seed in SEEDS:
        measure(make_case(seed, 200), sheet="a village", seed=seed, persons=200)


def without(case: Case, *columns: str) -> Case:
    """The case with these columns of the sheet empty."""
    return Case(case.register, [{**row, **dict.fromkeys(columns)} for row in case.sheet], case.truth)


def train() -> None:
    """Prints m and u of every level, estimated by splink from pairs whose truth is known."""
    case = make_case(0, 40_000)
    with duckdb.connect() as con:
        prepare(con, table(case.sheet), table(case.register))
        text: Callable[[list[str | None]], Array] = lambda values: Array(values, type=DataType.string())  # noqa: E731
        con.register(
            "truth", Table.from_pydict({"id": text(list(case.truth)), "who": text(list(case.truth.values()))})
        )
        con.execute(
            "CREATE OR REPLACE TABLE incoming AS SELECT i.*, who FROM incoming i JOIN truth ON id = unique_id"
        )
        con.execute("CREATE OR REPLACE TABLE known AS SELECT *, unique_id AS who FROM known")
        linker = make_linker(con, None)
        linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
        linker.training.estimate_m_from_label_column("who")
        typical = typical_frequencies(con)
        trained = linker.misc.save_model_to_json()["comparisons"]
    print("typical:")
    for column, share in typical.items():
        print(f"  {column}: {share:.2g}")
    print("levels:")
    for one, found in zip(COMPARISONS, trained, strict=True):
        print(f"  {one.name}:")
        for level, own in zip(one.levels, found["comparison_levels"][1:], strict=True):
            print(f"    {level.code}: [{own['m_probability']:.2g}, {own['u_probability']:.2g}]")


if __name__ == "__main__":
    main()
