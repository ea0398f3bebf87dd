"""A count again that carries over what cannot have changed finds the same as a whole one, and is done as a job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from office.bridge.registers import take_in
from office.databases import SqliteDatabases, migrate, using
from tsampa.demo import make_demo
from tsampa.office.bridge.count import count_before, count_register
from tsampa.office.bridge.models import Gap, Judgement, Result, VillageSummary
from tsampa.office.bridge.rules import office_rulebook
from tsampa.office.history import change
from tsampa.office.jobs.actions import ask_job, run_job
from tsampa.office.jobs.models import State
from tsampa.office.operations.proposals import approve, propose_parameter
from tsampa.office.register.models import Income

DAY = date(2020, 6, 30)


@pytest.fixture(scope="module")
def filled(
    sqlite_databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> str:
    """The address of an office that holds a small county."""
    snapshot = make_demo(tmp_path_factory.mktemp("small") / "snapshot", households=500)
    with django_db_blocker.unblock():
        url = sqlite_databases.empty()
        with using(url):
            migrate()
            take_in(snapshot)
    return url


@pytest.fixture
def county(filled: str, sqlite_databases: SqliteDatabases, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), sqlite_databases.copy(filled) as url, using(url):
        yield


def found(judgement: Judgement) -> dict[str, Any]:
    """All that was brought back, without what names the judgement itself."""
    return {
        "results": dict(Result.objects.filter(judgement=judgement).values_list("household", "values")),
        "ages": dict(Result.objects.filter(judgement=judgement).values_list("household", "checked_since")),
        "gaps": set(Gap.objects.filter(judgement=judgement).values_list("household", "light", "known")),
        "villages": {
            one.pop("area_id"): {name: told for name, told in one.items() if name not in ("id", "judgement_id")}
            for one in VillageSummary.objects.filter(judgement=judgement).values()
        },
    }  # fmt: skip


@pytest.mark.slow
def test_a_count_since_another_finds_the_same(county: None) -> None:
    first = count_register(as_of=DAY, by="tester", at=timezone.now())
    assert count_before(DAY) == first
    with change(by="tester", reason="visit"):
        some = Income.objects.filter(accounting_year=2019, source="wage").first()
        assert some
        Income.objects.filter(pk=some.pk).update(amount=9_999_999)
    again = count_register(as_of=DAY, by="tester", at=timezone.now(), since=first)
    whole = count_register(as_of=DAY, by="tester", at=timezone.now())
    assert found(again) == found(whole)
    assert found(again)["results"] != found(first)["results"]


def test_it_begins_anew_where_the_earlier_one_is_gone(county: None, home: Path) -> None:
    first = count_register(as_of=DAY, by="tester", at=timezone.now())
    assert count_before(date(2019, 6, 30)) is None
    Path(first.path, "manifest.json").unlink()
    assert count_before(DAY) is None


def test_the_job_counts_the_register(county: None) -> None:
    done = run_job(ask_job("count", by="tester", as_of=DAY).pk)
    assert done.state == State.DONE, done.error
    assert done.outcome
    judgement = Judgement.objects.get(pk=done.outcome["judgement"])
    assert (judgement.day, judgement.attached_by) == (DAY, "tester")
    assert done.outcome["households"] == judgement.results.count() > 0


def test_an_approved_parameter_counts(county: None) -> None:
    first = count_register(as_of=DAY, by="tester", at=timezone.now())
    told = {
        "name": "poverty_line[national]",
        "value": "90000",
        "since": date(2020, 1, 1),
        "source": "decree",
        "reason": "test",
    }
    one = propose_parameter(**told, by="tsering", at=timezone.now())
    approve(proposal=one.pk, by="dolma", at=timezone.now())
    again = count_register(as_of=DAY, by="tester", at=timezone.now(), since=first)
    assert again.rulebook == office_rulebook().version != first.rulebook

    def met(judgement: Judgement) -> int:
        return sum(one.lights["income_meets_line"][0] for one in judgement.villages.all())

    assert met(again) < met(first)
