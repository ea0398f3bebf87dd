"""Which cut is meant by a number or a moment."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tsampa.errors import TsampaError
from tsampa.office.history.cuts import cut_at
from tsampa.office.history.models import Cut

__all__ = ["find_cut"]


def find_cut(told: str) -> Cut:
    """The cut of this number, or the latest not after this moment (of the programme's time zone where none is said).

    Raises TsampaError ``cut-unknown`` and ``history-no-cut``.
    """
    if told.isdecimal():
        found = Cut.objects.filter(pk=int(told)).first()
        if found is not None:
            return found
    else:
        moment = _moment(told)
        if moment is not None:
            return cut_at(moment)
    raise TsampaError(
        "cut-unknown", f"there is no cut '{told}'", remedy="Give a cut's number, or a moment such as 2020-06-30T18:00+08:00.", usage=True
    )  # fmt: skip


def _moment(told: str) -> datetime | None:
    try:
        found = parse_datetime(told)
    except ValueError:
        return None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found
