"""A form acts once, and only upon what it was shown with: else nothing is written, and the page says what came between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from tsampa.errors import TsampaError
from tsampa.office.history import Recorded
from tsampa.office.register.models import SentForm
from tsampa.office.register.timeline import stamp_of
from tsampa.office.register.writing import one_change

__all__ = ["AlreadySent", "Stale", "once"]


class AlreadySent(TsampaError):  # noqa: N818 - it reads as what happened
    """This form was sent before; what it asked for is done."""

    def __init__(self, result: str) -> None:
        super().__init__("form-sent", "this form was sent already", remedy="Look at the household's file.")
        self.result = result


class Stale(TsampaError):  # noqa: N818 - it reads as what happened
    """The rows changed while the form was open. ``stamp`` is their latest version now."""

    def __init__(self, stamp: int) -> None:
        super().__init__("form-stale", "somebody else changed this while the form was open", remedy="Compare both, decide, and send the form again.")  # fmt: skip
        self.stamp = stamp


@contextmanager
def once(
    *, form: str, stamp: int, rests_on: Callable[[], list[Recorded]], by: str, reason: str, at: datetime
) -> Iterator[SentForm]:
    """The change of a form: what is written inside is kept together with the form's mark, or not at all.

    ``rests_on`` gives the rows whose latest version the form carries; it is asked inside the change, locking them. Raises
    ``AlreadySent`` or ``Stale``, and what ``one_change`` raises.
    """
    with one_change(by, reason):
        sent, fresh = SentForm.objects.get_or_create(id=form, defaults={"by": by, "at": at})
        if not fresh:
            raise AlreadySent(sent.result)
        now = stamp_of(rests_on())
        if now != stamp:
            raise Stale(now)
        yield sent
        if sent.result:
            sent.save(update_fields=["result"])


def result_of(made: Any) -> str:
    """The code of what an action made, if it made anything."""
    return str(made.pk) if made is not None and hasattr(made, "pk") else ""
