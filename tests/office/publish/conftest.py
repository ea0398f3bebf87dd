"""A counted county of a few hundred households, made once: two assessments of one snapshot, attached to an office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from office.bridge.registers import take_in
from office.conftest import made_once
from office.databases import SqliteDatabases, demonstration, migrate, using
from tsampa.assessment import Assessment, assess, open_assessment
from tsampa.demo import AS_OF, make_demo
from tsampa.office.bridge.models import Judgement
from tsampa.office.bridge.results import attach_results
from tsampa.office.publish.known import know_all

BEFORE = date(2019, 6, 30)
NOW = datetime(2020, 7, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Counted:
    """Where the office with the counted county is, and its assessments by day."""

    url: str
    places: dict[date, Path]

    @property
    def latest(self) -> Assessment:
        return open_assessment(self.places[AS_OF])


@pytest.fixture(scope="session")
def counted(tmp_path_factory: pytest.TempPathFactory, worker_id: str, django_db_blocker: Any) -> Counted:
    with made_once(tmp_path_factory, worker_id, "counted") as (folder, empty):
        places = {day: folder / str(day) for day in (BEFORE, AS_OF)}
        url = f"sqlite:///{folder / 'register.sqlite3'}"
        if empty:
            snapshot = make_demo(folder / "snapshot", households=500)
            for day, place in places.items():
                assess(snapshot.path, "bailang", day, place)
            with django_db_blocker.unblock(), using(url), demonstration(True):
                migrate()
                take_in(snapshot)
                for place in places.values():
                    know_all(attach_results(place, by="test", at=NOW))
    return Counted(url, places)


@pytest.fixture
def county(counted: Counted, sqlite_databases: SqliteDatabases, django_db_blocker: Any) -> Iterator[Counted]:
    with django_db_blocker.unblock(), sqlite_databases.copy(counted.url) as url, using(url):
        yield counted


@pytest.fixture
def judgement(county: Counted) -> Judgement:
    return Judgement.objects.get(day=AS_OF)
