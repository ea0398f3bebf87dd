"""The design of a sample, weights, strata and clusters, and the standard errors that follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import fsum, sqrt

import numpy as np

from tsampa.measures.columns import PIECE, Codes, Column, Floats, labels, numbers, same_length
from tsampa.measures.mistakes import mistake

__all__ = ["Design", "Reach", "read_design", "slices", "total"]


def total(values: Floats) -> float:
    """The exactly rounded sum: the same in any order and on any processor."""
    pieces = (values[start : start + PIECE] for start in range(0, len(values), PIECE))
    return fsum(chain.from_iterable(piece.tolist() for piece in pieces))


def slices(codes: Codes) -> Iterator[tuple[int, Codes]]:
    """Each code that occurs, with the places where it stands; codes ascending, places in their order."""
    order = np.argsort(codes, kind="stable")
    placed = codes[order]
    starts = np.flatnonzero(np.diff(placed, prepend=-1))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(placed)], strict=True):
        yield int(placed[start]), order[start:end]


@dataclass(frozen=True)
class Reach:
    """How much of the design some rows lie in."""

    clusters: int
    strata: int
    lonely: int
    """The strata among them of which the whole sample has one cluster only."""


@dataclass(frozen=True)
class Design:
    """Who was drawn how: for each row its weight, its stratum and its cluster; ``sizes`` counts each stratum's clusters.

    Without ``strata`` all rows are of one, without ``clusters`` each is one.
    """

    weights: Floats
    strata: Codes | None
    clusters: Codes | None
    sizes: Codes

    def reach(self, rows: Codes) -> Reach:
        """The clusters and strata that have one of the rows, of which there is one or more."""
        strata = np.zeros(1, dtype=np.int64) if self.strata is None else _different(self.strata[rows])
        clusters = len(rows) if self.clusters is None else len(_different(self.clusters[rows]))
        return Reach(clusters, len(strata), int((self.sizes[strata] == 1).sum()))

    def standard_error(self, rows: Codes, scores: Floats) -> float:
        """Of the weighted sum of the scores; the scores of all other rows are nought.

        Clusters count as drawn with replacement within their stratum. A stratum with a single cluster adds nothing.
        """
        totals, firsts = self._cluster_totals(rows, self.weights[rows] * scores)
        if self.strata is None:
            return sqrt(_spread(totals, int(self.sizes[0])))
        strata = slices(self.strata[firsts])
        return sqrt(fsum(_spread(totals[places], int(self.sizes[code])) for code, places in strata))

    def _cluster_totals(self, rows: Codes, values: Floats) -> tuple[Floats, Codes]:
        """The total of each cluster, and one of its rows."""
        if self.clusters is None:
            return values, rows
        order = np.argsort(self.clusters[rows], kind="stable")
        starts = np.flatnonzero(np.diff(self.clusters[rows][order], prepend=-1))
        listed = values[order].tolist()
        ends = [*starts[1:].tolist(), len(listed)]
        totals = [fsum(listed[start:end]) for start, end in zip(starts.tolist(), ends, strict=True)]
        return np.array(totals), rows[order[starts]]


def _different(codes: Codes) -> Codes:
    placed = np.sort(codes)
    return placed[np.diff(placed, prepend=-1) > 0]


def _spread(totals: Floats, clusters: int) -> float:
    """What a stratum adds to the variance; those of its clusters that have no total here have nought."""
    if clusters == 1:
        return 0.0
    mean = total(totals) / clusters
    squares = total((totals - mean) ** 2) + (clusters - len(totals)) * mean**2
    return clusters / (clusters - 1) * squares


def read_design(rows: int, weights: Column | None, strata: Column | None, clusters: Column | None) -> Design:
    """The design of a sample of so many rows. A cluster's name counts within its stratum only.

    Raises TsampaError ``measure-design-unknown``, ``measure-weight-negative``, ``measure-lengths-differ``.
    """
    weighed = np.ones(rows) if weights is None else _weights(weights, rows)
    stratum = None if strata is None else _codes(strata, rows, "strata")
    if clusters is None:
        return Design(weighed, stratum, None, _sizes(stratum, rows))
    named = _codes(clusters, rows, "clusters")
    both = named if stratum is None else stratum * (named.max(initial=0) + 1) + named
    _, first, cluster = np.unique(both, return_index=True, return_inverse=True)
    of_each = None if stratum is None else stratum[first]
    return Design(weighed, stratum, cluster.astype(np.int64), _sizes(of_each, len(first)))


def _sizes(strata: Codes | None, clusters: int) -> Codes:
    """How many clusters each stratum has, their strata being these."""
    return np.array([clusters], dtype=np.int64) if strata is None else np.bincount(strata)


def _weights(weights: Column, rows: int) -> Floats:
    found = numbers(weights, "weights")
    same_length(found, rows, "weights")
    _all_known(int(np.isnan(found).sum()), "weights")
    if (found < 0).any():
        raise mistake(
            "measure-weight-negative", "a weight is below nought",
            "Give each row a weight of nought or more: how many people it stands for.", "weights",
        )  # fmt: skip
    return found


def _codes(values: Column, rows: int, name: str) -> Codes:
    found, _ = labels(values, name)
    same_length(found, rows, name)
    _all_known(int((found < 0).sum()), name)
    return found


def _all_known(unknown: int, name: str) -> None:
    if unknown:
        raise mistake(
            "measure-design-unknown", f"it is unknown in {unknown} rows",
            "Say each row's weight, stratum and cluster; only what is measured may be unknown.", name,
        )  # fmt: skip
