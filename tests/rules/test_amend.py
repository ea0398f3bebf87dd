"""Parameters amended from a day on: what was before stays, what comes next still comes, and the version tells."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tsampa.errors import TsampaError
from tsampa.rules import Rulebook, amend, load_rulebook

SINCE = date(2019, 7, 1)


@pytest.fixture(scope="module")
def plain() -> Rulebook:
    return load_rulebook("middle_village")


def on(rules: Rulebook, name: str, day: date) -> Any:
    found = rules.parameters[name].on(day)
    assert found
    return found


def test_the_value_holds_from_its_day_on(plain: Rulebook) -> None:
    name = next(
        name
        for name, one in plain.parameters.items()
        if not one.keys and one.threshold_unit is None and one.on(SINCE) and one.kind.value == "number"
    )
    before = on(plain, name, date(2019, 6, 30))
    after = amend(plain, SINCE, {name: "12345"}, "decree 7")
    assert on(after, name, date(2019, 6, 30)) == before
    now = on(after, name, SINCE)
    assert (now.since, now.source, now.values) == (SINCE, "decree 7", (((), Fraction(12345)),))
    later = [one for one in plain.parameters[name].dated if one.since > SINCE]
    assert [one for one in after.parameters[name].dated if one.since > SINCE] == later
    assert after.version != plain.version


def test_the_same_day_again_takes_its_place(plain: Rulebook) -> None:
    name = "poverty_line"
    once = amend(plain, SINCE, {name: "5000"}, "decree 7")
    twice = amend(once, SINCE, {name: "6000"}, "decree 8")
    assert len(twice.parameters[name].dated) == len(once.parameters[name].dated)
    assert on(twice, name, SINCE).source == "decree 8"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"no_such": "1"}, "overlay-parameter"), ({"poverty_line[x]": "1"}, "overlay-key"), ({"poverty_line": "much"}, "parameter-value"),
    ],
)  # fmt: skip
def test_what_the_rules_do_not_know_is_refused(plain: Rulebook, values: dict[str, str], code: str) -> None:
    with pytest.raises(TsampaError) as error:
        amend(plain, SINCE, values, "decree 7")
    assert error.value.code == code
