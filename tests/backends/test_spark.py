"""Spark in local mode gives what DuckDB gives; skipped with a reason where Java or pyspark is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.conformance import (
    compared_with_the_reference,
    failed_cases,
    unlike_at_the_limits,
    unlike_counties,
    unlike_the_specification,
)
from rules.builders import Spec
from rules.spec import SPECS

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
ASKED = [spec for spec in SPECS if spec.expected or (spec.error and not spec.figures)]


@pytest.mark.parametrize("spec", ASKED, ids=lambda spec: spec.title)
def test_the_specification_holds(spark: str, spec: Spec, tmp_path: Path) -> None:
    assert unlike_the_specification(spark, spec, tmp_path) == []


def test_shares_hold_at_the_limits(spark: str, tmp_path: Path) -> None:
    assert unlike_at_the_limits(spark, tmp_path) == []


def test_counties_are_counted_alike(spark: str, tmp_path: Path) -> None:
    assert unlike_counties(spark, tmp_path) == []


def test_random_rulebooks_agree_with_the_reference(spark: str) -> None:
    assert compared_with_the_reference(spark, 15) >= 15


def test_cases_of_the_middle_village_hold(spark: str) -> None:
    assert failed_cases(spark, "middle_village") == []
