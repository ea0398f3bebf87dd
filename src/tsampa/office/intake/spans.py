"""Times in which rows hold: from ``since`` until the day before ``until``, and which of them touch."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

__all__ = ["colliding", "ends_before_it_begins"]

FOREVER = "9999-12-31"
Values = dict[str, Any]


def colliding(rows: Iterable[Values], key: str = "code") -> set[str]:
    """The codes of rows that hold at the same time as another of them."""
    ordered = sorted(rows, key=lambda row: (row["since"], row[key]))
    return {
        one[key]
        for first, second in combinations(ordered, 2)
        if second["since"] < (first.get("until") or FOREVER)
        for one in (first, second)
    }


def ends_before_it_begins(values: Values) -> bool:
    """Whether the row ends before, or on the day, it begins."""
    return bool(values.get("until")) and values.get("since", "") >= values["until"]
