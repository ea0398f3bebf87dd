"""What can be done with a batch: load, check again, decide, accept, undo. Preparing and accepting are different people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User
from tsampa.office.history import Refused, Source, change
from tsampa.office.history.clock import is_demonstration, now
from tsampa.office.intake.apply import apply_plan, take_back
from tsampa.office.intake.check import check_rows
from tsampa.office.intake.door import Admitted, admit
from tsampa.office.intake.layout import Layout, read_layout
from tsampa.office.intake.linking import Decided
from tsampa.office.intake.models import Batch, Decision, Doubt, State, Step
from tsampa.office.intake.queries import batch_for, may_accept, user_named
from tsampa.office.intake.reading import read_file
from tsampa.office.intake.staging import mark, read_rows, stage, staged_rows, store
from tsampa.office.register.columns import schema
from tsampa.sheets.importing import without_collector

__all__ = ["accept", "check_again", "decide", "load", "undo"]

Progress = Callable[[str, int, int], None]


def load(
    path: Path, *, by: User | str, on: date | None = None, table: str = "", encoding: str = "",
    at: datetime | None = None, progress: Progress | None = None,
) -> Batch:  # fmt: skip
    """The file staged and checked, with a preview of what would change; the register stays as it is.

    ``on`` is the day it is taken in (today): days after it are slips of the pen. ``table`` and ``encoding`` are of CSV files.
    ``at`` sets the clock of a demonstration.
    A file that cannot be read leaves a refused batch with the reason. Raises TsampaError ``intake-…``, ``sheet-…``,
    ``file-missing``, ``history-clock``.
    """
    user, moment = user_named(by), now(at)
    file = admit(Path(path))
    layout = read_layout(schema())
    _fail_if_applied(file)
    batch = Batch(
        name=file.path.name[:255], sha256=file.sha256, size=file.size, layout=layout.version,
        on=on or timezone.localdate(moment), prepared_by=user.get_username(),
    )  # fmt: skip
    batch.save(force_insert=True)
    _step(batch, State.UPLOADED, user, moment)
    try:
        with without_collector():
            _stage_and_check(batch, file, layout, user, moment, table, encoding, progress)
    except TsampaError as error:
        _step(batch, State.REFUSED, user, moment, f"{error.message} [{error.code}]")
        raise
    return batch


def _stage_and_check(
    batch: Batch, file: Admitted, layout: Layout, user: User, moment: datetime, table: str, encoding: str, progress: Progress | None
) -> None:  # fmt: skip
    reads = read_file(file, layout, table=table, encoding=encoding)
    rows, problems, batch.sheets = read_rows(reads, batch.on, made_up=is_demonstration(), progress=progress)
    plan, persons = check_rows(layout, rows, _decided(), progress)
    with _writing():
        _step(batch, State.STAGED, user, moment)
        stage(batch, rows)
        store(batch, plan, persons, rows, problems)
        _step(batch, State.CHECKED, user, moment)


@contextmanager
def _writing() -> Iterator[None]:
    """A transaction that begins with the right to write. Reading stands before it: SQLite refuses to let a transaction write
    that began by reading, once somebody else has written meanwhile; and others need not wait for long reading.
    """
    database: Any = connection
    with database.writing(), transaction.atomic():
        yield


def check_again(batch_id: str, *, by: User | str, progress: Progress | None = None) -> Batch:
    """The staged rows checked anew, against the register as it stands now. Raises TsampaError ``intake-state``."""
    user, batch = _batch(batch_id, by, State.CHECKED)
    layout = _layout(batch)
    with without_collector():
        rows = staged_rows(batch, layout, made_up=is_demonstration())
        plan, persons = check_rows(layout, rows, _decided(), progress)
        with _writing():
            mark(batch, rows)
            store(batch, plan, persons, rows, [])
            _step(batch, State.CHECKED, user, timezone.now())
    return batch


def decide(batch_id: str, *, row: int, person: str | None, by: User | str) -> None:
    """Says who a doubtful row is: the ``person`` of this code, or none of the candidates. It is remembered.

    Raises TsampaError ``intake-no-doubt``.
    """
    user, batch = _batch(batch_id, by, State.CHECKED, State.APPLIED)
    doubt = Doubt.objects.filter(batch=batch, row=row).first()
    named = [one["person"] for one in doubt.candidates] if doubt else []
    if doubt is None or (person is not None and person not in named):
        raise TsampaError(
            "intake-no-doubt", f"row {row} is not in doubt, or not about that person",
            remedy="Look at the batch's doubtful rows and their candidates.",
        )  # fmt: skip
    with _writing():
        for one in named if person is None else [person]:
            told = {"same": person is not None, "by": user.get_username(), "at": timezone.now()}
            Decision.objects.update_or_create(key=doubt.key, person=one, defaults=told)


def accept(
    batch_id: str, *, by: User | str, at: datetime | None = None, progress: Progress | None = None
) -> Batch:
    """Applies what the preview shows, whole, in one change, by another person than the one who prepared it.

    ``at`` sets the clock of a demonstration. Raises TsampaError ``intake-same-person``, ``intake-not-allowed``,
    ``intake-state``, ``intake-stale``, ``history-clock``; nothing is applied then.
    """
    user, batch = _batch(batch_id, by, State.CHECKED)
    if batch.prepared_by == user.get_username():
        raise TsampaError(
            "intake-same-person",
            "who prepared a batch does not accept it",
            remedy="Have another person look at it.",
        )
    _require_acceptor(user)
    layout = _layout(batch)
    with _whole(batch, State.CHECKED, State.APPLIED), change(
        by=user, reason=f"{batch.name}, prepared by {batch.prepared_by}", source=Source("import", str(batch.pk)), at=at
    ) as made:  # fmt: skip
        _claim(batch, State.CHECKED, State.ACCEPTED)
        _step(batch, State.ACCEPTED, user, made.at)
        apply_plan(batch, layout, progress)
        batch.change = made.pk
        _step(batch, State.APPLIED, user, made.at)
    return batch


def undo(batch_id: str, *, by: User | str, reason: str, progress: Progress | None = None) -> Batch:
    """Takes an applied batch back by a new change that restores what stood before; history keeps both.

    Raises TsampaError ``intake-undo-touched`` where later changes touched the same rows, ``intake-reason``,
    ``intake-not-allowed``, ``intake-state``.
    """
    user, batch = _batch(batch_id, by, State.APPLIED)
    _require_acceptor(user)
    if not reason.strip():
        raise TsampaError(
            "intake-reason", "no reason is given", remedy="Say why the batch is undone.", usage=True
        )
    layout = _layout(batch)
    with _whole(batch, State.APPLIED, State.UNDONE), change(
        by=user, reason=reason, source=Source("undo of import", str(batch.pk))
    ) as made:  # fmt: skip
        _claim(batch, State.APPLIED, State.UNDONE)
        take_back(batch, layout, progress)
        batch.undo = made.pk
        _step(batch, State.UNDONE, user, made.at, reason)
    return batch


@contextmanager
def _whole(batch: Batch, before: State, after: State) -> Iterator[None]:
    """Whatever fails leaves the batch as it was; what the database refuses is told in the batch's words."""
    try:
        yield
    except TsampaError as error:
        batch.state = before
        if isinstance(error, Refused):
            raise _overtaken(after, str(error.message)) from error
        raise
    except IntegrityError as error:
        batch.state = before
        raise _overtaken(
            after, "rows of the register lead to rows of the batch, or stand where its rows would"
        ) from error


