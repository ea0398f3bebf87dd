"""The two villages (``two_villages``) in an office, for the tests that walk every address and fill in every form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from office.databases import demonstration, migrate, using
from office.web.two_villages import Side, fill
from tsampa.office.jobs.models import Job


@pytest.fixture(scope="module")
def filled(
    sqlite_databases: Any, tmp_path_factory: Any, django_db_blocker: Any
) -> tuple[str, Path, tuple[Side, Side]]:
    """A database of two villages, the folder of its office, and a job that the administrator may look at; copied for each test."""
    home, url = tmp_path_factory.mktemp("villages"), sqlite_databases.empty()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), using(url), demonstration(False):
        patch.setattr(settings, "HOME", home)
        migrate()
        sides = fill(home)
        job = Job.objects.create(kind="seal", asked_by="setup", asked_at="2020-01-02T00:00:00Z", state="done").pk  # fmt: skip
        for one in sides:
            one.things["job"] = job
    return url, home, sides


@pytest.fixture
def sides(
    filled: Any, sqlite_databases: Any, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Side, Side]]:
    """The two villages, in an office of the test's own."""
    url, home, found = filled
    monkeypatch.setattr(settings, "HOME", home)
    with django_db_blocker.unblock(), sqlite_databases.copy(url) as copy, using(copy):
        yield found
