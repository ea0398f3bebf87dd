"""What can be done with a batch: load, check again, decide, accept, refuse, undo. Preparing and accepting are different people.

Where each may be done the user's grants say: nobody sends or accepts a row of an area that is not theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, scope_of
from tsampa.office.history import Refused, Source, change
from tsampa.office.history.clock import is_demonstration, now
from tsampa.office.intake.apply import apply_plan, take_back
from tsampa.office.intake.check import check_rows
from tsampa.office.intake.door import Admitted, admit
from tsampa.office.intake.layout import Layout, read_layout
from tsampa.office.intake.linking import Decided
from tsampa.office.intake.models import Batch, Decision, Doubt, State, Step
from tsampa.office.intake.queries import batch_for, may_accept, may_send, scope_named, sees_cells
from tsampa.office.intake.reading import read_file
from tsampa.office.intake.staging import mark, problems_of_sheets, read_rows, stage, staged_rows, store
from tsampa.office.register.columns import schema
from tsampa.sheets.importing import without_collector

__all__ = ["accept", "begin", "check_again", "decide", "load", "read_in", "refuse", "undo"]

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
    moment = now(at)
    scope = scope_named(by, timezone.localdate(moment))
    batch = begin(admit(Path(path)), name=Path(path).name, scope=scope, moment=moment, on=on)
    return _read_in(batch, Path(path), scope, moment, table, encoding, progress)


def begin(file: Admitted, *, name: str, scope: Scope, moment: datetime, on: date | None = None) -> Batch:
    """A batch of the file, with nothing read of it. Raises TsampaError ``intake-not-allowed``, ``intake-already-applied``."""
    if not may_send(scope):
        raise TsampaError(
            "intake-not-allowed", f"{scope.user.get_username()} may not send sheets",
            remedy="Have somebody do it who may, or have an administrator give you a role that sends sheets.",
        )  # fmt: skip
    _fail_if_applied(file)
    batch = Batch(
        name=name[:255], sha256=file.sha256, size=file.size, layout=read_layout(schema()).version,
        on=on or timezone.localdate(moment), prepared_by=scope.user.get_username(), sent_at=moment,
    )  # fmt: skip
    batch.save(force_insert=True)
    _step(batch, State.UPLOADED, scope.user, moment)
    return batch


def read_in(
    batch_id: str, *, file: Path, by: User | str, table: str = "", encoding: str = "", progress: Progress | None = None
) -> Batch:  # fmt: skip
    """The file of a batch that was begun, staged and checked. Raises as ``load``, and ``intake-state``."""
    scope, batch = find_batch(batch_id, by, State.UPLOADED)
    return _read_in(batch, file, scope, timezone.now(), table, encoding, progress)


def _read_in(
    batch: Batch, path: Path, scope: Scope, moment: datetime, table: str, encoding: str, progress: Progress | None
) -> Batch:  # fmt: skip
    try:
        with without_collector():
            _stage_and_check(batch, admit(path), scope, moment, table, encoding, progress)
    except TsampaError as error:
        if error.code != "intake-state":
            _step(batch, State.REFUSED, scope.user, moment, f"{error.message} [{error.code}]")
        raise
    return batch


def _stage_and_check(
    batch: Batch, file: Admitted, scope: Scope, moment: datetime, table: str, encoding: str, progress: Progress | None
) -> None:  # fmt: skip
    layout = read_layout(schema())
    reads = read_file(file, layout, table=table, encoding=encoding)
    rows, problems, batch.sheets = read_rows(reads, batch.on, made_up=is_demonstration(), progress=progress)
    plan, persons = check_rows(layout, rows, _decided(), progress, scope.areas(May.SEND_SHEETS))
    with transaction.atomic():
        _fail_unless(batch, State.UPLOADED)
        _step(batch, State.STAGED, scope.user, moment)
        stage(batch, rows)
        store(batch, plan, persons, rows, problems)
        _step(batch, State.CHECKED, scope.user, moment)


def check_again(batch_id: str, *, by: User | str, progress: Progress | None = None) -> Batch:
    """The staged rows checked anew, against the register as it stands now and the areas that the sender now has.

    Raises TsampaError ``intake-state``.
    """
    scope, batch = find_batch(batch_id, by, State.CHECKED)
    layout = _layout(batch)
    sender = scope_of(User.objects.get(username=batch.prepared_by), timezone.localdate())
    with without_collector():
        rows = staged_rows(batch, layout, made_up=is_demonstration())
        plan, persons = check_rows(layout, rows, _decided(), progress, sender.areas(May.SEND_SHEETS))
        with transaction.atomic():
            _fail_unless(batch, State.CHECKED)
            of_sheets = problems_of_sheets(batch, rows)
            mark(batch, rows)
            store(batch, plan, persons, rows, of_sheets)
            _step(batch, State.CHECKED, scope.user, timezone.now())
    return batch


def decide(batch_id: str, *, row: int, person: str | None, by: User | str) -> None:
    """Says who a doubtful row is: the ``person`` of this code, or none of the candidates. It is remembered.

    Raises TsampaError ``intake-no-doubt``.
    """
    scope, batch = find_batch(batch_id, by, State.CHECKED, State.APPLIED)
    doubt = Doubt.objects.filter(batch=batch, row=row).first()
    named = [one["person"] for one in doubt.candidates] if doubt else []
    if doubt is None or not sees_cells(scope, batch) or (person is not None and person not in named):
        raise TsampaError(
            "intake-no-doubt", f"row {row} is not in doubt, or not about that person",
            remedy="Look at the batch's doubtful rows and their candidates.",
        )  # fmt: skip
    with transaction.atomic():
        # Who is one person is none of the others; an earlier word about them is taken back.
        for one in named:
            told = {"same": one == person, "by": scope.user.get_username(), "at": timezone.now()}
            Decision.objects.update_or_create(key=doubt.key, person=one, defaults=told)


def accept(
    batch_id: str, *, by: User | str, at: datetime | None = None, seen: int | None = None, progress: Progress | None = None
) -> Batch:  # fmt: skip
    """Applies what the preview shows, whole, in one change, by another person than the one who prepared it.

    ``at`` sets the clock of a demonstration; ``seen`` is the batch's last step when its preview was looked at.
    Raises TsampaError ``intake-same-person``, ``intake-not-allowed``, ``intake-outside-area``, ``intake-state``,
    ``intake-stale``, ``history-clock``; nothing is applied then.
    """
    scope, batch = find_batch(batch_id, by, State.CHECKED, on=timezone.localdate(now(at)))
    require_acceptor(scope, batch)
    layout = _layout(batch)
    with _whole(batch, State.CHECKED, State.APPLIED), change(
        by=scope.user, reason=f"{batch.name}, prepared by {batch.prepared_by}", source=Source("import", str(batch.pk)), at=at
    ) as made:  # fmt: skip
        _claim(batch, State.CHECKED, State.ACCEPTED)
        require_within(scope, batch)
        require_seen(batch, seen)
        _step(batch, State.ACCEPTED, scope.user, made.at)
        apply_plan(batch, layout, progress)
        batch.change = made.pk
        _step(batch, State.APPLIED, scope.user, made.at)
    return batch


def refuse(batch_id: str, *, by: User | str, reason: str) -> Batch:
    """The batch is not taken: who prepared it withdraws it, or who accepts refuses it. A new one may be sent.

    Raises TsampaError ``intake-reason``, ``intake-state``.
    """
    scope, batch = find_batch(batch_id, by, State.UPLOADED, State.CHECKED)
    require_reason(reason)
    with transaction.atomic():
        _claim(batch, State(batch.state), State.REFUSED)
        _step(batch, State.REFUSED, scope.user, timezone.now(), reason.strip())
    return batch


def undo(batch_id: str, *, by: User | str, reason: str, progress: Progress | None = None) -> Batch:
    """Takes an applied batch back by a new change that restores what stood before; history keeps both.

    Raises TsampaError ``intake-undo-touched`` where later changes touched the same rows, ``intake-reason``,
    ``intake-not-allowed``, ``intake-outside-area``, ``intake-state``.
    """
    scope, batch = find_batch(batch_id, by, State.APPLIED)
    require_undoer(scope, batch)
    require_reason(reason)
    layout = _layout(batch)
    with _whole(batch, State.APPLIED, State.UNDONE), change(
        by=scope.user, reason=reason, source=Source("undo of import", str(batch.pk))
    ) as made:  # fmt: skip
        _claim(batch, State.APPLIED, State.UNDONE)
        take_back(batch, layout, progress)
        batch.undo, batch.reason = made.pk, ""
        _step(batch, State.UNDONE, scope.user, made.at, reason)
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


def _fail_unless(batch: Batch, state: State) -> None:
    """Asked once more where nobody else writes: somebody may have accepted or refused it meanwhile."""
    if not Batch.objects.filter(pk=batch.pk, state=state).exists():
        raise _wrong_state(batch)


def find_batch(batch_id: str, by: User | str, *states: State, on: date | None = None) -> tuple[Scope, Batch]:
    """The batch, in one of these states, and what the user may do. Raises TsampaError ``intake-unknown``, ``intake-state``."""
    scope = scope_named(by, on)
    batch = batch_for(scope, batch_id)
    if batch.state not in states:
        raise _wrong_state(batch)
    return scope, batch


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


def require_acceptor(scope: Scope, batch: Batch) -> None:
    """Raises TsampaError ``intake-same-person``, ``intake-not-allowed``, ``intake-outside-area``."""
    if batch.prepared_by == scope.user.get_username():
        raise TsampaError(
            "intake-same-person",
            "who prepared a batch does not accept it",
            remedy="Have another person look at it.",
        )
    require_undoer(scope, batch)


def require_undoer(scope: Scope, batch: Batch) -> None:
    """Raises TsampaError ``intake-not-allowed``, ``intake-outside-area``."""
    if not may_accept(scope):
        raise TsampaError(
            "intake-not-allowed", f"{scope.user.get_username()} may not accept batches",
            remedy="Have somebody do it who may, or have an administrator give you the role of approver.",
        )  # fmt: skip
    require_within(scope, batch)


def require_within(scope: Scope, batch: Batch) -> None:
    """Every row of the batch stands where the user accepts. Raises TsampaError ``intake-outside-area``."""
    areas = scope.areas(May.ACCEPT_SHEETS)
    if areas is None:
        return
    touched = set(batch.touched.values_list("area", flat=True))
    if not touched <= areas or (not touched and batch.planned.exists()):
        raise TsampaError(
            "intake-outside-area", "the batch changes rows of areas that are not yours",
            remedy="Have somebody accept it who approves for all of its areas.",
        )  # fmt: skip


def require_seen(batch: Batch, seen: int | None) -> None:
    """The preview that was looked at is the one that stands. Raises TsampaError ``intake-preview-changed``."""
    if seen is not None and seen != last_step(batch):
        raise TsampaError(
            "intake-preview-changed", "the batch was checked again, or changed, after you looked at it",
            remedy="Look at what would change now, and decide anew.",
        )  # fmt: skip


def last_step(batch: Batch) -> int:
    """The number of the batch's last step: whatever happens to it makes another one."""
    return batch.steps.order_by("-pk").values_list("pk", flat=True).first() or 0


def require_reason(reason: str) -> None:
    """Raises TsampaError ``intake-reason``."""
    if not reason.strip():
        raise TsampaError(
            "intake-reason",
            "no reason is given",
            remedy="Say why: the reason is kept with the batch.",
            usage=True,
        )


def _decided() -> Decided:
    pairs = list(Decision.objects.values_list("key", "person", "same"))
    return Decided(
        [(key, person) for key, person, same in pairs if same], [(key, person) for key, person, same in pairs if not same]
    )  # fmt: skip


def _step(batch: Batch, state: State, user: User, at: datetime, reason: str = "") -> None:
    batch.state = state
    batch.save()
    Step.objects.create(batch=batch, state=state, by=user.get_username(), at=at, reason=reason)
