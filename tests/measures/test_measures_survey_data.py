"""A real survey's design: the figures that R's convey and laeken give, and domains worked out by plain loops."""

from __future__ import annotations

from fractions import Fraction

import pytest

from measures import eusilc, plainly
from tsampa.measures import at_risk_of_poverty, fgt, gini, qsr, theil, watts

pytestmark = eusilc.needed
LINE = 10_000


@pytest.mark.parametrize(
    ("alpha", "value", "digits", "se"),
    [(0, 0.11444, 5, 0.0027), (1, 0.032085, 6, 0.0011), (2, 0.016189, 6, 0.0007)],
)
def test_fgt(alpha, value, digits, se):
    found = fgt(eusilc.incomes(), LINE, alpha, **eusilc.survey())
    assert (round(found.value, digits), round(found.se, 4)) == (value, se)
    assert (found.n, found.unknown, found.degrees_of_freedom) == (14827, 0, 14818)


def test_gini_as_convey_has_it():
    found = gini(eusilc.incomes(), **eusilc.survey())
    assert (round(found.value, 5), round(found.se, 4)) == (0.26497, 0.0019)
    assert (found.value, found.se) == (
        pytest.approx(0.2649652, abs=5e-8),
        pytest.approx(0.001946982, abs=5e-10),
    )


def test_gini_as_laeken_and_eurostat_have_it():
    found = gini(eusilc.incomes(), ranks="middle", **eusilc.survey())
    assert (round(found.value, 7), round(found.se, 4)) == (0.2648962, 0.0019)


def test_at_risk_of_poverty():
    found = at_risk_of_poverty(eusilc.incomes(), **eusilc.survey())
    assert (round(found.value, 5), round(found.line, 2)) == (0.14444, 10859.24)
    assert found.se == pytest.approx(0.002756769, abs=5e-10)


def test_watts_over_positive_incomes():
    found = watts(eusilc.incomes(), LINE, **eusilc.survey())
    assert (round(found.value, 6), found.left_out) == (0.051744, 3)


def test_the_quintile_share_ratio():
    found = qsr(eusilc.incomes(), **eusilc.survey())
    assert (round(found.value, 6), found.se) == (3.970004, pytest.approx(0.04255041, abs=5e-9))


@pytest.mark.parametrize("alpha", [0, 1])
def test_regions_with_whole_households_drawn_by_exact_fractions(alpha):
    survey = eusilc.survey("db030")
    found = fgt(eusilc.incomes(), LINE, alpha, by=survey["strata"], **survey)
    incomes = [Fraction(one) for one in eusilc.column("eqincome")]
    weights = [Fraction(one) for one in eusilc.column("rb050")]
    gaps = [((LINE - y) / LINE) ** alpha if y < LINE else 0 for y in incomes]
    for region, one in found.items():
        inside = [stratum == region for stratum in survey["strata"]]
        people = sum(weight for weight, member in zip(weights, inside, strict=True) if member)
        rows = list(zip(gaps, weights, inside, strict=True))
        mean = sum(gap * weight for gap, weight, member in rows if member) / people
        scores = [float((gap - mean) / people) if member else 0.0 for gap, _, member in rows]
        assert one.value == pytest.approx(float(mean), rel=1e-13)
        assert one.se == pytest.approx(
            plainly.spread_of(scores, weights, survey["strata"], survey["clusters"]), rel=1e-11
        )
    assert sum(one.n for one in found.values()) == len(incomes)


@pytest.mark.parametrize("measure", [gini, theil, qsr, at_risk_of_poverty])
def test_a_region_of_its_own_has_the_value_of_its_domain(measure):
    """Strata are drawn apart, so the standard errors agree too; but the at-risk line is that of the whole country."""
    survey, incomes = eusilc.survey("db030"), eusilc.incomes()
    inside = [stratum == "Tyrol" for stratum in survey["strata"]]
    domain = measure(incomes, domain=inside, **survey)
    rows = [row for row, member in enumerate(inside) if member]
    own = {name: [column[row] for row in rows] for name, column in survey.items()}
    alone = measure([incomes[row] for row in rows], **own)
    if measure is at_risk_of_poverty:
        assert domain.value == fgt([incomes[row] for row in rows], domain.line, **own).value
        assert domain.line != alone.line
    else:
        assert domain == alone


def test_whole_households_tell_less_than_as_many_persons():
    for measure in (gini, theil, qsr, at_risk_of_poverty):
        persons = measure(eusilc.incomes(), **eusilc.survey())
        households = measure(eusilc.incomes(), **eusilc.survey("db030"))
        assert persons.value == households.value
        assert households.se > 1.2 * persons.se
    assert gini(eusilc.incomes(), **eusilc.survey("db030")).degrees_of_freedom == 6000 - 9
