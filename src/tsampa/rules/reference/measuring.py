"""A measure read row by row: the reference engine's columns for ``tsampa.rules.estimates``."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import nan
from typing import Any

import numpy as np

from tsampa.rules import nodes as n
from tsampa.rules.estimates import Estimated, Measured, estimate_measure

__all__ = ["measure_of"]

At = Callable[[n.Node, str], Any]


def measure_of(node: n.Measure, keys: list[str], at: At) -> Estimated:
    """The measure over the rows of these keys; ``at`` reads a node at one of them."""

    def numbers(one: n.Node | None) -> Any:
        return None if one is None else np.array([_float(at(one, key)) for key in keys], dtype=np.float64)

    def texts(one: n.Node | None) -> list[str | None] | None:
        return None if one is None else [at(one, key) for key in keys]

    where = np.ones(len(keys)) if node.rows.where is None else numbers(node.rows.where)
    constant = _float(at(node.constant, keys[0])) if node.constant is not None and keys else nan
    found = Measured(
        where, tuple(numbers(one) for one in node.values), numbers(node.line), numbers(node.weights),
        texts(node.strata), texts(node.clusters), None if constant != constant else constant,
    )  # fmt: skip
    return estimate_measure(node, found)


def _float(value: bool | Fraction | None) -> float:
    return nan if value is None else float(value)
