"""Poverty: how many are below a line, and how far. Poor is whose income lies strictly below the line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import log
from typing import Any, Unpack, overload

import numpy as np

from tsampa.measures.columns import (
    Codes,
    Column,
    Floats,
    Number,
    by_pieces,
    exactly,
    exponent,
    number,
    numbers,
    same_length,
)
from tsampa.measures.design import read_design, total
from tsampa.measures.distribution import Kernel, quantile
from tsampa.measures.estimate import Estimate, Linearised, Sample, Scores, Survey, average, estimate
from tsampa.measures.mistakes import mistake

__all__ = ["at_risk_of_poverty", "fgt", "watts"]

Line = float | Fraction | Decimal | Column


@overload
def fgt(
    income: Column, line: Line, alpha: float = 0, *, by: None = None, **survey: Unpack[Survey]
) -> Estimate: ...
@overload
def fgt(
    income: Column, line: Line, alpha: float = 0, *, by: Column, **survey: Unpack[Survey]
) -> dict[Any, Estimate]: ...
def fgt(
    income: Column, line: Line, alpha: float = 0, *, weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """The poverty measure of Foster, Greer and Thorbecke: the mean over all people of ((line - income) / line) ** alpha.

    Those who are not below the line count as nought. ``alpha`` 0 gives the headcount ratio, 1 the poverty gap, 2 the
    severity; any number from 0 on is allowed. ``line`` is in the income's unit, one number or a column. An income below
    nought counts as it is, with a gap above one. The standard error is that of a ratio.

    Raises TsampaError ``measure-line`` (a line of nought or less), ``measure-alpha``, and ``measure-…`` for columns that
    cannot be read, differ in length or hold nothing known.

    Source: Foster, Greer and Thorbecke, A class of decomposable poverty measures, Econometrica 52 (1984).
    """
    survey = _survey(income, line, weights, strata, clusters)
    power = exponent(alpha)

    def gaps(rows: Codes) -> Linearised:
        gap = _gaps(survey.income[rows], survey.lines[rows], power)
        value, scores = average(gap, survey.sample.design.weights[rows])
        return Linearised(value, rows, scores, survey.line)

    return estimate(survey.sample, gaps, domain, by, se)


@overload
def watts(income: Column, line: Line, *, by: None = None, **survey: Unpack[Survey]) -> Estimate: ...
@overload
def watts(income: Column, line: Line, *, by: Column, **survey: Unpack[Survey]) -> dict[Any, Estimate]: ...
def watts(
    income: Column, line: Line, *, weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """The poverty measure of Watts: the mean over all people of ln(line / income), nought for those not below the line.

    It rests on positive incomes alone, as R's convey does: rows with an income of nought or less are left out of it
    and of the people it is a mean over, and counted in ``left_out``. Otherwise as ``fgt``.

    Raises TsampaError ``measure-no-positive-income`` where all incomes are nought or less; else as ``fgt``.

    Source: Watts, An economic definition of poverty (1968).
    """
    survey = _survey(income, line, weights, strata, clusters, positive=True)

    def logs(rows: Codes) -> Linearised:
        gap = _log_gaps(survey.income[rows], survey.lines[rows])
        value, scores = average(gap, survey.sample.design.weights[rows])
        return Linearised(value, rows, scores, survey.line)

    return estimate(survey.sample, logs, domain, by, se)


@overload
def at_risk_of_poverty(
    income: Column, *, share: Number = 0.6, by: None = None, **survey: Unpack[Survey]
) -> Estimate: ...
@overload
def at_risk_of_poverty(
    income: Column, *, share: Number = 0.6, by: Column, **survey: Unpack[Survey]
) -> dict[Any, Estimate]: ...
def at_risk_of_poverty(
    income: Column, *, share: Number = 0.6, weights: Column | None = None, strata: Column | None = None,
    clusters: Column | None = None, domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """The share of people below a line that is itself a share of the median income, .6 by Eurostat's definition.

    The line is that of the whole sample, in ``domain`` and ``by`` too; ``Estimate.line`` holds it. The standard error
    takes in that the median is estimated: it needs the density of incomes at the line and at the median, by a normal
    kernel whose bandwidth supposes that weights count people. It is None where all incomes are the same.

    Raises TsampaError ``measure-share`` unless 0 < share, ``measure-undefined`` where the median is nought or less, and
    as ``fgt``.

    Source: Deville, Variance estimation for complex statistics and estimators, Survey Methodology 25 (1999); Osier,
    Variance estimation for complex indicators of poverty and inequality, Survey Research Methods 3 (2009); Berger and
    Skinner, Variance estimation for a low income proportion, Applied Statistics 52 (2003).
    """
    survey = _survey(income, 1, weights, strata, clusters)
    part = exactly(share, "share")
    if part <= 0:
        raise mistake(
            "measure-share", "the share of the median is not above nought", "Give 0.6, for example.", "share"
        )
    relative = _relative_line(survey, part)

    def below(rows: Codes) -> Linearised:
        return _below_relative_line(survey, relative, rows)

    return estimate(survey.sample, below, domain, by, se)


@dataclass(frozen=True)
class _Incomes:
    """What a poverty measure is worked out from; ``line`` is None where each row has its own."""

    sample: Sample
    income: Floats
    lines: Floats
    line: float | None


def _survey(
    income: Column, line: Line, weights: Column | None, strata: Column | None, clusters: Column | None,
    positive: bool = False,
) -> _Incomes:  # fmt: skip
    incomes = numbers(income, "income")
    single = number(line)
    lines = numbers(line, "line") if single is None else np.full(len(incomes), single)  # type: ignore[arg-type]
    same_length(lines, len(incomes), "line")
    if not (lines > 0)[~np.isnan(lines)].all() or (single is not None and not 0 < single < np.inf):
        raise mistake(
            "measure-line", "a poverty line is not above nought", "Give lines above nought.", "line"
        )
    known = ~(np.isnan(incomes) | np.isnan(lines))
    left_out = incomes <= 0 if positive else np.zeros(len(incomes), dtype=np.bool_)
    sample = Sample(read_design(len(incomes), weights, strata, clusters), known, left_out)
    return _Incomes(sample, incomes, lines, single)


def _gaps(income: Floats, line: Floats, power: float) -> Floats:
    poor = income < line
    if power == 0:
        return poor.astype(np.float64)
    gap = np.where(poor, (line - income) / line, 0.0)
    if power in (1, 2):
        return gap if power == 1 else gap * gap
    return by_pieces(lambda piece: [one**power for one in piece], gap)


def _log_gaps(income: Floats, line: Floats) -> Floats:
    def logs(incomes: list[float], lines: list[float]) -> list[float]:
        return [log(z) - log(y) if y < z else 0.0 for y, z in zip(incomes, lines, strict=True)]

    return by_pieces(logs, income, line)


@dataclass(frozen=True)
class _RelativeLine:
    """A line that is a share of the median: where it lies, and how much each row of the sample moves it."""

    value: float
    rows: Codes
    scores: Scores


def _relative_line(survey: _Incomes, share: Fraction) -> _RelativeLine | None:
    rows = survey.sample.used()
    if not len(rows):
        return None
    income, weights = survey.income[rows], survey.sample.design.weights[rows]
    median = quantile(income, weights, 0.5)
    if median <= 0:
        raise mistake(
            "measure-undefined", "the median income is not above nought",
            "Give a line of your own to fgt.", "income",
        )  # fmt: skip

    @cache  # many groups may ask
    def scores() -> Floats | None:
        kernel = Kernel.over(income, weights)
        up_to = (income <= median).astype(np.float64)
        return None if kernel is None else (0.5 - up_to) * (float(share) / kernel.at(median)[0])

    return _RelativeLine(float(share * exactly(median, "income")), rows, scores)


def _below_relative_line(survey: _Incomes, line: _RelativeLine | None, rows: Codes) -> Linearised:
    assert line is not None, "rows of an estimate are rows of the sample"
    income, weights = survey.income[rows], survey.sample.design.weights[rows]
    rate, own = average((income < line.value).astype(np.float64), weights)

    def scores() -> Floats | None:
        of_line = line.scores()
        if of_line is None:
            return None
        kernel = Kernel.over(income, weights)
        crossing = 0.0 if kernel is None else kernel.at(line.value)[0] / total(weights)
        found = np.zeros(len(survey.income))
        found[line.rows] = crossing * of_line
        found[rows] += own()
        return found[line.rows]

    return Linearised(rate, line.rows, scores, line.value)
