"""What the database refuses, told with a code: by the triggers of history and by the guards of the rooms."""

from __future__ import annotations

from types import TracebackType

from django.db import DatabaseError, IntegrityError
from django.db.utils import DatabaseErrorWrapper

from tsampa.errors import TsampaError
from tsampa.office.history.guards import all_guards

__all__ = ["CodedErrors", "Refused", "refusal"]


class Refused(TsampaError, IntegrityError):
    """A write that the database refused: an error with a code, which is Django's ``IntegrityError`` too."""


def refusal(message: str) -> Refused | None:
    """The error that a database's message stands for; None where the message is not of ours."""
    known = [
        Refused(
            "history-actor", "a recorded row was written outside a change",
            remedy="Write inside `with change(by=…, reason=…)`; clients other than the office may only read.",
        ),
        Refused(
            "history-append-only", "history is only ever added to",
            remedy="Correct a row by a new change; where the law demands that a payload goes, use tsampa redact.",
        ),
        Refused(
            "history-truncate", "a recorded table cannot be emptied at one stroke",
            remedy="Delete its rows inside a change.",
        ),
    ]  # fmt: skip
    for one in known:
        if one.code in message:
            return one
    for guard in all_guards():
        if guard.code in message or any(name in message for name in guard.constraints):
            return Refused(guard.code, guard.message, remedy=guard.remedy)
    return None


class CodedErrors(DatabaseErrorWrapper):
    """Django's translation of a driver's errors, which besides gives our own their code."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        except DatabaseError as found:
            coded = refusal(str(found))
            if coded is not None:
                raise coded from found
            raise
