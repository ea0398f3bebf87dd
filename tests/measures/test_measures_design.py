"""Standard errors: against derivatives found by changing each weight a little, in every kind of design and domain."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import pytest

from measures import plainly
from tsampa.errors import TsampaError
from tsampa.measures import Estimate, at_risk_of_poverty, fgt, gini, qsr, theil, watts

INCOMES = [120, 80, 230, 45, 310, 99, 150, 61, 180, 75, 420, 30]
WEIGHTS = [Fraction(text) for text in ("3", "2.5", "1", "4", "2", "2", "1.5", "3", "2", "5", "1", "2")]
STRATA = list("nnnnnssssses")
CLUSTERS = [1, 1, 2, 2, 3, 1, 1, 2, 3, 3, 1, 4]
"""Cluster 1 of the north is another than cluster 1 of the south; the east has one cluster alone."""
NESTED = list(zip(STRATA, CLUSTERS, strict=True))
GROUPS = list("aababbbaaaba")
LINE = 100

MEASURES = [
    pytest.param(
        lambda y, **survey: fgt(y, LINE, **survey), lambda y, w: plainly.fgt(y, w, LINE, 0), id="headcount"
    ),
    pytest.param(
        lambda y, **survey: fgt(y, LINE, 1, **survey), lambda y, w: plainly.fgt(y, w, LINE, 1), id="gap"
    ),
    pytest.param(
        lambda y, **survey: fgt(y, LINE, 2, **survey), lambda y, w: plainly.fgt(y, w, LINE, 2), id="severity"
    ),
    pytest.param(
        lambda y, **survey: watts(y, LINE, **survey), lambda y, w: plainly.watts(y, w, LINE), id="watts"
    ),
    pytest.param(lambda y, **survey: gini(y, ranks="middle", **survey), plainly.gini, id="gini"),
    pytest.param(lambda y, **survey: gini(y, **survey), plainly.gini_of_upper_ranks, id="gini-upper"),
    pytest.param(theil, plainly.theil, id="theil"),
]


def zeroed(weights, member):
    return [weight if inside else 0 for weight, inside in zip(weights, member, strict=True)]


def in_domain(value, member):
    """The measure of the domain, as a function of the weights of everybody."""
    exact = [Fraction(one) for one in INCOMES]

    def found(weights):
        rows = [row for row, inside in enumerate(member) if inside]
        return value([exact[row] for row in rows], [weights[row] for row in rows])

    return found


@pytest.mark.parametrize(("measure", "value"), MEASURES)
@pytest.mark.parametrize(
    "design", [{}, {"strata": STRATA}, {"clusters": NESTED}, {"strata": STRATA, "clusters": CLUSTERS}]
)
@pytest.mark.parametrize("domain", [None, [group == "a" for group in GROUPS]], ids=["all", "domain"])
def test_the_standard_error_is_that_of_the_plain_definition(measure, value, design, domain):
    found = measure(INCOMES, weights=WEIGHTS, domain=domain, **design)
    plain = in_domain(value, domain or [True] * len(INCOMES))
    assert found.value == pytest.approx(float(plain(WEIGHTS)), rel=1e-13)
    strata, clusters = design.get("strata"), design.get("clusters")
    assert found.se == pytest.approx(plainly.standard_error(plain, WEIGHTS, strata, clusters), rel=1e-7)


@pytest.mark.parametrize(("measure", "value"), MEASURES)
def test_groups_are_domains(measure, value):
    design = {"weights": WEIGHTS, "strata": STRATA, "clusters": CLUSTERS}
    found = measure(INCOMES, by=GROUPS, **design)
    assert found == {
        name: measure(INCOMES, domain=[one == name for one in GROUPS], **design) for name in "ab"
    }


@pytest.mark.parametrize("measure", [at_risk_of_poverty, qsr])
def test_groups_are_domains_of_measures_with_quantiles_too(measure):
    found = measure(INCOMES, by=GROUPS, weights=WEIGHTS, strata=STRATA)
    for name in "ab":
        assert found[name] == measure(
            INCOMES, domain=[one == name for one in GROUPS], weights=WEIGHTS, strata=STRATA
        )


def test_the_headcount_of_a_simple_sample_by_hand():
    """The share p of n drawn with replacement: p (1 - p) / (n - 1)."""
    found = fgt([1, 1, 5, 5, 5], 3)
    assert found.se == pytest.approx(sqrt(0.4 * 0.6 / 4))
    assert (found.n, found.degrees_of_freedom) == (5, 4)


def test_a_domain_keeps_the_clusters_that_have_none_of_it():
    """Two clusters of four have the domain; the other two count with a total of nought."""
    found = fgt([1, 9, 1, 9], 5, clusters=[1, 2, 3, 4], domain=[True, True, False, False])
    scores = [0.25, -0.25, 0, 0]
    assert found.se == pytest.approx(plainly.spread_of(scores, [1] * 4))
    assert found.se != pytest.approx(fgt([1, 9], 5).se)
    assert found.degrees_of_freedom == 1


def test_the_unknown_stay_in_the_design():
    known = [one is not None for one in (1, 9, None, None)]
    assert fgt([1, 9, None, None], 5).se == fgt([1, 9, 7, 7], 5, domain=known).se
    assert fgt([1, 9, None, None], 5).unknown == 2


def test_who_may_be_of_a_domain_counts_as_unknown():
    found = fgt([1, 9, 9, None], 5, domain=[True, True, None, False])
    assert (found.value, found.n, found.unknown) == (0.5, 2, 1)
    groups = fgt([1, None, 9, 1], 5, by=["a", "a", "b", None])
    assert [(name, one.n, one.unknown) for name, one in groups.items()] == [("a", 1, 2), ("b", 1, 1)]


def test_groups_within_a_domain():
    found = fgt([1, 9, 1, 9], 5, by=list("aabb"), domain=[True, True, True, False])
    assert {name: one.value for name, one in found.items()} == {"a": 0.5, "b": 1}
    assert list(fgt([1, 9, 1, 9], 5, by=list("aabb"), domain=[True, True, False, False])) == ["a"]


def test_a_group_of_which_nothing_is_known_does_not_stop_the_others():
    found = fgt([1, 9, None, None], 5, by=list("aabb"))
    assert found["a"].value == 0.5
    assert found["b"] == Estimate(None, None, 0, 0, 2)
    assert found["b"].ci() is None
    assert gini([1, 3, 0, 0], by=list("aabb"))["b"].value is None


def test_a_single_cluster_has_no_standard_error():
    assert fgt([1, 9], 5, clusters=["x", "x"]).se is None
    assert fgt([1], 5).se is None
    assert fgt([1, 9], 5, strata=[1, 2]).se is None
    assert fgt([1, 9, 9], 5, domain=[True, False, False]).se is None


def test_a_lonely_stratum_adds_nothing_and_is_counted():
    found = fgt([1, 9, 9, 1], 5, strata=[1, 1, 1, 2])
    scores = [(one - 0.5) / 4 for one in (1, 0, 0)]
    assert found.se == pytest.approx(plainly.spread_of(scores, [1] * 3))
    assert (found.lonely_strata, found.degrees_of_freedom) == (1, 2)
    assert fgt([1, 9, 9, 1], 5).lonely_strata == 0


def test_rows_of_no_weight_count_for_nothing_but_are_drawn():
    found = fgt([1, 9, 1], 5, weights=[1, 1, 0])
    assert (found.value, found.n) == (0.5, 2)
    assert found.se == pytest.approx(plainly.spread_of([0.25, -0.25, 0], [1] * 3))


def test_confidence_intervals_are_those_of_the_normal_distribution():
    found = Estimate(0.5, 0.1, 4, 5, 0)
    assert found.ci() == pytest.approx((0.3040036, 0.6959964))
    assert found.ci(0.9) == pytest.approx((0.3355146, 0.6644854))
    assert Estimate(0.5, None, 0, 5, 0).ci() is None


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_lies_between_nought_and_one(level):
    with pytest.raises(TsampaError) as caught:
        Estimate(0.5, 0.1, 4, 5, 0).ci(level)
    assert caught.value.code == "measure-level"
