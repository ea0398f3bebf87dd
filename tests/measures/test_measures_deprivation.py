"""Alkire and Foster's measures: the published examples, cutoffs compared exactly, unknown indicators."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars
import pytest

from tsampa.errors import TsampaError
from tsampa.measures import alkire_foster, alkire_foster_estimate, alkire_foster_gaps, fgt

INDICATORS = {
    "schooling": ("1/6", "education", (0, 1, 0, 1)), "attendance": ("1/6", "education", (0, 1, 0, 0)),
    "nutrition": ("1/6", "health", (0, 0, 1, 0)), "child_mortality": ("1/6", "health", (1, 1, 0, 1)),
    "electricity": ("1/18", "living", (0, 1, 1, 1)), "water": ("1/18", "living", (0, 0, 1, 0)),
    "sanitation": ("1/18", "living", (0, 1, 1, 0)), "floor": ("1/18", "living", (0, 0, 0, 0)),
    "fuel": ("1/18", "living", (1, 1, 1, 1)), "assets": ("1/18", "living", (0, 1, 0, 1)),
}  # fmt: skip
"""The worked example of the global MPI: four households with scores of 4, 13, 7 and 9 eighteenths."""
SIZES = [4, 7, 5, 4]
WEIGHTS = {name: weight for name, (weight, _, _) in INDICATORS.items()}
COLUMNS = {name: list(column) for name, (_, _, column) in INDICATORS.items()}
ROWS = [list(row) for row in zip(*COLUMNS.values(), strict=True)]

ACHIEVED = [(13.1, 14, 4, 1), (15.2, 7, 5, 0), (12.5, 10, 1, 0), (20, 11, 3, 1)]
LINES = (13, 12, 3, 1)


def test_the_global_mpi_example_is_reproduced():
    scores = [
        sum(Fraction(weight) for weight, lacks in zip(WEIGHTS.values(), row, strict=True) if lacks)
        for row in ROWS
    ]
    assert [round(float(score), 3) for score in scores] == [0.222, 0.722, 0.389, 0.5]
    found = alkire_foster(COLUMNS, WEIGHTS, "1/3", population=SIZES)
    assert found.headcount == pytest.approx(0.80, abs=1e-12)
    assert found.intensity == pytest.approx(0.5625, abs=1e-12)
    assert found.mpi == pytest.approx(0.45, abs=1e-12)
    parts = {dimension: 0.0 for _, dimension, _ in INDICATORS.values()}
    for name, (_, dimension, _) in INDICATORS.items():
        parts[dimension] += found.contributions[name]
    assert {name: round(100 * part, 1) for name, part in parts.items()} == {
        "education": 33.3,
        "health": 29.6,
        "living": 37.0,
    }
    assert found.censored["child_mortality"] == 11 / 20
    assert found.censored["floor"] == 0


def test_the_matrix_of_alkire_and_foster_is_reproduced():
    deprived = [[achieved < line for achieved, line in zip(row, LINES, strict=True)] for row in ACHIEVED]
    found = alkire_foster(deprived, [1, 1, 1, 1], 0.5)
    assert (found.headcount, found.intensity, found.mpi) == (0.5, 0.75, 0.375)
    assert list(found.censored) == [0, 1, 2, 3]
    gaps = [alkire_foster_gaps(ACHIEVED, LINES, [1, 1, 1, 1], Fraction(2, 4), alpha) for alpha in (0, 1, 2)]
    assert [round(gap, 4) for gap in gaps] == [0.375, 0.2055, 0.1655]


@pytest.mark.parametrize(
    "table",
    [
        ROWS,
        np.array(ROWS),
        np.array(ROWS, dtype=bool),
        COLUMNS,
        polars.DataFrame(COLUMNS),
        {name: [bool(one) for one in column] for name, column in COLUMNS.items()},
    ],
    ids=["rows", "array", "flags", "mapping", "arrow", "booleans"],
)
def test_a_table_may_have_any_form(table):
    wanted = alkire_foster(COLUMNS, WEIGHTS, "1/3", population=SIZES)
    assert alkire_foster(table, WEIGHTS, "1/3", population=SIZES) == wanted


def test_weights_and_lines_go_by_name_where_columns_have_names():
    backwards = dict(reversed(WEIGHTS.items()))
    assert alkire_foster(COLUMNS, backwards, "1/3") == alkire_foster(COLUMNS, WEIGHTS, "1/3")
    named = {"a": [1, 5], "b": [2, 5]}
    assert (
        alkire_foster_gaps(named, {"b": 4, "a": 2}, {"a": 1, "b": 3}, 1)
        == (1 / 4 * 1 / 2 + 3 / 4 * 1 / 2) / 2
    )


@pytest.mark.parametrize("third", ["1/3", Fraction(1, 3), 1 / 3])
@pytest.mark.parametrize("sixth", ["1/6", Fraction(1, 6), 1 / 6])
def test_a_score_equal_to_the_cutoff_is_poor(third, sixth):
    found = alkire_foster([[1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]], [sixth] * 6, third)
    assert found.headcount == 0.5


def test_weights_in_decimals_add_up():
    assert alkire_foster([[1, 1, 1, 1, 1, 0]], [1] * 6, 5 / 6).headcount == 1
    assert 0.1 + 0.2 > 0.3
    assert alkire_foster([[1, 1, 0]], [Decimal("0.1"), Decimal("0.2"), Decimal("0.7")], 0.3).headcount == 1
    assert alkire_foster([[1, 1, 0]], [0.1, 0.2, 0.7], "0.3").headcount == 1
    assert alkire_foster([[1, 1, 0]], [0.1, 0.2, 0.7], "0.30000000000000000001").headcount == 0


def test_weights_of_a_thousand_digits_are_compared_exactly():
    fine = [Fraction(1, 3**90), Fraction(1, 7**90), 1 - Fraction(1, 3**90) - Fraction(1, 7**90)]
    assert alkire_foster([[1, 1, 0]], fine, fine[0] + fine[1]).headcount == 1
    assert alkire_foster([[1, 0, 0]], fine, fine[0] + fine[1]).headcount == 0


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_rows_with_anything_unknown_are_left_out_and_counted(unknown):
    found = alkire_foster([[1, 1], [1, unknown], [0, 0], [unknown, 0]], [1, 1], 0.5)
    assert (found.n, found.unknown, found.headcount) == (2, 2, 0.5)
    assert alkire_foster_gaps([[1, 1], [1, unknown], [4, 4]], [2, 2], [1, 1], 0.5) == 0.25


def test_where_nobody_is_poor_there_is_no_intensity():
    found = alkire_foster([[0, 0], [0, 1]], [1, 1], 1)
    assert (found.headcount, found.intensity, found.mpi, found.contributions) == (0, None, 0, {0: 0, 1: 0})


SAMPLE = [[index % 3 == 0, index % 4 == 0, index % 5 < 2] for index in range(60)]
DESIGN = {"strata": [index % 2 for index in range(60)], "clusters": [index // 4 for index in range(60)]}
PEOPLE = [1 + index % 5 for index in range(60)]


def test_estimates_have_the_values_of_the_indices_and_the_errors_of_their_means():
    found = alkire_foster(SAMPLE, [1, 2, 3], "1/2", population=PEOPLE)
    for index, value in (("headcount", found.headcount), ("mpi", found.mpi), ("intensity", found.intensity)):
        estimate = alkire_foster_estimate(SAMPLE, [1, 2, 3], "1/2", index, population=PEOPLE, **DESIGN)
        assert estimate.value == pytest.approx(value, rel=1e-14)
        assert estimate.se > 0
        assert estimate.n == 60
    # A headcount is FGT 0 of an income that is below the line for the poor: the same standard error.
    scores = [row[0] + 2 * row[1] + 3 * row[2] for row in SAMPLE]
    plain = fgt([0 if score >= 3 else 2 for score in scores], 1, weights=PEOPLE, **DESIGN)
    poor = alkire_foster_estimate(SAMPLE, [1, 2, 3], "1/2", "headcount", population=PEOPLE, **DESIGN)
    assert (poor.value, poor.se) == (plain.value, plain.se)
    for indicator, share in found.censored.items():
        one = alkire_foster_estimate(
            SAMPLE, [1, 2, 3], "1/2", "censored", indicator=indicator, population=PEOPLE
        )
        assert one.value == share


def test_the_intensity_has_the_standard_error_of_a_domain_s_mean():
    scores = [Fraction(row[0] + 2 * row[1] + 3 * row[2], 6) for row in SAMPLE]
    poor = [score >= Fraction(1, 2) for score in scores]
    intensity = alkire_foster_estimate(SAMPLE, [1, 2, 3], "1/2", "intensity", population=PEOPLE, **DESIGN)
    # 1 - score is the gap of an income of that score to a line of one; alpha 1 gives its mean over the poor.
    mean_gap = fgt([float(score) for score in scores], 1, 1, weights=PEOPLE, domain=poor, **DESIGN)
    assert intensity.value == pytest.approx(1 - mean_gap.value, rel=1e-12)
    assert intensity.se == pytest.approx(mean_gap.se, rel=1e-9)


def test_groups_and_the_unknown_are_told_apart_as_in_all_estimators():
    rows = [[None, True], [True, True], [False, False]]
    found = alkire_foster_estimate(rows, [1, 1], 1, "headcount", by=["a", "a", "b"])
    assert [(name, one.value, one.unknown) for name, one in found.items()] == [("a", 1.0, 1), ("b", 0.0, 0)]
    nobody = alkire_foster_estimate(rows, [1, 1], 1, "intensity", by=["a", "a", "b"])
    assert (nobody["a"].value, nobody["b"].value) == (1.0, None)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("measure-cutoff", lambda: alkire_foster([[1]], [1], 0)),
        ("measure-cutoff", lambda: alkire_foster([[1]], [1], 2)),
        ("measure-not-a-number", lambda: alkire_foster([[1]], ["a"], 1)),
        ("measure-indicator-weights", lambda: alkire_foster([[1, 0]], [1, -1], 1)),
        ("measure-indicator-weights", lambda: alkire_foster([[1, 0]], [0, 0], 1)),
        ("measure-matrix", lambda: alkire_foster([[1, 0]], [1], 1)),
        ("measure-matrix", lambda: alkire_foster({"a": [1]}, {"b": 1}, 1)),
        ("measure-matrix", lambda: alkire_foster([[1, 0], [1]], [1, 1], 1)),
        ("measure-matrix", lambda: alkire_foster(7, [1], 1)),
        ("measure-matrix", lambda: alkire_foster({}, [], 1)),
        ("measure-empty", lambda: alkire_foster([], [1], 1)),
        ("measure-empty", lambda: alkire_foster({"a": []}, [1], 1)),
        ("measure-all-unknown", lambda: alkire_foster([[None]], [1], 1)),
        ("measure-weights-zero", lambda: alkire_foster([[1]], [1], 1, population=[0])),
        ("measure-weight-negative", lambda: alkire_foster([[1]], [1], 1, population=[-1])),
        ("measure-lengths-differ", lambda: alkire_foster([[1]], [1], 1, population=[1, 1])),
        ("measure-lengths-differ", lambda: alkire_foster({"a": [1], "b": [1, 0]}, [1, 1], 1)),
        ("measure-not-true-or-false", lambda: alkire_foster([[2]], [1], 1)),
        ("measure-not-true-or-false", lambda: alkire_foster([["yes"]], [1], 1)),
        ("measure-line", lambda: alkire_foster_gaps([[2]], [0], [1], 1)),
        ("measure-line", lambda: alkire_foster_gaps([[2]], [None], [1], 1)),
        ("measure-alpha", lambda: alkire_foster_gaps([[2]], [1], [1], 1, -1)),
        ("measure-index", lambda: alkire_foster_estimate([[1]], [1], 1, "m0")),
        ("measure-index", lambda: alkire_foster_estimate([[1]], [1], 1, "censored", indicator=1)),
        ("measure-undefined", lambda: alkire_foster_estimate([[0]], [1], 1, "intensity")),
    ],
)
def test_a_mistake_is_named(code, call):
    with pytest.raises(TsampaError) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.usage
