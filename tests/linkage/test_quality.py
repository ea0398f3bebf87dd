"""Recall, precision and questions over made-up counties whose truth is known; and the same answer every time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linkage.judge import judge, judge_exact_keys
from linkage.mistakes import RATES, make_case, table
from tsampa.linkage import Linkage, link_records, model
from tsampa.linkage.comparisons import COMPARISONS

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "linkage.py"


@pytest.mark.parametrize("seed", [11, 12])
def test_a_township(seed: int) -> None:
    case = make_case(seed, 4000)
    quality = judge(case, link_records(table(case.sheet), table(case.register)))
    assert quality.recall >= 0.99
    assert quality.precision >= 0.995
    assert quality.doubtful <= 0.01
    assert quality.helped >= 0.7


def test_villages_of_two_hundred() -> None:
    """The weights are fixed, so that a small sheet is judged as well as a large one."""
    cases = [make_case(seed, 200) for seed in range(20, 26)]
    found = [judge(case, link_records(table(case.sheet), table(case.register))) for case in cases]
    assert sum(one.recall for one in found) / len(found) >= 0.99
    assert min(one.precision for one in found) >= 0.99
    assert sum(one.doubtful for one in found) / len(found) <= 0.01


def test_the_error_model_is_not_easy() -> None:
    """Comparing what is written finds four in five: half the sheet is without a number, one row in three has a mistake."""
    found = judge_exact_keys(make_case(11, 20_000))
    assert 0.78 <= found.recall <= 0.84


def test_every_kind_of_mistake_is_made() -> None:
    """A sheet with all rates raised differs from its people in each field that has a rate."""
    case = make_case(3, 3000, harder=2)
    known = {str(one["id"]): one for one in case.register}
    pairs = [(one, known[who]) for one in case.sheet if (who := case.truth[str(one["id"])])]
    for field in RATES:
        if field != "household":
            assert sum(one[field] != other[field] for one, other in pairs) > 30, field
    assert sum(one["household"] is None for one, _ in pairs) > 30


def test_who_is_not_in_the_register_is_in_the_sheet_and_the_other_way_round() -> None:
    case = make_case(3, 3000)
    found = [who for who in case.truth.values() if who]
    assert 0.04 < 1 - len(found) / len(case.sheet) < 0.12
    assert 0.04 < 1 - len(set(found)) / len(case.register) < 0.12
    assert len(found) > len(set(found))  # some are written twice


def same_answer(one: Linkage, other: Linkage) -> bool:
    return one.rows == other.rows and one.candidates == other.candidates


def test_order_and_threads_change_nothing() -> None:
    case = make_case(5, 1500)
    first = link_records(table(case.sheet), table(case.register), threads=1)
    again = link_records(table(case.sheet[::-1]), table(case.register[::-1]), threads=4)
    assert same_answer(first, again)
    other = make_case(5, 1500, harder=1.2)
    assert not same_answer(first, link_records(table(other.sheet), table(other.register)))


def test_every_level_has_its_weight() -> None:
    weights = model.read_weights().levels
    assert {one.name: [level.code for level in one.levels] for one in COMPARISONS} == {
        name: list(own) for name, own in weights.items()
    }
    for own in weights.values():
        assert all(0 < m <= 1 and 0 < u <= 1 for m, u in own.values())
        assert sum(m for m, _ in own.values()) == pytest.approx(1, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_county_of_a_hundred_thousand(seed: int) -> None:
    case = make_case(seed, 100_000)
    start = time.process_time()
    linkage = link_records(table(case.sheet), table(case.register))
    assert time.process_time() - start < 60
    quality = judge(case, linkage)
    assert quality.recall >= 0.99
    assert quality.precision >= 0.98
    assert quality.doubtful <= 0.01
    assert judge_exact_keys(case).recall < 0.85


def printed(*options: str) -> list[str]:
    command = [sys.executable, str(BENCHMARK), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.slow
def test_the_benchmark_prints_its_figures() -> None:
    lines = [json.loads(line) for line in printed("--seeds", "1", "--persons", "2000")]
    assert {line["figure"] for line in lines if "figure" in line} == {
        "worst recall", "worst precision", "most doubtful", "longest, seconds",
    }  # fmt: skip
    assert all(line["recall"] > 0.9 for line in lines if "recall" in line)


@pytest.mark.slow
def test_the_weights_are_those_that_training_prints() -> None:
    shipped = Path(model.__file__).with_name("weights.yaml").read_text(encoding="utf-8").splitlines()
    assert printed("--train") == [line for line in shipped if not line.startswith("#")]
