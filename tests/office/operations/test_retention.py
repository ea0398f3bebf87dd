"""Every kind of record has its time or its reason to stay; what is past its time goes when asked, and nothing of history."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db.models import Model

from office.intake.builders import HOUSEHOLDS, apply, county, people, send, workbook
from tsampa.office.bridge.models import Judgement
from tsampa.office.history import Version, recorded_models, verify
from tsampa.office.intake.models import Batch, PlannedRow, StagedRow, Step
from tsampa.office.jobs.models import Job, Line
from tsampa.office.operations.retention import KINDS, apply_retention, due, kept_for_ever
from tsampa.office.register import actions
from tsampa.office.register.evidence import evidence_path

NOW = datetime(2030, 1, 1, tzinfo=UTC)
DECLARED = {model for kind in KINDS for model in kind.models}


def unstated(models: list[type[Model]]) -> list[str]:
    return [one._meta.label for one in models if one not in DECLARED and kept_for_ever(one) is None]


def test_every_model_has_its_time_or_a_reason_to_stay():
    assert unstated(apps.get_models(include_auto_created=True)) == []


def test_a_new_model_without_a_statement_is_found():
    meta = type("Meta", (), {"app_label": "intake"})
    made = type("Sketch", (Model,), {"__module__": "planted", "Meta": meta})
    del apps.all_models["intake"]["sketch"]
    apps.clear_cache()
    assert unstated([made]) == ["intake.Sketch"]


def test_nothing_with_a_history_has_a_time():
    assert DECLARED & set(recorded_models()) == set()
    assert not [one for one in DECLARED if one._meta.app_label == "history"]


def test_reasons_are_given_in_both_languages():
    for kind in KINDS:
        assert all((kind.label.en, kind.label.zh, kind.reason.en, kind.reason.zh))


@pytest.fixture
def old(office, tmp_path) -> dict[str, int]:
    """An applied and an open batch, two jobs, two judgements, and a file of evidence without a row; all of some years ago."""
    county()
    applied = apply(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=people()))
    send(workbook(tmp_path / "b.xlsx", households=HOUSEHOLDS))
    Step.objects.update(at=NOW - timedelta(days=100))
    for days in (100, 10):
        at = NOW - timedelta(days=days)
        Line.objects.create(
            job=Job.objects.create(kind="backup", state="done", asked_at=at, ended_at=at), at=at, text="x"
        )
    for number in (1, 2):
        Judgement.objects.create(
            id=str(number), path="x", programme="bailang", day=f"202{number}-01-01", variables={}, attached_at=NOW - timedelta(days=800)
        )  # fmt: skip
    check = actions.record_check(
        household="540228100201-0001", guarantee="housing", date="2019-01-01", by="pema"
    ).code
    kept = actions.attach_evidence(check=check, content=b"%PDF-x", name="a.pdf", by="pema")
    left = evidence_path("ab" + "0" * 62)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"x")
    for path in (left, evidence_path(kept.sha256)):
        os.utime(path, (NOW.timestamp() - 10**6,) * 2)
    return {"applied": StagedRow.objects.filter(batch=applied).count(), "left": len(left.name)}


def counted(found) -> dict[str, int]:
    return {one.kind.name: one.count for one in found if one.count}


def test_what_is_past_its_time_goes_and_the_rest_stays(old):
    told = counted(due(NOW))
    assert told["staged rows of ended batches"] == old["applied"] == 5
    assert {name: told[name] for name in ("jobs", "judgements", "evidence")} == {
        "jobs": 1,
        "judgements": 1,
        "evidence": 1,
    }
    assert not any("open" in name for name in told)
    before = Version.objects.count()
    assert counted(apply_retention(NOW)) == told
    assert counted(due(NOW)) == {}
    assert (Version.objects.count(), Batch.objects.count(), Job.objects.count(), Line.objects.count()) == (
        before,
        2,
        1,
        1,
    )
    assert Judgement.objects.get().pk == "2"
    assert StagedRow.objects.exists()
    assert PlannedRow.objects.exists()
    assert verify().holds


def test_an_open_batch_is_forgotten_after_a_year(old):
    apply_retention(NOW + timedelta(days=300))
    assert (StagedRow.objects.exists(), Batch.objects.count()) == (False, 2)
