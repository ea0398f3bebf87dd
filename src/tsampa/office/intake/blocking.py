"""What stands in the way of an undo: rows of the batch that something later changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from tsampa.office.history import Version
from tsampa.office.intake.models import Batch
from tsampa.office.intake.showing import table_label
from tsampa.office.register.columns import MODELS, schema
from tsampa.office.register.models import Record

__all__ = ["Blocking", "blocking"]

SHOWN = 20
_MOST = 20_000
"""A batch with more rows is asked about when it is undone, not each time the page is opened."""


@dataclass(frozen=True)
class Blocking:
    """A later version of a row that the batch wrote: of which row, by whom, when and why."""

    table: str
    code: str
    by: str
    at: datetime
    reason: str


def blocking(batch: Batch, lang: str) -> list[Blocking]:
    """The latest of them, at most twenty. A later change that was itself undone is told as well: who undoes will see."""
    if batch.change is None or sum(one["new"] + one["changed"] for one in batch.counts.values()) > _MOST:
        return []
    later = Version.objects.filter(
        table=OuterRef("table"), key=OuterRef("key"), id__gt=OuterRef("id"), change_id__gt=batch.change
    )
    touched = Version.objects.filter(Exists(later), change_id=batch.change).values_list("table", "key")[
        :SHOWN
    ]
    pairs = list(touched)
    found = (
        Version.objects.filter(table__in={one for one, _ in pairs}, key__in={one for _, one in pairs}, change_id__gt=batch.change)
        .select_related("change").order_by("-id")
    )  # fmt: skip
    names = _names(lang)
    return [
        Blocking(names.get(one.table, one.table), _code(one), one.change.actor, one.change.at, one.change.reason)
        for one in found[: 4 * SHOWN] if (one.table, one.key) in pairs
    ][:SHOWN]  # fmt: skip


def _names(lang: str) -> dict[str, str]:
    found = {
        MODELS[one.name]._meta.db_table: table_label(one.name, lang)
        for one in schema().tables
        if one.name in MODELS
    }
    return found | {Record._meta.db_table: "–"}


def _code(version: Version) -> str:
    """The row as people know it; where it is gone, by its number."""
    told = json.loads(version.payload) if version.payload else None
    return str((told or {}).get("code") or version.key)
