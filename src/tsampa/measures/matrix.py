"""Reads a table of indicators: rows in a list, a two-dimensional array, or named columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from arro3.core import Table

from tsampa.measures.columns import Column, same_length
from tsampa.measures.mistakes import mistake, no_rows

__all__ = ["Matrix", "read_matrix"]


@dataclass(frozen=True)
class Matrix:
    """Columns of one length, by their names; places from 0 on stand for names where none are given."""

    names: list[Any]
    columns: list[npt.NDArray[Any]]
    rows: int


def read_matrix(
    given: Any, names: list[Any] | None, read: Callable[[Column, str], npt.NDArray[Any]]
) -> Matrix:
    """The table, each column read by ``read``. ``names`` are those of columns that have none of their own.

    Raises TsampaError ``measure-matrix`` and what ``read`` raises.
    """
    columns = _columns(given)
    if not isinstance(columns, dict):
        fitting = names if names and len(names) == len(columns) else list(range(len(columns)))
        columns = dict(zip(fitting, columns, strict=True))
    if not columns:
        raise _no_matrix()
    found = [read(column, str(name)) for name, column in columns.items()]
    for name, column in zip(columns, found, strict=True):
        same_length(column, len(found[0]), str(name))
    return Matrix(list(columns), found, len(found[0]))


def _columns(given: Any) -> dict[Any, Any] | list[Any]:
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, np.ndarray) and given.ndim == 2:
        return list(given.T)
    if hasattr(given, "__arrow_c_stream__"):
        table = Table.from_arrow(given)
        return {name: table.column(name) for name in table.column_names}
    if isinstance(given, Sequence) and all(isinstance(row, (Sequence, np.ndarray)) for row in given):
        if len({len(row) for row in given}) == 1:
            return [list(column) for column in zip(*given, strict=True)]
        raise _no_matrix() if given else no_rows()
    raise _no_matrix()


def _no_matrix() -> Exception:
    return mistake(
        "measure-matrix", "this is no table of indicators",
        "Give a list of rows of one length, a two-dimensional array, or named columns.",
    )  # fmt: skip
