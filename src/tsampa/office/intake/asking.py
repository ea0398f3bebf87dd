"""Asking the worker: a sheet sent in the browser is read, checked, applied or undone by a job, one at a time for each batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import User
from tsampa.office.intake.actions import (
    begin,
    find_batch,
    require_acceptor,
    require_reason,
    require_seen,
    require_undoer,
)
from tsampa.office.intake.door import BUNDLE, TEXTS, admit, require_small
from tsampa.office.intake.files import forget_file, keep_file
from tsampa.office.intake.layout import read_layout
from tsampa.office.intake.models import Batch, State
from tsampa.office.intake.queries import scope_named
from tsampa.office.intake.reading import look_at_text
from tsampa.office.jobs.actions import ask_job
from tsampa.office.jobs.models import Job
from tsampa.office.jobs.models import State as JobState
from tsampa.office.register.columns import schema

__all__ = ["ask_accept", "ask_check", "ask_undo", "receive"]

_BOOKS = (".xlsx", ".xlsm", ".xltm", ".xlsb", ".xls", ".xlam")
"""Those with macros are let through to the door, which says what is wrong with them."""
_LONGEST = 200


def receive(upload: UploadedFile, *, by: User | str, table: str = "", encoding: str = "") -> Batch:
    """Keeps a file that somebody sent and has it read by the worker.

    What can be seen at once is refused at once: raises TsampaError ``intake-format``, ``intake-too-large``, ``intake-bomb``,
    ``intake-macros``, ``intake-damaged``, ``intake-table``, ``intake-already-applied``, ``intake-not-allowed``, ``sheet-…``.
    """
    name = "".join(one for one in Path(upload.name or "").name if one.isprintable())[-_LONGEST:]
    suffix = Path(name).suffix.lower()
    if suffix not in (*TEXTS, BUNDLE, *_BOOKS):
        raise TsampaError(
            "intake-format", f"'{suffix}' is no kind of file that is taken in",
            remedy="Send a workbook (.xlsx), a table (.csv), or several tables in a .zip.",
        )  # fmt: skip
    require_small(upload.size or 0, name)
    path = keep_file(upload.chunks(), suffix)
    try:
        return _ask_to_read(path, name, by, table, encoding)
    except BaseException:
        forget_file(path)
        raise


def _ask_to_read(path: Path, name: str, by: User | str, table: str, encoding: str) -> Batch:
    file = admit(path, whole=False)
    if file.is_text:
        table = look_at_text(path, name, read_layout(schema()), table=table, encoding=encoding)
    moment = timezone.now()
    with transaction.atomic():
        batch = begin(file, name=name, scope=scope_named(by), moment=moment)
        _ask("intake-load", batch, by, file=path, on=batch.on, table=table, encoding=encoding)
    return batch


def ask_check(batch_id: str, *, by: User | str) -> Batch:
    """Has the batch checked again. Raises TsampaError ``intake-state``, ``intake-busy``."""
    _, batch = find_batch(batch_id, by, State.CHECKED)
    with transaction.atomic():
        return _ask("intake-check", batch, by)


def ask_accept(batch_id: str, *, by: User | str, seen: int) -> Batch:
    """Has the batch applied as it was ``seen``. Raises TsampaError as ``accept``, ``intake-preview-changed``, ``intake-busy``."""
    scope, batch = find_batch(batch_id, by, State.CHECKED)
    require_acceptor(scope, batch)
    require_seen(batch, seen)
    with transaction.atomic():
        return _ask("intake-accept", batch, by, seen=seen)


def ask_undo(batch_id: str, *, by: User | str, reason: str) -> Batch:
    """Has the batch undone. Raises TsampaError as ``undo``, ``intake-busy``."""
    scope, batch = find_batch(batch_id, by, State.APPLIED)
    require_undoer(scope, batch)
    require_reason(reason)
    with transaction.atomic():
        return _ask("intake-undo", batch, by, _reason=reason.strip())


def _ask(kind: str, batch: Batch, by: User | str, _reason: str = "", **arguments: Any) -> Batch:
    """One job at a time: of two who ask at the same moment one is told that there is one."""
    if Job.objects.filter(pk=batch.job or 0, state__in=(JobState.WAITING, JobState.RUNNING)).exists():
        raise _busy()
    name = by if isinstance(by, str) else by.get_username()
    job = ask_job(kind, by=name, batch=str(batch.pk), **arguments)
    # Why it is undone may speak of people; a job's arguments never do.
    same = Batch.objects.filter(pk=batch.pk, state=batch.state, job=batch.job)
    if not same.update(job=job.pk, reason=_reason):
        raise _busy()
    batch.job, batch.reason = job.pk, _reason
    return batch


def _busy() -> TsampaError:
    return TsampaError(
        "intake-busy", "the batch is being worked on already",
        remedy="Wait till that has ended, and look at what came of it.",
    )  # fmt: skip
