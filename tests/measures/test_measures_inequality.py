"""Gini, Theil and the quintile share ratio, by hand."""

from __future__ import annotations

from math import log

import pytest

from measures import plainly
from tsampa.errors import TsampaError
from tsampa.measures import gini, qsr, theil


@pytest.mark.parametrize(
    ("incomes", "value"),
    [([1, 2, 3, 4], 0.25), ([0, 0, 0, 1], 0.75), ([5, 5, 5], 0.0), ([9], 0.0), ([1, 3], 0.25)],
)
def test_gini_by_hand(incomes, value):
    assert gini(incomes).value == pytest.approx(value, abs=1e-15)


def test_equality_is_exactly_nought_whatever_the_weights():
    assert gini([0.1] * 7, weights=[0.1, 3, 1e-9, 7e8, 0.3, 0.7, 1 / 3], ranks="middle").value == 0
    assert theil([0.1] * 7, weights=[0.1, 3, 1e-9, 7e8, 0.3, 0.7, 1 / 3]).value == pytest.approx(0, abs=1e-30)


def test_a_weight_of_two_is_a_row_written_twice():
    assert gini([1, 3], weights=[2, 2], ranks="middle").value == gini([1, 1, 3, 3]).value == 0.25


def test_upper_ranks_are_those_of_convey():
    incomes, weights = [1, 3, 4, 9], [2, 2.5, 4, 1]
    found = gini(incomes, weights=weights).value
    assert found == pytest.approx(plainly.gini_of_upper_ranks(incomes, weights), abs=1e-15)
    assert gini(incomes, ranks="middle").value == pytest.approx(gini(incomes).value)


def test_debts_may_take_gini_above_one():
    assert gini([-1, 2]).value == 1.5


def test_theil_by_hand():
    assert theil([1, 3]).value == pytest.approx((0.5 * log(0.5) + 1.5 * log(1.5)) / 2, abs=1e-15)


def test_theil_leaves_out_incomes_of_nought_and_less():
    found = theil([1, 0, 3, -2, None])
    assert (found.value, found.n, found.left_out, found.unknown) == (theil([1, 3]).value, 2, 2, 1)


def test_the_quintile_share_ratio_by_hand():
    assert qsr(list(range(1, 11))).value == pytest.approx(19 / 3)
    assert qsr([1, 2, 3], weights=[20, 60, 20]).value == 3


def test_a_quintile_is_found_exactly_where_floats_would_slip():
    assert sum([0.1] * 3) > 0.3
    weights = [0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.3, 0.3]
    assert qsr([1, 2, 3, 4, 5, 6, 7, 8], weights=weights).value == pytest.approx(0.3 * 8 / 0.6)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("measure-undefined", lambda: gini([0, 0])),
        ("measure-undefined", lambda: gini([-3, 2])),
        ("measure-undefined", lambda: qsr([0, 0, 0, 1, 1])),
        ("measure-undefined", lambda: qsr([2, 2, 2])),
        ("measure-ranks", lambda: gini([1], ranks="lower")),
        ("measure-no-positive-income", lambda: theil([0, -1])),
    ],
)
def test_a_mistake_is_named(code, call):
    with pytest.raises(TsampaError) as caught:
        call()
    assert caught.value.code == code
