"""From a measure's node and the columns it reads to its estimate: what both engines ask of ``tsampa.measures``.

What cannot be judged is counted apart: a row of which the income, line, weight, an indicator, its stratum or cluster, or
whether it is in at all, is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from tsampa import measures
from tsampa.errors import TsampaError
from tsampa.measures import Estimate, Survey
from tsampa.rules import nodes as n

__all__ = ["Estimated", "Measured", "estimate_measure"]

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.float64]
"""1, 0, and NaN for unknown."""


@dataclass(frozen=True)
class Measured:
    """What a measure reads of some rows, in order of key. ``constant`` is None where it has none or it is unknown."""

    where: Truths
    values: tuple[Floats, ...]
    line: Floats | None
    weights: Floats | None
    strata: list[str | None] | None
    clusters: list[str | None] | None
    constant: float | None

    @property
    def unknown(self) -> npt.NDArray[np.bool_]:
        """The rows that may be in and cannot be judged."""
        numbers = [*self.values, *(one for one in (self.line, self.weights) if one is not None)]
        found = np.isnan(self.where)
        for one in numbers:
            found = found | np.isnan(one)
        found = (found | self._unplaced()) & (self.where != 0)
        return np.asarray(found, dtype=np.bool_)

    def _unplaced(self) -> npt.NDArray[np.bool_]:
        """The rows whose stratum or cluster is unknown."""
        found = np.zeros(len(self.where), dtype=np.bool_)
        for labels in (self.strata, self.clusters):
            if labels is not None:
                found |= np.fromiter((one is None for one in labels), dtype=np.bool_, count=len(labels))
        return found

    def placed(self) -> Measured:
        """Without the rows that have no known place in the sample, and with no weight where it is unknown."""
        keep = ~self._unplaced()
        if keep.all() and (self.weights is None or not np.isnan(self.weights).any()):
            return self
        weights, where = self.weights, self.where[keep]
        values = tuple(one[keep] for one in self.values)
        if weights is not None:
            heavy = weights[keep]
            missing = np.isnan(heavy)
            weights = np.where(missing, 0.0, heavy)
            values = tuple(np.where(missing, np.nan, one) for one in values)
        return Measured(
            where, values, None if self.line is None else self.line[keep], weights,
            _kept(self.strata, keep), _kept(self.clusters, keep), self.constant,
        )  # fmt: skip


@dataclass(frozen=True)
class Estimated:
    """A measure's value and how sure it is; ``se`` and the 95 % interval only where the figure says how rows were drawn.

    ``n`` counts the rows it rests on, ``unknown`` those that could not be judged, ``left_out`` those it has no place for.
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    unknown: int
    left_out: int


def estimate_measure(node: n.Measure, rows: Measured) -> Estimated:
    """The measure over the rows of one area. Raises TsampaError ``measure-…`` for a line or constant that cannot be."""
    unknown = int(rows.unknown.sum())
    placed = rows.placed()
    if not len(placed.where) or (node.constant is not None and rows.constant is None):
        return Estimated(None, None, None, None, 0, unknown, 0)
    try:
        found = _WORK[node.how](node, placed)
    except TsampaError as error:
        if error.code in measures.NOTHING_TO_ESTIMATE:
            return Estimated(None, None, None, None, 0, unknown, 0)
        raise TsampaError(error.code, error.message, where=node.at, remedy=error.remedy) from None
    low, high = found.ci() or (None, None)
    return Estimated(found.value, found.se, low, high, found.n, unknown, found.left_out)


def _kept(labels: list[str | None] | None, keep: npt.NDArray[np.bool_]) -> list[str | None] | None:
    return None if labels is None else [one for one, held in zip(labels, keep.tolist(), strict=True) if held]


def _survey(rows: Measured) -> Survey:
    """The words all estimators share. Rows out of the domain stay in the design. Where nothing is drawn nothing is unsure."""
    everybody = bool((rows.where == 1).all())
    return {
        "weights": rows.weights, "strata": rows.strata, "clusters": rows.clusters,
        "domain": None if everybody else rows.where, "se": rows.strata is not None or rows.clusters is not None,
    }  # fmt: skip


def _exact(value: float) -> Fraction:
    return Fraction(value).limit_denominator(1_000_000)


def _fgt(node: n.Measure, rows: Measured) -> Estimate:
    assert rows.line is not None
    assert rows.constant is not None
    return measures.fgt(rows.values[0], rows.line, rows.constant, **_survey(rows))


def _watts(node: n.Measure, rows: Measured) -> Estimate:
    assert rows.line is not None
    return measures.watts(rows.values[0], rows.line, **_survey(rows))


def _at_risk(node: n.Measure, rows: Measured) -> Estimate:
    assert rows.constant is not None
    return measures.at_risk_of_poverty(rows.values[0], share=_exact(rows.constant), **_survey(rows))


def _gini(node: n.Measure, rows: Measured) -> Estimate:
    return measures.gini(
        rows.values[0], ranks="middle" if node.form == "middle" else "upper", **_survey(rows)
    )


def _theil(node: n.Measure, rows: Measured) -> Estimate:
    return measures.theil(rows.values[0], **_survey(rows))


def _qsr(node: n.Measure, rows: Measured) -> Estimate:
    return measures.qsr(rows.values[0], **_survey(rows))


def _alkire_foster(node: n.Measure, rows: Measured) -> Estimate:
    assert rows.constant is not None
    survey: dict[str, Any] = {**_survey(rows)}
    survey["population"] = survey.pop("weights")
    needs = dict(zip(node.names, rows.values, strict=True))
    shares = dict(zip(node.names, node.shares, strict=True))
    found = measures.alkire_foster_estimate(
        needs,
        shares,
        _exact(rows.constant),
        cast(measures.Index, node.form),
        indicator=node.of or None,
        **survey,
    )
    assert isinstance(found, Estimate)
    return found


_WORK: dict[str, Callable[[n.Measure, Measured], Estimate]] = {
    "fgt": _fgt, "watts": _watts, "at_risk_of_poverty": _at_risk, "gini": _gini, "theil": _theil, "qsr": _qsr,
    "alkire_foster": _alkire_foster,
}  # fmt: skip
