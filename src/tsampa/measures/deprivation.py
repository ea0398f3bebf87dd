"""Deprivation in several things at once, by Alkire and Foster's method: a cutoff for each, and one across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, fsum, lcm
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from tsampa.measures.columns import (
    Codes,
    Column,
    Flags,
    Floats,
    Number,
    by_pieces,
    exactly,
    exponent,
    flags,
    numbers,
)
from tsampa.measures.design import read_design, total
from tsampa.measures.estimate import Estimate, Linearised, Sample, average, estimate
from tsampa.measures.matrix import Matrix, read_matrix
from tsampa.measures.mistakes import mistake, no_rows, no_weight, nothing_known

__all__ = ["AlkireFoster", "alkire_foster", "alkire_foster_estimate", "alkire_foster_gaps"]

Index = Literal["mpi", "headcount", "intensity", "censored"]
INDICES = get_args(Index)
Weights = Sequence[Number] | Mapping[Any, Number]


@dataclass(frozen=True, slots=True)
class AlkireFoster:
    """A multidimensional poverty index and what it is made of.

    ``headcount`` (H) is the share of people who are poor, ``intensity`` (A) the mean share of weighted indicators in
    which the poor are deprived (None where nobody is poor), ``mpi`` (M0) the two multiplied. ``censored`` gives for each
    indicator the share of people who are poor and deprived in it, ``contributions`` its part of the mpi (these sum to 1;
    all are 0 where nobody is poor); their keys are the indicators' names, or their places from 0 on. ``n`` counts the
    rows it rests on, ``unknown`` those left out because an indicator is unknown.
    """

    headcount: float
    intensity: float | None
    mpi: float
    censored: dict[Any, float]
    contributions: dict[Any, float]
    n: int
    unknown: int


def alkire_foster(
    deprived: Any, weights: Weights, cutoff: Number, *, population: Column | None = None
) -> AlkireFoster:
    """Who is deprived in a cutoff's share of the weighted indicators or more, and how intensely.

    ``deprived`` has a row for each household or person and a column for each indicator, true where deprived: a list of
    rows, a two-dimensional NumPy array, or named columns (a mapping or an Arrow table). ``weights`` gives each indicator's
    weight, in the columns' order or by name; they are divided by their sum. ``cutoff`` is k, above 0 and at most 1:
    poor is who has a weighted score of k or more. Weights and cutoff are compared as fractions: "1/3" and the float 1/3
    are a third. ``population`` says how many people a row stands for, such as the household's size; 1 where left out.

    A row with any unknown indicator is left out and counted in ``unknown``, even where what is known of it would do to
    call it poor, since its intensity is not known.

    Raises TsampaError ``measure-matrix``, ``measure-indicator-weights``, ``measure-cutoff``, ``measure-weights-zero``,
    ``measure-all-unknown``, ``measure-empty``, and ``measure-…`` for columns that cannot be read or differ in length.

    Source: Alkire and Foster, Counting and multidimensional poverty measurement, Journal of Public Economics 95 (2011).
    """
    matrix = read_matrix(deprived, _names(weights), flags)
    scale = _Scale.of(weights, matrix.names, cutoff)
    known = np.all([column >= 0 for column in matrix.columns], axis=0)
    people = _people(matrix, population, known)
    lacking = [column[known] == 1 for column in matrix.columns]
    poor = scale.poor(lacking)
    everybody = total(people)
    censored = [total(people[poor & lacks]) / everybody for lacks in lacking]
    return _index(matrix, scale, total(people[poor]) / everybody, censored, known)


def alkire_foster_estimate(
    deprived: Any, weights: Weights, cutoff: Number, index: Index = "mpi", *, indicator: Any = None,
    population: Column | None = None, strata: Column | None = None, clusters: Column | None = None,
    domain: Column | None = None, by: Column | None = None, se: bool = True,
) -> Estimate | dict[Any, Estimate]:  # fmt: skip
    """One index of ``alkire_foster`` with the standard error of the sample's design, that of a mean or a ratio of two.

    ``index`` is ``mpi``, ``headcount``, ``intensity`` (the ratio of the two; ``n`` counts all rows, the poor or not) or
    ``censored``, with the name of its ``indicator``. The other words are as in all estimators.

    Raises TsampaError ``measure-index``, ``measure-undefined`` for the intensity where nobody is poor, and as
    ``alkire_foster``.

    Source: Alkire et al., Multidimensional Poverty Measurement and Analysis (2015), chapter 8.
    """
    matrix = read_matrix(deprived, _names(weights), flags)
    scale = _Scale.of(weights, matrix.names, cutoff)
    if index not in INDICES or (index == "censored" and indicator not in matrix.names):
        raise mistake(
            "measure-index", "there is no such index or indicator",
            "Use mpi, headcount, intensity, or censored with the name of an indicator.", "index",
        )  # fmt: skip
    known = np.all([column >= 0 for column in matrix.columns], axis=0)
    lacking = [column == 1 for column in matrix.columns]
    poor = scale.poor(lacking).astype(np.float64)
    scores = poor * scale.scores(lacking)
    design = read_design(matrix.rows, population, strata, clusters)
    if index == "censored":
        values = poor * lacking[matrix.names.index(indicator)]
    else:
        values = poor if index == "headcount" else scores

    def linearised(rows: Codes) -> Linearised:
        if index == "intensity":
            return _intensity(scores[rows], poor[rows], design.weights[rows], rows)
        value, moved = average(values[rows], design.weights[rows])
        return Linearised(value, rows, moved)

    nobody = np.zeros(matrix.rows, dtype=np.bool_)
    return estimate(Sample(design, known, nobody), linearised, domain, by, se)


def _intensity(scores: Floats, poor: Floats, weights: Floats, rows: Codes) -> Linearised:
    people = total(weights * poor)
    if not people:
        raise mistake(
            "measure-undefined", "nobody is poor", "Use the headcount, which is nought here.", "deprived"
        )
    value = total(weights * scores) / people
    return Linearised(value, rows, lambda: (scores - value * poor) / people)


def alkire_foster_gaps(
    achievements: Any, lines: Sequence[Any] | Mapping[Any, Any], weights: Weights, cutoff: Number, alpha: float = 1, *,
    population: Column | None = None,
) -> float:  # fmt: skip
    """M1, the adjusted poverty gap, or M2, the adjusted severity, where achievements are numbers.

    Deprived is who achieves less than the indicator's line; poor is who is deprived as ``alkire_foster`` says. The
    measure is the mean over all people of the weighted sum, among the poor, of ((line - achievement) / line) ** alpha;
    ``alpha`` 0 gives M0. Rows with anything unknown are left out. ``lines`` are above nought, in the columns' order or
    by name.

    Raises TsampaError ``measure-line``, ``measure-alpha`` and as ``alkire_foster``.
    """
    power = exponent(alpha)
    matrix = read_matrix(achievements, _names(weights) or _names(lines), numbers)
    scale = _Scale.of(weights, matrix.names, cutoff)
    known = np.all([~np.isnan(column) for column in matrix.columns], axis=0)
    people = _people(matrix, population, known)
    pairs = zip(matrix.columns, _lines(lines, matrix), strict=True)
    gaps = [np.where(column[known] < line, (line - column[known]) / line, np.nan) for column, line in pairs]
    poor = scale.poor([~np.isnan(gap) for gap in gaps])
    sums = [total((people * _power(gap, power))[poor]) for gap in gaps]
    return fsum(float(part) * one for part, one in zip(scale.shares, sums, strict=True)) / total(people)


@dataclass(frozen=True)
class _Scale:
    """The indicators' weights as whole numbers, and how many of these a poor row has at least."""

    shares: list[Fraction]
    points: list[int]
    enough: int

    @staticmethod
    def of(weights: Weights, names: list[Any], cutoff: Number) -> _Scale:
        given = [exactly(weight, "weights") for weight in _by_name(weights, names, "weights")]
        if any(weight < 0 for weight in given) or not sum(given):
            raise mistake(
                "measure-indicator-weights", "a weight is below nought, or all are nought",
                "Give each indicator a weight of nought or more.", "weights",
            )  # fmt: skip
        shares = [weight / sum(given) for weight in given]
        whole = lcm(*(share.denominator for share in shares))
        return _Scale(shares, [int(share * whole) for share in shares], ceil(_cutoff(cutoff) * whole))

    def poor(self, lacking: list[Flags]) -> Flags:
        """Whose weighted score reaches the cutoff, in whole numbers and so exactly."""
        kind = np.int64 if sum(self.points) < 2**62 else object
        score: npt.NDArray[Any] = np.zeros(len(lacking[0]), dtype=kind)
        for lacks, points in zip(lacking, self.points, strict=True):
            score = score + lacks.astype(kind) * points
        return np.asarray(score >= self.enough, dtype=np.bool_)

    def scores(self, lacking: list[Flags]) -> Floats:
        """Each row's weighted share of indicators, rounded once."""
        whole = sum(self.points)
        kind = np.int64 if whole < 2**53 else object
        score: npt.NDArray[Any] = np.zeros(len(lacking[0]), dtype=kind)
        for lacks, points in zip(lacking, self.points, strict=True):
            score = score + lacks.astype(kind) * points
        return np.asarray(score / whole, dtype=np.float64)


