"""A snapshot's rows put into the office as they are, so that what comes out again can be held against what went in."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from tsampa.office.bridge.layout import Layout, layouts
from tsampa.office.history import Source, change
from tsampa.office.register.models import Record
from tsampa.schema import Kind, read_schema
from tsampa.snapshot import Snapshot

LINKS = ("household", "person", "area")


def take_in(snapshot: Snapshot, *, reason: str = "test") -> None:
    """Everything in the snapshot, in one change."""
    with change(by="tester", reason=reason, source=Source("import", "snapshot")):
        for one in sorted(layouts(read_schema(settings.PROGRAMME)), key=first):
            rows = snapshot.table(one.table.name)
            one.model._default_manager.bulk_create(
                [
                    made(one, dict(zip(rows.column_names, row, strict=True)))
                    for row in zip(*columns(rows), strict=True)
                ],
                batch_size=2_000,
            )


def first(one: Layout) -> int:
    order = ["areas", "households", "persons", "memberships"]
    return order.index(one.table.name) if one.table.name in order else len(order)


def columns(rows: Any) -> list[list[Any]]:
    return [rows[name].to_pylist() for name in rows.column_names]


def made(one: Layout, row: dict[str, Any]) -> Any:
    given = {field: row[name] for name, field in one.columns.items() if field}
    own = {
        name: told(one.table.by_name[name].type.kind, row[name])
        for name, field in one.columns.items()
        if not field and row[name] is not None
    }
    extra = {"name": "某人"} if one.table.name == "persons" else {}
    if one.model is Record:
        extra |= {"table": one.table.name}
        extra |= {f"{link}_id": own[link] for link in LINKS if own.get(link)}
    return one.model(own=own, **given, **extra)


def told(kind: Kind, value: Any) -> Any:
    return value.isoformat() if kind is Kind.DATE else value
