"""What a column may be, and what each kind of wrong column is called."""

from __future__ import annotations

import subprocess
import sys
from array import array
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars
import pytest
from arro3.core import Array, ChunkedArray, DataType

from tsampa.errors import TsampaError
from tsampa.measures import fgt, gini

KNOWN = [1, 2, 3, 10]
UNKNOWN = [1, None, 2, 3, None, 10]


@pytest.mark.parametrize(
    "column",
    [
        tuple(KNOWN),
        [Decimal(1), Fraction(2), 3.0, np.float64(10)],
        array("d", KNOWN),
        np.array(KNOWN),
        np.array(KNOWN, dtype=np.float32),
        np.array(KNOWN, dtype=object),
        Array(KNOWN, type=DataType.int32()),
        ChunkedArray([Array(KNOWN[:2], type=DataType.float64()), Array(KNOWN[2:], type=DataType.float64())]),
        polars.Series(KNOWN),
        polars.Series([Decimal(one) for one in KNOWN]),
    ],
    ids=lambda column: type(column).__name__,
)
def test_all_kinds_of_columns_are_read_alike(column):
    assert fgt(column, 3, 1) == fgt(KNOWN, 3, 1)


@pytest.mark.parametrize(
    "column",
    [
        [float("nan") if one is None else one for one in UNKNOWN],
        np.array(UNKNOWN, dtype=float),
        np.array(UNKNOWN, dtype=object),
        np.ma.masked_invalid(np.array(UNKNOWN, dtype=float)),
        Array(UNKNOWN, type=DataType.int64()),
        polars.Series(UNKNOWN),
        polars.Series([None if one is None else Decimal(one) for one in UNKNOWN]),
    ],
    ids=lambda column: type(column).__name__,
)
def test_what_is_unknown_is_left_out_and_counted(column):
    found = gini(column)
    assert (found.value, found.n, found.unknown) == (gini(KNOWN).value, 4, 2)


def test_arrow_decimals_are_rounded_once():
    """Too long for an exact quotient of floats: digit by digit, as the number is written."""
    texts = ["34630780113.126614242", "55129191346.464680097", "33508589109.634746160"]
    column = polars.Series([Decimal(one) for one in texts], dtype=polars.Decimal(38, 9))
    assert fgt(column, [float(one) for one in texts]).value == 0


TEXTS = ["a", "b", "a", "b"]


@pytest.mark.parametrize(
    "names",
    [
        TEXTS,
        np.array(TEXTS),
        np.array([1, 2, 1, 2]),
        np.array([0.5, 1.5, 0.5, 1.5]),
        np.array([True, False, True, False]),
        polars.Series(TEXTS),
        polars.Series(TEXTS, dtype=polars.Categorical),
        polars.Series([7, 8, 7, 8]),
    ],
    ids=str,
)
def test_strata_clusters_and_groups_may_have_any_names(names):
    assert fgt(KNOWN, 3, strata=names).se == fgt(KNOWN, 3, strata=TEXTS).se
    assert fgt(KNOWN, 3, clusters=names).se == fgt(KNOWN, 3, clusters=TEXTS).se
    found = fgt(KNOWN, 3, by=names)
    assert [found[name].value for name in dict.fromkeys(list(names))] == [0.5, 0.5]


def test_groups_stand_in_order_and_the_unknown_group_is_none():
    assert list(fgt([1, 2, 3, 4], 3, by=["b", None, "a", "b"])) == ["a", "b"]
    assert list(fgt([1, 2, 3], 3, by=[10, 9.5, 2])) == [2, 9.5, 10]
    assert list(fgt([1, 2, 3], 3, by=["x", 3, 2])) == [2, 3, "x"]


@pytest.mark.parametrize(
    "domain", [[True, False], np.array([True, False]), [1, 0], polars.Series([True, False])]
)
def test_a_domain_may_be_any_column_of_true_and_false(domain):
    assert fgt([1, 9], 3, domain=domain).value == 1


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("measure-column", lambda: gini("123")),
        ("measure-column", lambda: gini(5)),
        ("measure-column", lambda: gini(None)),
        ("measure-column", lambda: gini(np.zeros((2, 2)))),
        ("measure-column", lambda: gini(polars.Series([None, None]))),
        ("measure-not-a-number", lambda: gini(["1", "2"])),
        ("measure-not-a-number", lambda: gini(np.array(["1"]))),
        ("measure-not-a-number", lambda: gini(polars.Series(["1"]))),
        ("measure-not-a-number", lambda: gini([1, object()])),
        ("measure-not-a-number", lambda: gini([[1], [2, 3]])),
        ("measure-not-a-number", lambda: gini(polars.DataFrame({"a": [1]}))),
        ("measure-not-finite", lambda: gini([1, float("inf")])),
        ("measure-not-finite", lambda: gini([1, Decimal("1e200")])),
        ("measure-empty", lambda: gini([])),
        ("measure-empty", lambda: gini(polars.Series([], dtype=polars.Float64))),
        ("measure-empty", lambda: gini([1, 2], domain=[False, False])),
        ("measure-all-unknown", lambda: gini([None, float("nan")])),
        ("measure-all-unknown", lambda: gini([None, 1], domain=[True, False])),
        ("measure-lengths-differ", lambda: gini([1, 2], weights=[1])),
        ("measure-lengths-differ", lambda: gini([1, 2], strata=[1])),
        ("measure-lengths-differ", lambda: gini([1, 2], clusters=[1, 2, 3])),
        ("measure-lengths-differ", lambda: gini([1, 2], domain=[True])),
        ("measure-lengths-differ", lambda: gini([1, 2], by=["a"])),
        ("measure-design-unknown", lambda: gini([1, 2], weights=[1, None])),
        ("measure-design-unknown", lambda: gini([1, 2], strata=["a", None])),
        ("measure-design-unknown", lambda: gini([1, 2], clusters=["a", None])),
        ("measure-weight-negative", lambda: gini([1, 2], weights=[1, -1])),
        ("measure-weights-zero", lambda: gini([1, 2], weights=[0, 0])),
        ("measure-not-true-or-false", lambda: gini([1, 2], domain=["yes", "no"])),
        ("measure-not-true-or-false", lambda: gini([1, 2], domain=[1, 2])),
        ("measure-label", lambda: gini([1, 2], by=[[1], [2]])),
    ],
)
def test_a_mistake_is_named(code, call):
    with pytest.raises(TsampaError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.usage
    assert caught.value.remedy


def test_a_value_never_stands_in_an_error():
    with pytest.raises(TsampaError) as caught:
        gini([1, "Tashi's income"])
    assert "Tashi" not in str(caught.value)


def test_tsampa_is_imported_without_numpy():
    told = "import sys, tsampa, tsampa.cli; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
