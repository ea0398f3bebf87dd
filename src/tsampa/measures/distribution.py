"""Quantiles of a weighted distribution, and how dense it is at a point."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, pi, sqrt

import numpy as np

from tsampa.measures.columns import Floats, by_pieces
from tsampa.measures.design import total

__all__ = ["Kernel", "quantile"]


_HAIR = 1e-12
"""Weights such as 0.1 do not add up exactly: a share that is short by this much of it counts as reached."""


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """The least value that, with all below it, holds at least this share of the weight."""
    order = np.lexsort((weights, values))
    wanted = share * total(weights) * (1 - _HAIR)
    place = int(np.searchsorted(np.cumsum(weights[order]), wanted))
    return float(values[order[min(place, len(order) - 1)]])


@dataclass(frozen=True)
class Kernel:
    """A normal kernel over weighted values; its bandwidth is their standard deviation over the fifth root of the weight."""

    values: Floats
    weights: Floats
    bandwidth: float

    @staticmethod
    def over(values: Floats, weights: Floats) -> Kernel | None:
        """None where all values are the same, which has no density."""
        people = total(weights)
        mean = total(weights * values) / people
        deviation = sqrt(total(weights * (values - mean) ** 2) / people)
        return Kernel(values, weights, deviation / people**0.2) if deviation > 0 else None

    def at(self, point: float) -> tuple[float, float]:
        """At this point: how many people there are per unit of income, and how much income they have per unit."""
        away = (self.values - point) / self.bandwidth
        heights = by_pieces(lambda piece: map(exp, piece), -away * away / 2)
        near = self.weights * heights / (self.bandwidth * sqrt(2 * pi))
        return total(near), total(near * self.values)
