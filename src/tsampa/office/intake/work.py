"""The jobs of intake. What they need is imported when they run: other processes start without it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsampa.office.jobs.kinds import Running, work

if TYPE_CHECKING:
    from tsampa.office.intake.models import Batch


@work("intake-load")
def load(
    running: Running, *, file: Path, on: date | None = None, table: str = "", encoding: str = ""
) -> dict[str, Any]:
    """Stages and checks a file."""
    from tsampa.office.intake.actions import load as run

    done = _loaded_before(running, file) if running.again else None
    return _told(
        done or run(file, by=running.by, on=on, table=table, encoding=encoding, progress=running.progress)
    )


def _loaded_before(running: Running, file: Path) -> Batch | None:
    """What a killed worker made of the file: a batch that is whole, or the beginning of one, which is then closed."""
    from django.utils import timezone

    from tsampa.office.intake.models import Batch, State, Step
    from tsampa.snapshot.manifest import file_sha256

    begun = Batch.objects.filter(
        prepared_by=running.by, sha256=file_sha256(file), steps__state=State.UPLOADED, steps__at__gte=running.asked_at
    )  # fmt: skip
    for batch in begun.filter(state=State.UPLOADED):
        Batch.objects.filter(pk=batch.pk).update(state=State.REFUSED)
        Step.objects.create(
            batch=batch,
            state=State.REFUSED,
            by=running.by,
            at=timezone.now(),
            reason="loading was broken off",
        )
    return begun.filter(state=State.CHECKED).first()


@work("intake-check")
def check(running: Running, *, batch: str) -> dict[str, Any]:
    """Checks a batch against the register as it stands now."""
    from tsampa.office.intake.actions import check_again

    return _told(check_again(batch, by=running.by, progress=running.progress))


@work("intake-accept")
def accept(running: Running, *, batch: str) -> dict[str, Any]:
    """Applies a batch."""
    from tsampa.errors import TsampaError
    from tsampa.office.intake.actions import accept as run

    try:
        return _told(run(batch, by=running.by, progress=running.progress))
    except TsampaError as error:
        # Asked after the attempt: a killed worker's database may still have been ending its transaction.
        if running.again and error.code == "intake-state" and (done := _applied_before(running, batch)):
            return _told(done)
        raise


def _applied_before(running: Running, batch: str) -> Batch | None:
    from tsampa.office.history import Change
    from tsampa.office.intake.models import State
    from tsampa.office.intake.queries import batch_for, user_named

    found = batch_for(user_named(running.by), batch)
    ours = Change.objects.filter(pk=found.change or 0, actor=running.by, at__gte=running.asked_at)
    return found if found.state == State.APPLIED and ours.exists() else None


def _told(batch: Batch) -> dict[str, Any]:
    return {"batch": str(batch.pk), "state": batch.state, "rows": batch.rows}
