"""An office that an earlier version filled is brought to this one: nothing is lost, and history and seals hold as before."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from office.databases import PostgresqlDatabases, SqliteDatabases, migrate, path_of, using
from tsampa.office.accounts.models import Grant
from tsampa.office.bridge.freeze import freeze_register
from tsampa.office.bridge.models import Result
from tsampa.office.history import Cut, Version, require_triggers, verify
from tsampa.office.intake.actions import accept
from tsampa.office.intake.models import Batch, State
from tsampa.office.register import actions
from tsampa.office.register.models import Household, HouseholdNames
from tsampa.office.register.queries import person_by_identity

PREVIOUS = Path(__file__).parent / "previous"
HOME = "540228100201-0001"


def told(vendor: str) -> dict[str, Any]:
    return dict(json.loads((PREVIOUS / f"office.{vendor}.json").read_text()))


def previous(databases: SqliteDatabases | PostgresqlDatabases) -> str:
    """The address of a database as the earlier version left it."""
    url = databases.empty()
    sql = gzip.decompress((PREVIOUS / f"office.{databases.vendor}.sql.gz").read_bytes()).decode()
    if isinstance(databases, SqliteDatabases):
        with sqlite3.connect(path_of(url)) as made:
            made.executescript(sql)
    else:
        with psycopg.connect(url, autocommit=True) as server:
            # The lines with a backslash are for psql alone.
            server.execute("\n".join(one for one in sql.splitlines() if not one.startswith("\\")).encode())
    return url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, django_db_blocker: Any) -> tuple[Any, str]:
    """Databases, and the address of one that was filled by the earlier version and brought to this one."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    url = previous(databases)
    with django_db_blocker.unblock(), using(url):
        migrate()
    return databases, url


@pytest.fixture
def upgraded(
    migrated: tuple[Any, str], django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    monkeypatch.setattr(settings, "SEAL_KEY", bytes(range(32)))
    databases, template = migrated
    with django_db_blocker.unblock(), databases.copy(template) as url, using(url):
        yield told(databases.vendor)


def files(**asked: Any) -> dict[str, str]:
    out = settings.HOME / f"out-{len(list(settings.HOME.iterdir()))}"
    return {one.path: one.sha256 for one in freeze_register(out, **asked).snapshot.manifest.files}


def test_history_and_seals_hold_and_triggers_follow_the_models(upgraded: dict[str, Any]) -> None:
    require_triggers()
    found = verify()
    assert (found.holds, found.seals, found.redacted) == (True, 2, 1)
    assert Version.objects.count() >= upgraded["versions"]
    before = Version.objects.count()
    actions.record_income(household=HOME, source="wage", accounting_year=2020, amount=1, by="pema")
    assert Version.objects.count() == before + 1


def test_the_register_is_what_it_was_now_and_as_known_then(upgraded: dict[str, Any]) -> None:
    day = date.fromisoformat(upgraded["as_of"])
    assert files(as_of=day) == upgraded["files"]
    known = Cut.objects.get(pk=upgraded["known"]["cut"])
    assert files(as_of=day, known=known) == upgraded["known"]["files"]


def test_what_came_since_is_filled_in(upgraded: dict[str, Any]) -> None:
    assert "扎西" in HouseholdNames.objects.get(household=HOME).names
    assert HouseholdNames.objects.count() == Household.objects.count()
    assert person_by_identity(upgraded["born"]).name == "扎西"
    assert set(Grant.objects.filter(role="approver").values_list("user__username", flat=True)) == {
        "tashi",
        "dawa",
    }
    assert Result.objects.filter(household=HOME).exclude(standing="").exists()


def test_a_batch_that_waited_is_accepted(upgraded: dict[str, Any]) -> None:
    waits = Batch.objects.get(state=State.CHECKED)
    accept(str(waits.pk), by="tashi")
    assert Batch.objects.get(pk=waits.pk).state == State.APPLIED
