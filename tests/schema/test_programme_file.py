"""A programme's own file: how long its checks hold, and what is refused there."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from repository.files import ROOT
from tsampa.errors import TsampaError
from tsampa.schema import Glance, ProgrammeFile, find_programme, read_programme

BAILANG = find_programme("bailang") / "programme.yaml"


def glance_with(folder: Path, line: str) -> Glance:
    """The glance of a programme that is Bailang's but for this line of it."""
    text = BAILANG.read_text(encoding="utf-8")
    assert text.count("  checks_hold: 12\n") == 1
    (folder / "programme.yaml").write_text(text.replace("  checks_hold: 12\n", line), encoding="utf-8")
    found = read_programme(folder).glance
    assert found
    return found


@pytest.mark.parametrize("months", [1, 12, 1200])
def test_a_check_holds_for_months(tmp_path: Path, months: int) -> None:
    assert glance_with(tmp_path, f"  checks_hold: {months}\n").checks_hold == months


def test_a_programme_need_not_say_how_long_checks_hold(tmp_path: Path) -> None:
    assert glance_with(tmp_path, "").checks_hold is None


@pytest.mark.parametrize("said", ["0", "-12", "1201", "6.5", "a year", "[12]", "true"])
def test_what_is_no_number_of_months_is_refused_where_it_stands(tmp_path: Path, said: str) -> None:
    with pytest.raises(TsampaError) as caught:
        glance_with(tmp_path, f"  checks_hold: {said}\n")
    line = BAILANG.read_text(encoding="utf-8").splitlines().index("  checks_hold: 12") + 1
    assert caught.value.code == "yaml-shape"
    assert caught.value.where == f"{tmp_path / 'programme.yaml'}:{line}"


@pytest.mark.parametrize("shape", [ProgrammeFile, Glance])
def test_the_reference_has_every_key(shape: type[msgspec.Struct]) -> None:
    told = (ROOT / "docs" / "reference" / "programme.md").read_text(encoding="utf-8")
    assert [
        one
        for one in shape.__struct_fields__
        if not re.search(rf"^\|[^|]*`{one}`[^|]*\|", told, re.MULTILINE)
    ] == []


def test_bailang_has_every_guarantee_checked_once_a_year() -> None:
    glance = read_programme(BAILANG.parent).glance
    assert glance
    assert glance.checks_hold == 12
