"""Killed at any moment: nothing that was acknowledged is lost, nothing is half, and the work goes on. By ``make test-slow``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from office.intake.builders import county
from office.operations.offices import postgresql_programs
from office.operations.siege import Siege


def besiege(home: Path, kills: int, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Siege:
    """So many kills, after each of which the siege asserts that nothing was lost; what it saw."""
    monkeypatch.setenv("TSAMPA_POSTGRESQL_BIN", postgresql_programs())
    county()
    siege = Siege(home, seed=kills)
    try:
        siege.calibrate()
        for _ in range(kills):
            siege.kill_one()
        siege.end()
    finally:
        for one in (siege.worker, siege.writer):
            one.kill()
            one.wait()
        with capsys.disabled():
            print(f"\n{siege.rounds} of {kills} kills: {siege.told()}")
    return siege


@pytest.mark.slow
def test_a_hundred_kills(office: Any, home: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    siege = besiege(home, 100, capsys, monkeypatch)
    assert siege.rounds == 100
    assert siege.hits["within"] >= 50
