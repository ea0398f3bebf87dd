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
    running: Running, *, file: Path, on: date | None = None, table: str = "", encoding: str = "", batch: str = ""
) -> dict[str, Any]:  # fmt: skip
    """Stages and checks a file; one that was sent in the browser has its ``batch`` already, and is deleted when it was read."""
    from tsampa.office.intake.actions import load as run

    if batch:
        return _told(_read_in(running, batch, file, table, encoding))
    done = _loaded_before(running, file) if running.again else None
    return _told(
        done or run(file, by=running.by, on=on, table=table, encoding=encoding, progress=running.progress)
    )


def _read_in(running: Running, batch: str, file: Path, table: str, encoding: str) -> Batch:
    """All or nothing is staged, so what a killed worker began can be begun again."""
    from tsampa.errors import TsampaError
    from tsampa.office.intake.actions import read_in
    from tsampa.office.intake.files import forget_file
    from tsampa.office.intake.models import State
    from tsampa.office.intake.queries import batch_for, scope_named

    found = batch_for(scope_named(running.by), batch)
    try:
        if not (running.again and found.state == State.CHECKED):
            found = read_in(
                batch, file=file, by=running.by, table=table, encoding=encoding, progress=running.progress
            )
    except TsampaError:
        forget_file(file)
        raise
    forget_file(file)
    return found


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
def accept(running: Running, *, batch: str, seen: int | None = None) -> dict[str, Any]:
    """Applies a batch, as it was ``seen``."""
    from tsampa.errors import TsampaError
    from tsampa.office.intake.actions import accept as run

    try:
        return _told(run(batch, by=running.by, seen=seen, progress=running.progress))
    except TsampaError as error:
        # Asked after the attempt: a killed worker's database may still have been ending its transaction.
        if (
            running.again
            and error.code == "intake-state"
            and (done := _done_before(running, batch, "applied"))
        ):
            return _told(done)
        raise


@work("intake-undo")
def undo(running: Running, *, batch: str) -> dict[str, Any]:
    """Takes a batch back; why stands with the batch."""
    from tsampa.errors import TsampaError
    from tsampa.office.intake.actions import undo as run
    from tsampa.office.intake.queries import batch_for, scope_named

    reason = batch_for(scope_named(running.by), batch).reason
    try:
        return _told(run(batch, by=running.by, reason=reason, progress=running.progress))
    except TsampaError as error:
        if (
            running.again
            and error.code == "intake-state"
            and (done := _done_before(running, batch, "undone"))
        ):
            return _told(done)
        raise


def _done_before(running: Running, batch: str, state: str) -> Batch | None:
    from tsampa.office.history import Change
    from tsampa.office.intake.queries import batch_for, scope_named

    found = batch_for(scope_named(running.by), batch)
    number = found.change if state == "applied" else found.undo
    ours = Change.objects.filter(pk=number or 0, actor=running.by, at__gte=running.asked_at)
    return found if found.state == state and ours.exists() else None


def _told(batch: Batch) -> dict[str, Any]:
    return {"batch": str(batch.pk), "state": batch.state, "rows": batch.rows}
