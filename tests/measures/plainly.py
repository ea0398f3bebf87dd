"""The measures once more, from their definitions: plain loops over people, slow, and written without the library.

A standard error is worked out from nothing but a value as a function of the weights: each row's derivative is found by
changing its weight a little.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log, sqrt
from typing import Any

Value = Callable[[Sequence[Any]], Any]
"""A measure as a function of the weights alone."""


def fgt(incomes, weights, line, alpha):
    gaps = [((line - y) / line) ** alpha if y < line else 0 for y in incomes]
    return sum(w * gap for w, gap in zip(weights, gaps, strict=True)) / sum(weights)


def watts(incomes, weights, line):
    logs = [log(line / y) if y < line else 0.0 for y in incomes]
    return sum(float(w) * one for w, one in zip(weights, logs, strict=True)) / float(sum(weights))


def gini(incomes, weights):
    people = list(zip(incomes, weights, strict=True))
    differences = sum(v * w * abs(x - y) for x, v in people for y, w in people)
    return differences / (2 * sum(weights) * sum(y * w for y, w in people))


def gini_of_upper_ranks(incomes, weights):
    """Of rows in ascending order of income, all different: each at the upper end of its people."""
    rank, ranked = 0, 0
    for y, w in sorted(zip(incomes, weights, strict=True)):
        rank += w
        ranked += (2 * rank - 1) * w * y
    return ranked / (sum(weights) * sum(y * w for y, w in zip(incomes, weights, strict=True))) - 1


def theil(incomes, weights):
    mean = sum(y * w for y, w in zip(incomes, weights, strict=True)) / sum(weights)
    return sum(float(w * y / mean) * log(y / mean) for y, w in zip(incomes, weights, strict=True)) / float(
        sum(weights)
    )


def standard_error(value: Value, weights, strata=None, clusters=None) -> float:
    """Clusters drawn with replacement in each stratum; a stratum with one cluster adds nothing."""
    step = Fraction(1, 10**6)
    exact = [Fraction(w) for w in weights]
    scores = []
    for place, weight in enumerate(exact):
        more, less = list(exact), list(exact)
        more[place], less[place] = weight + step, weight - step
        scores.append(float(value(more) - value(less)) / float(2 * step))
    return spread_of(scores, weights, strata, clusters)


def spread_of(scores, weights, strata=None, clusters=None) -> float:
    strata = strata or [0] * len(scores)
    clusters = clusters or range(len(scores))
    totals: dict[Any, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
    for score, weight, stratum, cluster in zip(scores, weights, strata, clusters, strict=True):
        totals[stratum][cluster] += score * float(weight)
    variance = 0.0
    for drawn in totals.values():
        if len(drawn) > 1:
            mean = sum(drawn.values()) / len(drawn)
            variance += len(drawn) / (len(drawn) - 1) * sum((one - mean) ** 2 for one in drawn.values())
    return sqrt(variance)
