"""Pools shared out: exact sums, bounds that hold, and the one level at which the parts stand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsampa.errors import TsampaError
from tsampa.measures import share, share_out

search = settings(max_examples=300, deadline=None, database=None, derandomize=True)
LARGEST = 2**63 - 1

small = st.integers(0, 12) | st.integers(0, 300)
large = st.integers(0, LARGEST) | st.sampled_from([LARGEST, LARGEST - 1, 1])


@st.composite
def pools(draw: st.DrawFn) -> tuple[int, list[int], list[int], list[int]]:
    """A pool, and weight, floor and cap of each row; floors below caps or not, the pool reaching them or not."""
    size = draw(st.sampled_from([small, large]))
    many = draw(st.integers(1, 8))
    columns = [draw(st.lists(size, min_size=many, max_size=many)) for _ in range(3)]
    within = draw(st.booleans())
    weights, floors, caps = columns
    if within:  # so that the pool lies between the sums of floors and caps
        caps = [floor + cap for floor, cap in zip(floors, caps, strict=True)]
        taking = [row for row, weight in enumerate(weights) if weight]
        low, high = (sum(bounds[row] for row in taking) for bounds in (floors, caps))
        return draw(st.integers(low, high)), weights, floors, caps
    return draw(size), weights, floors, caps


def plainly(pool: int, weights: list[int], lows: list[int], highs: list[int]) -> list[Fraction]:
    """The exact parts between bounds: the level is looked for among all thresholds, one after the other."""

    def parts(level: Fraction) -> list[Fraction]:
        return [
            min(max(level * w, Fraction(low)), Fraction(high))
            for w, low, high in zip(weights, lows, highs, strict=True)
        ]

    levels = sorted(
        {Fraction(bound, w) for bounds in (lows, highs) for w, bound in zip(weights, bounds, strict=True)}
    )
    below = max(level for level in levels if sum(parts(level)) <= pool)
    above = min((level for level in levels if level > below), default=below + 1)
    start, end = parts(below), parts(above)
    gain = sum(end) - sum(start)
    if gain == 0:
        return start
    return [a + (b - a) * (pool - sum(start)) / gain for a, b in zip(start, end, strict=True)]


@search
@given(pools())
def test_parts_add_up_and_keep_their_bounds(drawn: Any) -> None:
    pool, weights, floors, caps = drawn
    parts = share(pool, weights, floors, caps)
    taking = [row for row, weight in enumerate(weights) if weight]
    lows = {row: min(floors[row], caps[row]) for row in taking}
    assert all(parts[row] == 0 for row in range(len(parts)) if row not in lows)
    assert all(0 <= parts[row] <= caps[row] for row in taking)
    assert sum(parts) == min(pool, sum(caps[row] for row in taking))
    short = sum(lows.values()) > pool
    assert all((parts[row] <= low) if short else (parts[row] >= low) for row, low in lows.items())


@search
@given(pools())
def test_parts_are_the_proportion_between_the_bounds_rounded_by_largest_remainder(drawn: Any) -> None:
    pool, weights, floors, caps = drawn
    taking = [row for row, weight in enumerate(weights) if weight]
    lows, highs = [min(floors[row], caps[row]) for row in taking], [caps[row] for row in taking]
    own = [weights[row] for row in taking]
    found = share_out(pool, weights, floors, caps)
    if not taking:
        return
    if sum(lows) > pool:
        assert found.short
        exact = [Fraction(pool * low, sum(lows)) for low in lows]
    else:
        exact = plainly(min(pool, sum(highs)), own, lows, highs)
    parts = [found.parts[row] for row in taking]
    assert all(exact_part - 1 < part < exact_part + 1 for part, exact_part in zip(parts, exact, strict=True))
    rests = [
        (part > exact_part, -(exact_part % 1), row)
        for row, (part, exact_part) in enumerate(zip(parts, exact, strict=True))
        if exact_part % 1
    ]
    up, down = ([one[1:] for one in rests if one[0] is which] for which in (True, False))
    assert not up or not down or max(up) < min(down)


@search
@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_the_last_units_only(drawn: Any, order: Any) -> None:
    pool, weights, floors, caps = drawn
    rows = list(range(len(weights)))
    order.shuffle(rows)
    first = share_out(pool, weights, floors, caps)
    second = share_out(pool, *([column[row] for row in rows] for column in (weights, floors, caps)))
    assert second.decided == [first.decided[row] for row in rows]
    assert (second.rest, second.weight, second.left) == (first.rest, first.weight, first.left)
    differences = [first.parts[row] - part for row, part in zip(rows, second.parts, strict=True)]
    assert set(differences) <= {-1, 0, 1}
    moved = [row for row, difference in zip(rows, differences, strict=True) if difference]
    own = [min(floors[row], caps[row]) if first.short else weights[row] for row in moved]
    assert (
        len({Fraction(first.rest * weight) / first.weight % 1 for weight in own}) <= 1
    )  # equal remainders only


@search
@given(pools(), st.data())
def test_more_weight_is_never_less(drawn: Any, data: st.DataObject) -> None:
    pool, weights, floors, caps = drawn
    row = data.draw(st.integers(0, len(weights) - 1))
    lows = [min(floor, cap) for floor, cap, weight in zip(floors, caps, weights, strict=True) if weight]
    heavier = weights[:]
    heavier[row] += data.draw(small)
    if weights[row] and sum(lows) <= pool:
        assert share(pool, heavier, floors, caps)[row] >= share(pool, weights, floors, caps)[row]
    if weights[row]:
        assert share(pool, heavier)[row] >= share(pool, weights)[row]


@search
@given(pools(), st.integers(1, 9), st.integers(1, 9))
def test_weights_count_by_their_proportion_only(drawn: Any, times: int, over: int) -> None:
    pool, weights, floors, caps = drawn
    scaled = [Fraction(weight * times, over) for weight in weights]
    assert share(pool, scaled, floors, caps) == share(pool, weights, floors, caps)


def test_what_decided_is_told() -> None:
    found = share_out(100, [1, 9, 2, 0], [30, 0, 0, 5], [99, 50, 99, 9])
    assert (found.parts, found.decided) == ([30, 50, 20, 0], ["floor", "cap", "weight", "nothing"])
    assert (found.rest, found.weight, found.left, found.short) == (20, 2, 0, False)
    assert share_out(10, [1, 1], caps=[3, 4]).left == 3
    assert share_out(10, [1, 1], floors=[8, 8]).short
    assert share_out(10, [0, 0]).left == 10
    assert share(10, []) == []


def test_the_village_of_the_reference_page() -> None:
    members, floors, caps = [1, 2, 3, 5], [1500] * 4, [4000] * 4
    assert share(10000, members) == [909, 1818, 2727, 4546]
    assert share(10000, members, floors, caps) == [1500, 1800, 2700, 4000]
    assert share_out(20000, members, floors, caps).left == 4000
    assert share(3000, members, floors, caps) == [750] * 4


def test_columns_of_every_kind() -> None:
    assert share(100, np.array([1, 3])) == [25, 75]
    assert share(100, [Decimal("0.1"), Fraction(3, 10)]) == [25, 75]
    assert share(100, [0.1, "0.3"]) == [25, 75]
    assert share(np.int64(LARGEST), np.array([LARGEST, LARGEST]), caps=np.array([LARGEST, 1])) == [
        LARGEST - 1,
        1,
    ]
    assert share(10, [1, 0], floors=[2, None]) == [10, 0]


def test_a_hundred_thousand_rows() -> None:
    rows = range(100_000)
    parts = share(
        10**9, [1 + row % 7 for row in rows], [row % 5000 for row in rows], [5000 + row * 10 for row in rows]
    )
    assert sum(parts) == 10**9
    assert all(row % 5000 <= part <= 5000 + row * 10 for row, part in enumerate(parts))


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("measure-pool", lambda: share(-1, [1])),
        ("measure-pool", lambda: share(1.5, [1])),  # type: ignore[arg-type]
        ("measure-weight-negative", lambda: share(1, [-1])),
        ("measure-share-unknown", lambda: share(1, [1, None])),
        ("measure-share-unknown", lambda: share(1, [1, 1], caps=[1, None])),
        ("measure-share-unknown", lambda: share(1, [1, float("nan")])),
        ("measure-bound", lambda: share(1, [1], floors=[-1])),
        ("measure-bound", lambda: share(1, [1], caps=["0.5"])),
        ("measure-not-a-number", lambda: share(1, ["much"])),
        ("measure-column", lambda: share(1, 7)),  # type: ignore[arg-type]
        ("measure-lengths-differ", lambda: share(1, [1, 1], floors=[1])),
    ],
)
def test_what_cannot_be_shared(code: str, call: Any) -> None:
    with pytest.raises(TsampaError) as caught:
        call()
    assert caught.value.code == code


def test_floors_above_the_whole_pool_are_what_it_is_split_by() -> None:
    assert share(35, [4, 3], floors=[4367, 5236]) == [16, 19]
    assert share(35, [4, 3], floors=[4367, 5236], caps=[100, 5]) == [33, 2]
