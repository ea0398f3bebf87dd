"""Reads what callers have, lists, NumPy arrays and Arrow columns, as arrays in which the unknown can be told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from arro3.core import Array, ChunkedArray, DataType

from tsampa.measures.mistakes import mistake

__all__ = [
    "Codes",
    "Column",
    "Flags",
    "Floats",
    "Number",
    "by_pieces",
    "exactly",
    "exponent",
    "flags",
    "labels",
    "listed",
    "number",
    "numbers",
    "same_length",
]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int64]


class ArrowArray(Protocol):
    """Anything that hands itself over as an Arrow array."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


class ArrowStream(Protocol):
    """Anything that hands itself over as a stream of Arrow arrays."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Column: TypeAlias = Sequence[Any] | npt.NDArray[Any] | ArrowArray | ArrowStream
"""One value a row: a list or tuple, a NumPy array, or an Arrow column such as Polars and pyarrow have."""
Number: TypeAlias = float | Fraction | Decimal | str
"""A single number; as text or fraction it is meant exactly."""

PIECE = 1 << 16
"""So many numbers are Python's own at a time: a nation's would take thrice the memory of the array."""
_LARGEST = 1e60
"""The products of three such numbers are finite."""


def numbers(values: Column, name: str) -> Floats:
    """The column as 64-bit floats, each number rounded to the nearest; NaN stands for unknown.

    Raises TsampaError ``measure-column``, ``measure-not-a-number`` or ``measure-not-finite``, naming the column.
    """
    found = _floats(_opened(values, name))
    if found is None:
        raise _no_number(name)
    if found.ndim != 1:
        raise _no_column(name)
    if (np.abs(found) > _LARGEST).any():
        raise mistake(
            "measure-not-finite", "a value is infinite or beyond all measure",
            "Give numbers up to 1e60, and None where one is not known.", name,
        )  # fmt: skip
    return found


def labels(values: Column, name: str) -> tuple[Codes, list[Any]]:
    """The column as whole numbers, one for each different label and -1 for unknown; and the labels in their order.

    Raises TsampaError ``measure-column`` or ``measure-label``.
    """
    given = _opened(values, name)
    if isinstance(given, np.ndarray) and given.dtype.kind in "biu" and given.ndim == 1:
        different, found = np.unique(given, return_inverse=True)
        return found.astype(np.int64), different.tolist()
    codes: dict[Any, int] = {}
    try:
        found = np.fromiter((_code(one, codes) for one in _listed(given)), dtype=np.int64)
    except TypeError:
        raise mistake(
            "measure-label", "not every value can name a group",
            "Give texts or whole numbers, and None where one is not known.", name,
        ) from None  # fmt: skip
    return found, list(codes)


def flags(values: Column, name: str) -> Codes:
    """The column as 1 for true, 0 for false and -1 for unknown; numbers 1 and 0 are true and false too.

    Raises TsampaError ``measure-column`` or ``measure-not-true-or-false``.
    """
    found = _floats(_opened(values, name))
    if found is None or found.ndim != 1 or not (np.isnan(found) | (found == 0) | (found == 1)).all():
        raise mistake(
            "measure-not-true-or-false", "not every value is true or false",
            "Give true, false, or None where it is not known.", name,
        )  # fmt: skip
    return np.where(np.isnan(found), -1, found).astype(np.int64)


def listed(values: Column, name: str) -> list[Any]:
    """The column as a list of Python's own values, each as exact as it was given. Raises TsampaError ``measure-column``."""
    return _listed(_opened(values, name))


def same_length(found: Sized, rows: int, name: str) -> None:
    """Raises TsampaError ``measure-lengths-differ`` where the column has not as many values as there are rows."""
    if len(found) != rows:
        raise mistake(
            "measure-lengths-differ", f"it has {len(found)} values, and there are {rows} rows",
            "Give every column one value a row.", name,
        )  # fmt: skip


def number(value: object) -> float | None:
    """The value as a float where it is a single number, None where it may be a column."""
    if isinstance(value, (Real, Decimal, np.number)):
        return float(value)
    return None