def _overtaken(after: State, why: str) -> TsampaError:
    if after is State.UNDONE:
        return TsampaError(
            "intake-undo-touched", f"what came later does not let the batch be undone: {why}",
            remedy="Correct these rows by hand, or undo what came later first.",
        )  # fmt: skip
    return TsampaError(
        "intake-stale", f"the register has changed after the preview: {why}",
        remedy="Check the batch again and look at what would change now.",
    )  # fmt: skip


def _claim(batch: Batch, before: State, after: State) -> None:
    """One of two who accept at the same moment does so; the other is told."""
    if not Batch.objects.filter(pk=batch.pk, state=before).update(state=after):
        raise _wrong_state(batch)


def _batch(batch_id: str, by: User | str, *states: State) -> tuple[User, Batch]:
    user = user_named(by)
    batch = batch_for(user, batch_id)
    if batch.state not in states:
        raise _wrong_state(batch)
    return user, batch


def _wrong_state(batch: Batch) -> TsampaError:
    return TsampaError(
        "intake-state",
        f"the batch is {batch.state}",
        remedy="Look at it again: somebody else may have been faster.",
    )


def _layout(batch: Batch) -> Layout:
    """The layout the batch was read by. Raises TsampaError ``intake-template-old`` where definitions have changed since."""
    layout = read_layout(schema())
    if layout.version != batch.layout:
        raise TsampaError(
            "intake-template-old", "the register's definitions changed after the file was sent",
            remedy="Take a new template, copy the rows into it and send that.",
        )  # fmt: skip
    return layout


def _fail_if_applied(file: Admitted) -> None:
    applied = Batch.objects.filter(sha256=file.sha256, state=State.APPLIED)
    before = next((one for one in applied if not one.rows.get("waiting")), None)
    if before is not None:
        raise TsampaError(
            "intake-already-applied", f"this very file was applied already, as batch {before.pk}", where=file.path.name,
            remedy="Nothing needs to be done; correct rows in a new file.",
        )  # fmt: skip


def _require_acceptor(user: User) -> None:
    if not may_accept(user):
        raise TsampaError(
            "intake-not-allowed", f"{user.get_username()} may not accept batches",
            remedy="Have somebody do it who may, or give the permission 'intake.accept_batch'.",
        )  # fmt: skip


def _decided() -> Decided:
    pairs = list(Decision.objects.values_list("key", "person", "same"))
    return Decided(
        [(key, person) for key, person, same in pairs if same], [(key, person) for key, person, same in pairs if not same]
    )  # fmt: skip


def _step(batch: Batch, state: State, user: User, at: datetime, reason: str = "") -> None:
    batch.state = state
    batch.save()
    Step.objects.create(batch=batch, state=state, by=user.get_username(), at=at, reason=reason)
