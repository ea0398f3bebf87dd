"""Inequality of incomes: Gini's coefficient, Theil's index and the ratio of the richest fifth to the poorest."""

from __future__ import annotations

from collections.abc import Callable
from math import log, log1p
from typing import Any, Literal, Unpack, overload

import numpy as np

from tsampa.measures.columns import Codes, Column, Floats, by_pieces, numbers
from tsampa.measures.design import read_design, total
from tsampa.measures.distribution import Kernel, quantile
from tsampa.measures.estimate import Estimate, Linearised, Sample, Survey, estimate
from tsampa.measures.mistakes import mistake

__all__ = ["gini", "qsr", "theil"]

Ranks = Literal["middle", "upper"]
Found = tuple[float, Callable[[], Floats]]
"""A value, and the derivative of it by each row's weight."""


@overload
def gini(
    income: Column, *, ranks: Ranks = "upper", by: None = None, **survey: Unpack[Survey]
) -> Estimate: ...
@overload
def gini(
    income: Column, *, ranks: Ranks = "upper", by: Column, **survey: Unpack[Survey]
) -> dict[Any, Estimate]: ...
def gini(
    income: Column, *, ranks: Ranks = "upper", weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """Gini's coefficient: half the mean difference between two people's incomes, in means. 0 is equality, 1 the utmost.

    ``ranks`` says where a row that stands for many people ranks: at their ``upper`` end, as R's convey and vardpoor have it,
    which supposes that weights count people; or at the ``middle`` of them, as R's laeken and Eurostat have it, a little
    less, where a weight of two is the same as the row written twice. Incomes below nought count as they are and may take
    the coefficient above 1.

    Raises TsampaError ``measure-undefined`` where incomes sum to nought or less, ``measure-ranks``, and ``measure-…`` for
    columns that cannot be read, differ in length or hold nothing known.

    Source: Gini (1914); Deville (1999) and Osier (2009) for the standard error, see ``at_risk_of_poverty``.
    """
    if ranks not in ("middle", "upper"):
        raise mistake("measure-ranks", "ranks are 'middle' or 'upper'", "Leave it out for 'upper'.", "ranks")
    work = _gini if ranks == "middle" else _gini_of_upper_ranks
    return _estimate(work, income, weights, strata, clusters, domain, by, se)


@overload
def theil(income: Column, *, by: None = None, **survey: Unpack[Survey]) -> Estimate: ...
@overload
def theil(income: Column, *, by: Column, **survey: Unpack[Survey]) -> dict[Any, Estimate]: ...
def theil(
    income: Column, *, weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """Theil's index T: the mean over people of s ln s, s being the income in means. 0 is equality; there is no bound.

    It rests on positive incomes alone, as R's convey does: rows with an income of nought or less are left out and
    counted in ``left_out``. It is the generalised entropy index of order 1.

    Raises TsampaError ``measure-no-positive-income`` where all incomes are nought or less, and as ``gini``.

    Source: Theil, Economics and information theory (1967); Biewen and Jenkins, Variance estimation for generalized
    entropy and Atkinson inequality indices, Oxford Bulletin of Economics and Statistics 68 (2006).
    """
    return _estimate(_theil, income, weights, strata, clusters, domain, by, se, positive=True)


@overload
def qsr(income: Column, *, by: None = None, **survey: Unpack[Survey]) -> Estimate: ...
@overload
def qsr(income: Column, *, by: Column, **survey: Unpack[Survey]) -> dict[Any, Estimate]: ...
def qsr(
    income: Column, *, weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """The quintile share ratio S80/S20: income of those above the upper quintile over that of those up to the lower one.

    Where many share one income at a quintile they are not divided, so the two sides may be more or less than a fifth
    of the people. The standard error takes in that the quintiles are estimated, as ``at_risk_of_poverty`` does.

    Raises TsampaError ``measure-undefined`` where the poorest have no income or nobody is above the upper quintile, and
    as ``gini``.

    Source: Eurostat's definition; Deville (1999) and Osier (2009) for the standard error, see ``at_risk_of_poverty``.
    """
    return _estimate(_quintile_share_ratio, income, weights, strata, clusters, domain, by, se)


def _estimate(
    work: Callable[[Floats, Floats], Found], income: Column, weights: Column | None, strata: Column | None,
    clusters: Column | None, domain: Column | None, by: Column | None, se: bool, positive: bool = False,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    incomes = numbers(income, "income")
    design = read_design(len(incomes), weights, strata, clusters)
    left_out = incomes <= 0 if positive else np.zeros(len(incomes), dtype=np.bool_)

    def linearised(rows: Codes) -> Linearised:
        value, scores = work(incomes[rows], design.weights[rows])
        return Linearised(value, rows, scores)

    return estimate(Sample(design, ~np.isnan(incomes), left_out), linearised, domain, by, se)


def _gini(income: Floats, weights: Floats) -> Found:
    order = np.lexsort((weights, income))
    y, w = income[order], weights[order]
    people, sum_of_incomes = total(w), _positive_total(w * y)
    # Each step between neighbouring incomes is paid by those below it to those above: no difference of large sums.
    steps = np.diff(y)
    steps *= np.cumsum(w)[:-1]
    steps *= _sum_after(w)[:-1]
    value = total(steps) / (people * sum_of_incomes)

    def scores() -> Floats:
        last = np.searchsorted(y, y, side="right") - 1
        moved = 2 * (y * np.cumsum(w)[last] + _sum_after(w * y)[last]) / (people * sum_of_incomes)
        return _as_before(moved - (value + 1) * (1 / people + y / sum_of_incomes), order)

    return value, scores


def _gini_of_upper_ranks(income: Floats, weights: Floats) -> Found:
    """A row of weight w ranks (w - 1) / 2 higher than in the middle of its people."""
    value, in_the_middle = _gini(income, weights)
    people, sum_of_incomes = total(weights), total(weights * income)
    raised = total(weights * weights * income) / sum_of_incomes

    def scores() -> Floats:
        moved = (2 * weights - raised) * income / sum_of_incomes - (raised - 1) / people
        return in_the_middle() + moved / people

    return value + (raised - 1) / people, scores


def _theil(income: Floats, weights: Floats) -> Found:
    people = total(weights)
    mean = total(weights * income) / people
    share = income / mean
    # s ln s - s + 1, which has the same mean as s ln s and is nought or more for everybody.
    terms = share * _logs(income, mean) - (income - mean) / mean
    value = max(0.0, total(weights * terms) / people)
    return value, lambda: (terms - value * share) / people


def _logs(incomes: Floats, mean: float) -> Floats:
    """ln(income / mean): near the mean from their difference, which the quotient rounds away."""

    def logs(piece: list[float]) -> list[float]:
        return [log1p((one - mean) / mean) if 2 * one > mean else log(one) - log(mean) for one in piece]

    return by_pieces(logs, incomes)


def _quintile_share_ratio(income: Floats, weights: Floats) -> Found:
    low, high = (quantile(income, weights, share) for share in (0.2, 0.8))
    poor, rich = (income <= low).astype(np.float64), (income > high).astype(np.float64)
    of_poor, of_rich = total(weights * income * poor), total(weights * income * rich)
    if of_poor <= 0 or of_rich <= 0:
        raise mistake(
            "measure-undefined", "the poorest fifth has no income, or nobody is above the upper quintile",
            "Use gini, which needs no quintiles.", "income",
        )  # fmt: skip

    def scores() -> Floats:
        kernel = Kernel.over(income, weights)
        assert kernel is not None, "incomes differ where somebody is above a quintile"
        up_to_low = income * poor - _income_near(kernel, low) * (poor - 0.2)
        above_high = income * rich + _income_near(kernel, high) * ((1 - rich) - 0.8)
        return (above_high - of_rich / of_poor * up_to_low) / of_poor

    return of_rich / of_poor, scores


def _income_near(kernel: Kernel, quantile_at: float) -> float:
    """The income of those near the quantile: what passes over it as it moves past one person."""
    people, their_income = kernel.at(quantile_at)
    return their_income / people


def _positive_total(incomes: Floats) -> float:
    found = total(incomes)
    if found <= 0:
        raise mistake(
            "measure-undefined", "the incomes sum to nought or less",
            "Inequality is measured where there is income to share; use fgt.", "income",
        )  # fmt: skip
    return found


def _sum_after(values: Floats) -> Floats:
    """For each place the sum of all that follow."""
    return np.append(np.cumsum(values[::-1])[::-1][1:], 0.0)


def _as_before(values: Floats, order: Codes) -> Floats:
    found = np.empty_like(values)
    found[order] = values
    return found
