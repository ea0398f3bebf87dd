"""FGT, Watts and the at-risk-of-poverty rate: published figures, and what counts as poor."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tsampa.errors import TsampaError
from tsampa.measures import at_risk_of_poverty, fgt, watts

HANDBOOK = [100, 110, 150, 160]
"""World Bank, Handbook on Poverty and Inequality, chapter 4; the line is 125."""
NINE = [8, 5, 1, 3, 5, 6, 7, 6, 3]


@pytest.mark.parametrize(("alpha", "value"), [(0, 0.5), (1, 0.08), (2, 0.0136)])
def test_the_handbook_is_reproduced(alpha, value):
    assert fgt(HANDBOOK, 125, alpha).value == pytest.approx(value, abs=1e-12)


def test_watts_of_the_handbook_is_reproduced():
    assert round(watts(HANDBOOK, 125).value, 5) == 0.08774


def test_weights_are_taken_in():
    assert round(fgt(NINE, 4, 2).value, 10) == 0.0763888889
    weights = [Decimal(one) / 10 for one in range(1, 10)]
    assert round(fgt(NINE, 4, 2, weights=weights).value, 10) == 0.0555555556


@pytest.mark.parametrize(("line", "shares"), [(3, (0.5, 0.75)), (3.01, (0.75, 0.75))])
def test_who_stands_on_the_line_is_not_poor(line, shares):
    assert (fgt([1, 2, 3, 4], line).value, fgt([2, 2, 2, 4], line).value) == shares


def test_the_gap_on_the_line_is_nought():
    assert fgt([1, 2, 3, 4], 3, 1).value == pytest.approx(0.25, abs=1e-15)
    assert fgt([2, 2, 2, 4], 3, 1).value == pytest.approx(0.25, abs=1e-15)


@pytest.mark.parametrize("line", [Decimal("33.1"), Fraction(331, 10), 33.1])
def test_equal_numbers_of_any_kind_are_equal(line):
    assert fgt([Decimal("33.1"), Fraction(331, 10), 33.1, Fraction(100, 3)], line).value == 0


def test_each_row_may_have_its_own_line():
    found = fgt([3, 3, 3, 3], [2, 3, 4, None])
    assert (found.value, found.n, found.unknown, found.line) == (1 / 3, 3, 1, None)
    assert fgt([3, 3], 4).line == 4


def test_any_power_from_nought_on_is_allowed():
    assert fgt([0, 3, 5], 4, 0.5).value == pytest.approx((1 + 0.5) / 3)
    assert fgt([0, 3, 5], 4, 3).value == pytest.approx((1 + 1 / 64) / 3)


def test_debts_deepen_poverty():
    assert fgt([-4, 4], 4, 1).value == 1


def test_watts_leaves_out_incomes_of_nought_and_less():
    found = watts([0, -5, *HANDBOOK, None], 125)
    assert (found.value, found.n, found.left_out, found.unknown) == (watts(HANDBOOK, 125).value, 4, 2, 1)


def test_a_relative_line_is_a_share_of_the_median():
    found = at_risk_of_poverty([10, 50, 100, 100, 300])
    assert (found.value, found.line) == (0.4, 60.0)
    assert at_risk_of_poverty([10, 50, 100, 100, 300], share="1/3").line == pytest.approx(100 / 3)


def test_a_relative_line_is_exact_in_decimals():
    assert 0.6 * 3.1 < 1.86
    found = at_risk_of_poverty([1.86, 1.86, 3.1, 3.1, 3.1])
    assert (found.value, found.line) == (0, 1.86)
    assert at_risk_of_poverty([1.8599999999, 3.1, 3.1]).value == 1 / 3


def test_the_relative_line_of_a_domain_is_that_of_all():
    found = at_risk_of_poverty([10, 50, 100, 100, 300], domain=[True, True, True, False, False])
    assert (found.value, found.line) == (2 / 3, 60.0)


def test_where_all_incomes_are_the_same_nobody_is_below_and_no_error_can_be_told():
    found = at_risk_of_poverty([7, 7, 7])
    assert (found.value, found.se) == (0, None)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("measure-line", lambda: fgt([1], 0)),
        ("measure-line", lambda: fgt([1], float("nan"))),
        ("measure-line", lambda: watts([1, 2], [-1, 3])),
        ("measure-column", lambda: fgt([1], "10")),
        ("measure-lengths-differ", lambda: fgt([1, 2], [1])),
        ("measure-alpha", lambda: fgt([1], 1, -1)),
        ("measure-alpha", lambda: fgt([1], 1, None)),
        ("measure-share", lambda: at_risk_of_poverty([1], share=0)),
        ("measure-not-a-number", lambda: at_risk_of_poverty([1], share="much")),
        ("measure-undefined", lambda: at_risk_of_poverty([0, 0, 5])),
        ("measure-no-positive-income", lambda: watts([0, None], 3)),
    ],
)
def test_a_mistake_is_named(code, call):
    with pytest.raises(TsampaError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.usage
    assert caught.value.remedy
