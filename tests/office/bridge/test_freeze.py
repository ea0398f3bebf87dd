"""What the office holds is what the count reads: frozen, it is the snapshot it was taken in from.

On PostgreSQL; on SQLite the demonstration's round trip shows the same of all its batches.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from office.bridge.registers import take_in
from tsampa.demo import make_demo
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.history import change, cut
from tsampa.office.register.models import Income, Membership
from tsampa.snapshot import Snapshot

DAY = date(2020, 6, 30)


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_demo(tmp_path_factory.mktemp("county") / "snapshot", households=500)


def hashes(snapshot: Snapshot) -> dict[str, str]:
    return {one.path: one.sha256 for one in snapshot.manifest.files}


def test_a_county_comes_out_as_it_went_in(office_postgresql: Any, county: Snapshot, tmp_path: Path) -> None:
    take_in(county)
    frozen = freeze_register(tmp_path / "out", as_of=DAY)
    assert frozen.problems == []
    assert hashes(frozen.snapshot) == hashes(county)
    assert frozen.snapshot.manifest.recorded_until == frozen.cut.at


@pytest.mark.slow
def test_it_is_the_same_from_history(office_postgresql: Any, county: Snapshot, tmp_path: Path) -> None:
    take_in(county)
    then = cut()
    with change(by="tester", reason="later"):
        Income.objects.update(amount=1)
        Membership.objects.filter(relationship="child").update(relationship="other")
    frozen = freeze_register(tmp_path / "out", as_of=DAY, known=then)
    assert hashes(frozen.snapshot) == hashes(county)
    assert hashes(freeze_register(tmp_path / "now", as_of=DAY).snapshot) != hashes(county)