def by_pieces(work: Callable[..., Iterable[float]], *columns: Floats) -> Floats:
    """The column that ``work`` makes of these, handed to it as lists, a piece at a time."""
    found = np.empty(len(columns[0]))
    for start in range(0, len(found), PIECE):
        piece = slice(start, start + PIECE)
        listed = [column[piece].tolist() for column in columns]
        found[piece] = list(work(*listed))
    return found


def exponent(alpha: object) -> float:
    """The power that gaps are raised to. Raises TsampaError ``measure-alpha``."""
    found = number(alpha)
    if found is None or not found >= 0:
        raise mistake(
            "measure-alpha", "alpha is no number from 0 on",
            "Give 0 for how many, 1 for how far, 2 for how severely.", "alpha",
        )  # fmt: skip
    return found


def exactly(value: Number, name: str) -> Fraction:
    """The fraction that is meant: of a float the simplest one that rounds to it, so that 1/3 is a third.

    Raises TsampaError ``measure-not-a-number``.
    """
    try:
        if isinstance(value, float | np.floating):
            simple = Fraction(float(value)).limit_denominator(1_000_000)
            return simple if float(simple) == value else Fraction(repr(float(value)))
        return Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        raise _no_number(name) from None


def _opened(values: Any, name: str) -> npt.NDArray[Any] | list[Any]:
    """The column as an array of one NumPy kind or as a list of whatever it holds."""
    if isinstance(values, np.ma.MaskedArray) or (isinstance(values, np.ndarray) and values.dtype == object):
        return list(values.tolist())
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, (list, tuple)):
        return list(values)
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        return _from_arrow(_arrow(values, name))
    if hasattr(values, "__array__"):
        return _opened(np.asarray(values), name)
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes)):
        return list(values)
    raise _no_column(name)


def _arrow(values: Any, name: str) -> Any:
    try:
        if hasattr(values, "__arrow_c_array__"):
            return ChunkedArray([Array.from_arrow(values)])
        return ChunkedArray.from_arrow(values)
    except Exception:  # arro3 says no more of a kind it cannot take, such as Arrow's null
        raise _no_column(name) from None


def _from_arrow(column: Any) -> npt.NDArray[Any] | list[Any]:
    """NumPy cannot hold what is unknown, so a column with nulls, or of texts, becomes a list."""
    kind = column.type
    if column.null_count or not len(column):
        return list(column.to_pylist())
    if DataType.is_decimal(kind):
        return _from_decimals(column)
    return np.asarray(column.to_numpy()) if DataType.is_numeric(kind) else list(column.to_pylist())


def _from_decimals(column: Any) -> Floats | list[Any]:
    """As floats where that rounds once: whole numbers that a float holds, over a power of ten. Else digit by digit."""
    found = np.asarray(column.cast(DataType.float64()).to_numpy())
    digits = -column.slice(0, 1).to_pylist()[0].as_tuple().exponent
    fits = digits <= 22 and np.abs(found).max() * 10.0**digits < 2**53
    return found if fits else list(column.to_pylist())


def _floats(given: npt.NDArray[Any] | list[Any]) -> Floats | None:
    """As floats, NaN for None; None where something is no number."""
    wrong = given.dtype.kind not in "biuf" if isinstance(given, np.ndarray) else _holds_text(given)
    try:
        return None if wrong else np.array(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return None


def _listed(given: npt.NDArray[Any] | list[Any]) -> list[Any]:
    return list(given.tolist()) if isinstance(given, np.ndarray) else given


def _code(one: Any, codes: dict[Any, int]) -> int:
    return -1 if _missing(one) else codes.setdefault(one, len(codes))


def _holds_text(listed: list[Any]) -> bool:
    return any(isinstance(one, (str, bytes)) for one in listed)


def _missing(one: Any) -> bool:
    return one is None or bool(one != one)


def _no_number(name: str) -> Exception:
    return mistake(
        "measure-not-a-number", "not every value is a number",
        "Give numbers, and None where one is not known.", name,
    )  # fmt: skip


def _no_column(name: str) -> Exception:
    return mistake(
        "measure-column", "this is no column of values",
        "Give a list, a NumPy array or an Arrow column, one value a row.", name,
    )  # fmt: skip
