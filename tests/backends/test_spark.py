"""Spark in local mode gives what DuckDB gives; skipped with a reason where Java or pyspark is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.conformance import (
    agrees_with_the_reference,
    counts_counties,
    gives_what_the_specification_says,
    passes_cases,
)
from rules.builders import Spec
from rules.spec import SPECS

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
ASKED = [spec for spec in SPECS if spec.expected or (spec.error and not spec.figures)]


@pytest.mark.parametrize("spec", ASKED, ids=lambda spec: spec.title)
def test_the_specification_holds(spark: str, spec: Spec, tmp_path: Path) -> None:
    gives_what_the_specification_says(spark, spec, tmp_path)


def test_counties_are_counted_alike(spark: str, tmp_path: Path) -> None:
    counts_counties(spark, tmp_path)


def test_random_rulebooks_agree_with_the_reference(spark: str) -> None:
    agrees_with_the_reference(spark, 15)


def test_cases_of_the_middle_village_hold(spark: str) -> None:
    passes_cases(spark, "middle_village")
