"""An estimate with its standard error, for everybody, for a domain, or for each of many groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, TypedDict

import numpy as np

from tsampa.errors import TsampaError
from tsampa.measures.columns import Codes, Column, Flags, Floats, flags, labels, same_length
from tsampa.measures.design import Design, total
from tsampa.measures.mistakes import NOTHING_TO_ESTIMATE, mistake, no_rows, no_weight, nothing_known

__all__ = ["Estimate", "Linearised", "Sample", "Scores", "Survey", "average", "estimate"]


class Survey(TypedDict, total=False):
    """The words that all estimators take, ``by`` apart."""

    weights: Column | None
    strata: Column | None
    clusters: Column | None
    domain: Column | None
    se: bool
    """False where nobody asks for the standard error: it takes more time than the value, and half as much memory again."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure of a population, estimated from a sample.

    ``value`` is None only for a group of ``by`` of which nothing can be said; ``unknown`` then says why.
    ``se`` is the standard error by the sample's design, None where it was not asked for or the design gives none: rows of
    a single cluster, or of strata that have one cluster each. ``n`` counts the rows the value rests on (weight above nought), ``unknown``
    the rows left out because something of them is unknown, ``left_out`` those whose income the measure has no place
    for (nought or less, for Watts and Theil). ``lonely_strata`` counts the strata with a single cluster, which add
    nothing to ``se``. ``degrees_of_freedom`` is clusters less strata, among those with a row of the estimate.
    ``line`` is the poverty line where there is one for all.
    """

    value: float | None
    se: float | None
    degrees_of_freedom: int
    n: int
    unknown: int
    left_out: int = 0
    lonely_strata: int = 0
    line: float | None = None

    def ci(self, level: float = 0.95) -> tuple[float, float] | None:
        """The confidence interval by the normal distribution; None where there is no standard error.

        Raises TsampaError ``measure-level`` unless 0 < level < 1.
        """
        if not 0 < level < 1:
            raise mistake("measure-level", "a level lies between 0 and 1", "Give 0.95, for example.", "level")
        if self.value is None or self.se is None:
            return None
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.se
        return self.value - reach, self.value + reach


Scores = Callable[[], Floats | None]


@dataclass(frozen=True)
class Linearised:
    """A value, and how much each of these rows moves it: the derivative by the row's weight, worked out when it is asked for.

    None: it has none.
    """

    value: float
    rows: Codes
    scores: Scores
    line: float | None = None


@dataclass(frozen=True)
class Sample:
    """The rows of a survey: their design, which are known, and which of these the measure leaves out."""

    design: Design
    known: Flags
    left_out: Flags

    def used(self) -> Codes:
        """The rows that any estimate may rest on."""
        return np.flatnonzero(self.known & ~self.left_out & (self.design.weights > 0))


Work = Callable[[Codes], Linearised]


@dataclass(frozen=True)
class _Part:
    """The rows of one estimate, and how many are not among them."""

    rows: Codes
    unknown: int
    left_out: int


def estimate(
    sample: Sample, work: Work, domain: Column | None, by: Column | None, se: bool
) -> Estimate | dict[Any, Estimate]:
    """What ``work`` finds for the domain, or for each group in it; with the standard error where ``se`` asks for it.

    Raises TsampaError ``measure-empty``, ``measure-all-unknown``, ``measure-weights-zero``; with ``by`` such a group
    has an estimate without value.
    """
    if domain is None and by is None:
        return _settle(sample, work, _everybody(sample), se)
    rows = len(sample.known)
    inside = np.ones(rows, dtype=np.int64) if domain is None else flags(domain, "domain")
    same_length(inside, rows, "domain")
    if by is None:
        one = next(_parts(sample, inside, np.zeros(rows, dtype=np.int64), 1))
        return _settle(sample, work, one, se)
    codes, names = labels(by, "by")
    same_length(codes, rows, "by")
    present = np.bincount(codes[(codes >= 0) & (inside != 0)], minlength=len(names)).tolist()
    parts = zip(names, present, _parts(sample, inside, codes, len(names)), strict=True)
    found = {name: _settle_group(sample, work, part, se) for name, times, part in parts if times}
    return {name: found[name] for name in _in_order(found)}


def average(values: Floats, weights: Floats) -> tuple[float, Callable[[], Floats]]:
    """The weighted mean, and how much each row moves it."""
    people = total(weights)
    mean = total(weights * values) / people
    return mean, lambda: (values - mean) / people


def _everybody(sample: Sample) -> _Part:
    left_out = int((sample.known & sample.left_out).sum())
    rows = np.flatnonzero(sample.known & ~sample.left_out)
    return _Part(rows, len(sample.known) - len(rows) - left_out, left_out)


def _parts(sample: Sample, inside: Codes, codes: Codes, groups: int) -> Iterator[_Part]:
    """A row that may be of a group, its domain or group being unknown, counts there as unknown."""
    named = codes >= 0
    sure = named & (inside == 1)
    unknown = _times(codes[(sure & ~sample.known) | (named & (inside == -1))], groups)
    anywhere = int((~named & (inside != 0)).sum())
    left_out = _times(codes[sure & sample.known & sample.left_out], groups)
    rows = np.flatnonzero(sure & sample.known & ~sample.left_out)
    rows = rows[np.argsort(codes[rows], kind="stable")]
    ends = np.cumsum(_times(codes[rows], groups)).tolist()
    for code in range(groups):
        start = ends[code - 1] if code else 0
        yield _Part(rows[start : ends[code]], int(unknown[code]) + anywhere, int(left_out[code]))


def _times(codes: Codes, groups: int) -> Codes:
    return np.bincount(codes, minlength=groups)


def _settle(sample: Sample, work: Work, part: _Part, se: bool) -> Estimate:
    rows = part.rows[sample.design.weights[part.rows] > 0]
    if not len(rows):
        raise _nothing(part)
    found, reach = work(rows), sample.design.reach(rows)
    scores = found.scores() if se and reach.clusters > 1 and reach.strata > reach.lonely else None
    error = None if scores is None else sample.design.standard_error(found.rows, scores)
    return Estimate(
        found.value, error, reach.clusters - reach.strata, len(rows), part.unknown, part.left_out, reach.lonely, found.line
    )  # fmt: skip


def _settle_group(sample: Sample, work: Work, part: _Part, se: bool) -> Estimate:
    try:
        return _settle(sample, work, part, se)
    except TsampaError as error:
        if error.code not in NOTHING_TO_ESTIMATE:
            raise
        return Estimate(None, None, 0, 0, part.unknown, part.left_out)


def _nothing(part: _Part) -> TsampaError:
    if part.left_out:  # before the weights: rows above nought that stand for nobody are as good as none
        return mistake(
            "measure-no-positive-income", "no income is above nought",
            "This measure rests on incomes above nought; use fgt or gini where there are none.", "income",
        )  # fmt: skip
    if len(part.rows):
        return no_weight()
    return nothing_known() if part.unknown else no_rows()


def _in_order(names: dict[Any, Any]) -> list[Any]:
    """Smaller names first, whatever the order of rows; names of several kinds stand kind by kind."""
    try:
        return sorted(names)
    except TypeError:
        return sorted(names, key=lambda name: (type(name).__name__, str(name)))
