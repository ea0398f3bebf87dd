"""Shares in SQL at the limits of what can be stored, and with many rows in one pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.builders import AREAS, DAY, rulebook_of, variable
from rules.shares_at_the_limits import LARGEST, NAMES, TABLES, register, rulebook
from rules.spec_values import home
from tsampa.assessment.engines import columns_engine, reference_engine
from tsampa.errors import TsampaError
from tsampa.measures import share_out
from tsampa.rules import share

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(4))
def test_parts_are_the_reference_engines_up_to_the_largest_numbers(seed: int, tmp_path: Path) -> None:
    rows, rules = register(seed), rulebook(tmp_path)
    columns, reference = (engine(rules, DAY, rows) for engine in (columns_engine, reference_engine))
    for name in NAMES:
        for row in rows["households"]:
            key = row["code"]
            assert columns(("household", name), key) == reference(("household", name), key), (name, row)


@pytest.mark.slow
def test_thousands_of_rows_in_one_pool(tmp_path: Path) -> None:
    many = 20_000
    homes = [
        home(f"h{i:05}", w=LARGEST - i % 9, floor=i % 5000, cap=i % 5000 + i * 10, pool=6 * 10**7)
        for i in range(many)
    ]
    value = columns_engine(rulebook(tmp_path), DAY, {"areas": AREAS, "households": homes})
    found = share_out(6 * 10**7, *([home[name] for home in homes] for name in ("w", "floor", "cap")))
    assert {"weight", "floor", "cap"} <= set(found.decided)
    assert [value(("household", "both"), home["code"]) for home in homes] == found.parts
    assert sum(found.parts) == 6 * 10**7


def test_a_weight_beyond_64_bits_between_bounds_is_an_error_and_no_wrong_number(tmp_path: Path) -> None:
    rules = rulebook_of(
        variable(lambda v: v.households.pool.max(), "1", entity="village", name="pool"),
        variable(lambda h: share(h.village.pool, by=h.w * h.w, at_most=h.cap), "1"),
        folder=tmp_path,
        tables=TABLES,
    )
    homes = [home("h1", w=2**32, cap=5, pool=9), home("h2", w=1, cap=9, pool=9)]
    with pytest.raises(TsampaError) as caught:
        columns_engine(rules, DAY, {"areas": AREAS, "households": homes})
    assert caught.value.code == "rule-overflow"
