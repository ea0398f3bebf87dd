"""PostgreSQL gives what DuckDB gives."""

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
from tsampa.errors import TsampaError
from tsampa.rules.columns import open_backend
from tsampa.snapshot.sql import connect

ASKED = [spec for spec in SPECS if spec.expected or (spec.error and not spec.figures)]


@pytest.mark.parametrize("spec", ASKED, ids=lambda spec: spec.title)
def test_the_specification_holds(postgresql: str, spec: Spec, tmp_path: Path) -> None:
    assert unlike_the_specification(postgresql, spec, tmp_path) == []


def test_shares_hold_at_the_limits(postgresql: str, tmp_path: Path) -> None:
    assert unlike_at_the_limits(postgresql, tmp_path) == []


def test_counties_are_counted_alike(postgresql: str, tmp_path: Path) -> None:
    assert unlike_counties(postgresql, tmp_path) == []


def test_random_rulebooks_agree_with_the_reference(postgresql: str) -> None:
    assert compared_with_the_reference(postgresql, 40) >= 40


@pytest.mark.slow
def test_random_rulebooks_agree_with_the_reference_in_a_long_search(postgresql: str) -> None:
    assert compared_with_the_reference(postgresql, 500) >= 500


@pytest.mark.slow
@pytest.mark.parametrize("programme", ["middle_village", "costa_rica", "bailang"])
def test_cases_of_the_programmes_hold(postgresql: str, programme: str) -> None:
    assert failed_cases(postgresql, programme) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("oracle:x", "backend-unknown"),
        ("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", "backend-lost"),
    ],
)
def test_a_database_that_is_not_there_is_a_clear_error(url: str, code: str) -> None:
    with connect() as con, pytest.raises(TsampaError) as caught:
        open_backend(url, con)
    assert caught.value.code == code
