"""Lists that were taken out: remembered when they are written, found by who audits the villages they came from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.lists import Asked
from tsampa.office.register.models import Export, ExportedVillage

__all__ = ["exports_of", "households_of", "record_export"]


def record_export(
    *, by: str, at: datetime, kind: str, asked: Asked, judgement: Judgement | None, villages: Mapping[str, int]
) -> Export:  # fmt: skip
    """Remembers a list that was written as a file of this kind; ``villages`` has the number of its households of each.

    Of words that were looked for it is only kept that there were some: they may be a name.
    """
    with transaction.atomic():
        made = Export.objects.create(
            by=by, at=at, kind=kind, households=sum(villages.values()), filters=_filters(asked, judgement),
            columns=list(asked.columns),
        )  # fmt: skip
        ExportedVillage.objects.bulk_create(
            ExportedVillage(export=made, area=area, households=count)
            for area, count in sorted(villages.items())
        )
        return made


def _filters(asked: Asked, judgement: Judgement | None) -> dict[str, Any]:
    """What was asked for, by the names that stand in the list's address; nothing where it was not.

    All words are the schema's, the programme's or the register's own: an area that is none may be anything somebody typed.
    """
    area = asked.area if Area.objects.filter(pk=asked.area).exists() else "?" if asked.area else ""
    told: dict[str, Any] = {
        "words": bool(asked.text), "area": area, "status": asked.status, "standing": asked.standing, "checks": asked.checks,
        "gap": list(asked.gaps), "unknown": list(asked.unknown), "on": judgement.day.isoformat() if judgement else "",
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def exports_of(scope: Scope, *, user: str = "") -> QuerySet[Export]:
    """The exports that had households of the scope's villages, the latest first; all of them for the whole register."""
    found = Export.objects.order_by("-at", "-pk")
    if scope.areas(May.AUDIT) is not None:
        found = found.filter(pk__in=_villages(scope).values("export"))
    return found.filter(by=user) if user else found


def households_of(scope: Scope, exports: list[Export]) -> dict[int, int]:
    """How many households of the scope's villages each of these exports had."""
    counted = _villages(scope).filter(export__in=exports).values("export").annotate(count=Sum("households"))
    return dict(counted.values_list("export", "count"))


def _villages(scope: Scope) -> QuerySet[ExportedVillage]:
    return visible_to(scope, ExportedVillage.objects.all(), May.AUDIT)