def _index(
    matrix: Matrix, scale: _Scale, headcount: float, censored: list[float], known: Flags
) -> AlkireFoster:
    parts = [float(share) * one for share, one in zip(scale.shares, censored, strict=True)]
    mpi = fsum(parts)
    return AlkireFoster(
        headcount,
        mpi / headcount if headcount else None,
        mpi,
        dict(zip(matrix.names, censored, strict=True)),
        {name: part / mpi if mpi else 0.0 for name, part in zip(matrix.names, parts, strict=True)},
        int(known.sum()),
        int((~known).sum()),
    )


def _cutoff(cutoff: Number) -> Fraction:
    found = exactly(cutoff, "cutoff")
    if not 0 < found <= 1:
        raise mistake(
            "measure-cutoff", "the cutoff is a share of all indicators, above 0 and at most 1",
            "Give 1/3 as '1/3', for example.", "cutoff",
        )  # fmt: skip
    return found


def _people(matrix: Matrix, population: Column | None, known: Flags) -> Floats:
    """How many people the known rows stand for."""
    if not known.any():
        raise nothing_known() if matrix.rows else no_rows()
    people = read_design(matrix.rows, population, None, None).weights[known]
    if not total(people):
        raise no_weight()
    return people


def _names(given: object) -> list[Any] | None:
    return list(given) if isinstance(given, Mapping) else None


def _by_name(given: Sequence[Any] | Mapping[Any, Any], names: list[Any], what: str) -> list[Any]:
    """What is given for each indicator, in the columns' order."""
    if len(given) != len(names) or (isinstance(given, Mapping) and set(given) != set(names)):
        raise mistake(
            "measure-matrix", f"it does not fit the {len(names)} indicators",
            "Give one value for each indicator, by the same name or in the same order.", what,
        )  # fmt: skip
    return [given[name] for name in names] if isinstance(given, Mapping) else list(given)


def _lines(lines: Sequence[Any] | Mapping[Any, Any], matrix: Matrix) -> list[float]:
    found: list[float] = numbers(_by_name(lines, matrix.names, "lines"), "lines").tolist()
    if not all(line > 0 for line in found):
        raise mistake(
            "measure-line", "a poverty line is not above nought", "Give lines above nought.", "lines"
        )
    return found


def _power(gap: Floats, power: float) -> Floats:
    """Nought for those without a gap (NaN), whatever the power."""
    return by_pieces(lambda piece: [one**power if one == one else 0.0 for one in piece], gap)
