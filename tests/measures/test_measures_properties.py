"""What holds of every population: found out on made-up ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tsampa.errors import TsampaError
from tsampa.measures import alkire_foster, at_risk_of_poverty, fgt, gini, qsr, theil, watts

LINE = 50
search = settings(max_examples=60, deadline=None, database=None, derandomize=True)

MEASURES = {
    "headcount": lambda y, **survey: fgt(y, LINE, **survey),
    "gap": lambda y, **survey: fgt(y, LINE, 1, **survey),
    "severity": lambda y, **survey: fgt(y, LINE, 2, **survey),
    "watts": lambda y, **survey: watts(y, LINE, **survey),
    "at_risk": at_risk_of_poverty,
    "gini": lambda y, **survey: gini(y, ranks="middle", **survey),
    "gini_upper": gini,
    "theil": theil,
    "qsr": qsr,
}
INEQUALITY = ("at_risk", "gini", "theil", "qsr")
COUNTING_ROWS_AS_PEOPLE = [name for name in MEASURES if name != "gini_upper"]

amounts = st.integers(0, 40).map(lambda one: one * 5) | st.floats(0.01, 1e6)
"""Many that tie, and some of every size."""
rows = st.fixed_dictionaries(
    {
        "income": amounts | st.none(),
        "weights": st.integers(0, 5) | st.floats(0.01, 1e4),
        "strata": st.sampled_from("ns"),
        "clusters": st.integers(0, 4),
        "by": st.sampled_from([*"ab", None]),
    }
)
samples = st.lists(rows, min_size=1, max_size=30)


def whole(sample: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "weights": int(row["weights"]) % 6} for row in sample]


def columns(sample: list[dict[str, Any]], *names: str) -> dict[str, list[Any]]:
    return {name: [row[name] for row in sample] for name in names}


def told(measure: Any, sample: list[dict[str, Any]], *names: str, **more: Any) -> Any:
    """The estimate, or the code of the error where there is none."""
    try:
        return measure([row["income"] for row in sample], **columns(sample, *names), **more)
    except TsampaError as error:
        return error.code


def value(found: Any) -> Any:
    return found if isinstance(found, str) else pytest.approx(found.value, rel=1e-9, abs=1e-12)


def plain_value(found: Any) -> Any:
    return found if isinstance(found, str) else found.value


@pytest.mark.parametrize("name", MEASURES)
@search
@given(sample=samples, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(name, sample, order):
    shuffled = sample[:]
    order.shuffle(shuffled)
    design = ("weights", "strata", "clusters")
    assert told(MEASURES[name], sample, *design) == told(MEASURES[name], shuffled, *design)
    first, second = (told(MEASURES[name], one, *design, "by") for one in (sample, shuffled))
    assert first == second
    assert list(first) == list(second)


@pytest.mark.parametrize("name", MEASURES)
@search
@given(sample=samples, times=st.integers(2, 4))
def test_a_population_written_several_times_has_the_same_value(name, sample, times):
    once, often = (told(MEASURES[name], sample * many) for many in (1, times))
    assert plain_value(often) == value(once)


@pytest.mark.parametrize("name", COUNTING_ROWS_AS_PEOPLE)
@search
@given(sample=samples)
def test_a_weight_is_as_many_rows(name, sample):
    sample = whole(sample)
    repeated = [row for row in sample for _ in range(row["weights"])]
    weighed = told(MEASURES[name], sample, "weights")
    if any(row["income"] is not None for row in repeated):
        assert plain_value(told(MEASURES[name], repeated)) == value(weighed)


@pytest.mark.parametrize("name", INEQUALITY)
@search
@given(sample=samples, times=st.sampled_from([0.01, 0.5, 3, 1000]))
def test_another_currency_changes_nothing(name, sample, times):
    dearer = [{**row, "income": None if row["income"] is None else row["income"] * times} for row in sample]
    first, second = (told(MEASURES[name], one, "weights", "strata") for one in (sample, dearer))
    if times in (0.5,) or name in ("gini", "theil"):
        assert plain_value(second) == value(first)


@pytest.mark.parametrize("power", [0, 1, 2])
@search
@given(sample=samples, times=st.sampled_from([0.25, 2, 1024]))
def test_poverty_is_the_same_where_line_and_incomes_change_alike(power, sample, times):
    first = told(lambda y, **survey: fgt(y, LINE, power, **survey), sample, "weights", "strata", "clusters")
    dearer = [{**row, "income": None if row["income"] is None else row["income"] * times} for row in sample]
    second = told(
        lambda y, **survey: fgt(y, LINE * times, power, **survey), dearer, "weights", "strata", "clusters"
    )
    assert first == second if isinstance(first, str) else replace(second, line=LINE) == first


@pytest.mark.parametrize("name", ["headcount", "gap", "severity", "watts"])
@search
@given(sample=samples)
def test_poverty_adds_up_over_groups(name, sample):
    sample = [row for row in sample if row["by"] and row["income"] and row["weights"]]
    if sample:
        groups = told(MEASURES[name], sample, "weights", "by")
        people = {group: sum(row["weights"] for row in sample if row["by"] == group) for group in groups}
        mean = sum(people[group] * one.value for group, one in groups.items()) / sum(people.values())
        assert mean == value(told(MEASURES[name], sample, "weights"))


@search
@given(sample=samples)
def test_gini_lies_between_nought_and_one(sample):
    found = told(MEASURES["gini"], sample, "weights")
    assert isinstance(found, str) or 0 <= found.value < 1


@search
@given(st.lists(st.floats(1e-6, 1e12), min_size=1), st.data())
def test_gini_lies_between_nought_and_one_at_any_size(incomes, data):
    weights = data.draw(st.lists(st.floats(1e-6, 1e6), min_size=len(incomes), max_size=len(incomes)))
    assert 0 <= gini(incomes, weights=weights, ranks="middle").value < 1
    assert theil(incomes, weights=weights).value >= 0


@search
@given(sample=samples)
def test_bounds(sample):
    for name in ("headcount", "gap", "severity", "at_risk"):
        found = told(MEASURES[name], sample, "weights", "strata", "clusters")
        assert isinstance(found, str) or 0 <= found.value <= 1
        assert isinstance(found, str) or found.se is None or found.se >= 0


INDICATORS = 4
deprivations = st.lists(
    st.lists(st.sampled_from([True, False, None, False]), min_size=INDICATORS, max_size=INDICATORS),
    min_size=1,
    max_size=15,
)
importance = st.lists(st.integers(1, 6), min_size=INDICATORS, max_size=INDICATORS)
cutoffs = st.sampled_from(["1/4", "1/3", "1/2", "2/3", "1"])


@search
@given(deprivations, importance, cutoffs, st.randoms(use_true_random=False))
def test_the_identities_of_alkire_and_foster(matrix, weights, cutoff, order):
    assume(any(None not in row for row in matrix))
    found = alkire_foster(matrix, weights, cutoff)
    assert found.n + found.unknown == len(matrix)
    assert found.mpi == pytest.approx(found.headcount * (found.intensity or 0))
    if found.headcount:
        assert sum(found.contributions.values()) == pytest.approx(1)
        assert float(Fraction(cutoff)) - 1e-12 <= found.intensity <= 1 + 1e-12
    parts = [
        weight / sum(weights) * censored
        for weight, censored in zip(weights, found.censored.values(), strict=True)
    ]
    assert sum(parts) == pytest.approx(found.mpi)
    shuffled = matrix[:]
    order.shuffle(shuffled)
    assert alkire_foster(shuffled, weights, cutoff) == found
    assert alkire_foster(matrix * 3, weights, cutoff).mpi == pytest.approx(found.mpi)
    assert alkire_foster(matrix, [weight * 7 for weight in weights], cutoff) == found


@pytest.mark.parametrize("name", MEASURES)
@settings(search, max_examples=20)
@given(sample=samples)
def test_without_its_standard_error_an_estimate_says_the_same(
    name: str, sample: list[dict[str, Any]]
) -> None:
    measure, design = MEASURES[name], ("weights", "strata", "clusters")
    sure, whole_found = (told(measure, sample, *design, se=asked) for asked in (True, False))
    if isinstance(sure, str):
        assert whole_found == sure
    else:
        assert whole_found == replace(sure, se=None)
    groups, bare = (told(measure, sample, *design, "by", se=asked) for asked in (True, False))
    if isinstance(groups, str):
        assert bare == groups
    else:
        assert bare == {group: replace(one, se=None) for group, one in groups.items()}
