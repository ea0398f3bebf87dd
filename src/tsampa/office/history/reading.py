"""History read: a row's versions, tables as they were known at a cut, rows as they were true on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BinaryField, Exists, JSONField, Model, OuterRef, Q, QuerySet

from tsampa.office.history.cuts import cut_at
from tsampa.office.history.models import Change, Cut, Version
from tsampa.office.history.recorded import Recorded, ValidTime

__all__ = ["RowVersion", "as_of", "holds_on", "known_at", "values_at", "versions_of"]

Row = TypeVar("Row", bound=Recorded)
AT_A_TIME = 2000


@dataclass(frozen=True)
class RowVersion:
    """A row as one change left it.

    ``values`` are by column name, None where the row was deleted or the version is redacted (``redacted``). ``until`` is when
    the next version of the row was recorded; None for the latest.
    """

    id: int
    change: Change
    operation: str
    values: dict[str, Any] | None
    redacted: bool
    until: datetime | None


def versions_of(row: Recorded | type[Recorded], key: object = None) -> list[RowVersion]:
    """All versions of a row, first to last: of an instance, or of a model's row by its key, which may be gone."""
    told = row.pk if isinstance(row, Recorded) else key
    found = Version.objects.filter(table=row._meta.db_table, key=str(told))
    versions = list(found.select_related("change").order_by("id"))
    ends = [one.change.at for one in versions[1:]] + [None]
    return [_row_version(one, end) for one, end in zip(versions, ends, strict=True)]


def _row_version(one: Version, end: datetime | None) -> RowVersion:
    values = None if one.payload is None else json.loads(one.payload)
    return RowVersion(one.id, one.change, one.operation, values, one.payload is None, end)


def values_at(model: type[Model], at: Cut | datetime) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Key and values, as recorded, of each row of a model as it was known at a cut; a redacted row has no values."""
    return ((one.key, json.loads(one.payload) if one.payload else None) for one in _standing(model, at))


def known_at(model: type[Row], at: Cut | datetime) -> Iterator[Row]:
    """The rows of a model as they were known at a cut, or at the latest cut not after a moment.

    Fields that a row's version did not have yet are at their default, those that the model has no more are left out, and
    redacted rows are missing. The rows are not meant to be saved. Raises TsampaError ``history-no-cut``.
    """
    for _, values in values_at(model, at):
        if values is not None:
            yield instance(model, values)


def _standing(model: type[Model], at: Cut | datetime) -> Iterator[Version]:
    upto = (at if isinstance(at, Cut) else cut_at(at)).version
    of_table = Version.objects.filter(table=model._meta.db_table, id__lte=upto)
    later = Version.objects.filter(
        table=OuterRef("table"), key=OuterRef("key"), id__gt=OuterRef("id"), id__lte=upto
    )
    latest = of_table.filter(~Exists(later)).exclude(operation="delete").order_by("key")
    return latest.iterator(chunk_size=AT_A_TIME)


def instance(model: type[Row], values: dict[str, Any]) -> Row:
    """A row of a model from the values of a version."""
    made = model()
    for field in model._meta.concrete_fields:
        if field.column in values:
            setattr(made, field.attname, _read(field, values[field.column]))
    made._state.adding = False
    return made


def _read(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return bytes.fromhex(value.removeprefix("\\x"))
    if isinstance(field, JSONField):
        # SQLite keeps JSON as a text, PostgreSQL within the payload.
        return json.loads(value) if connection.vendor == "sqlite" else value
    return field.to_python(value)


def as_of(rows: QuerySet[Row], day: date) -> QuerySet[Row]:
    """Those rows that were true on a day, by their valid time; all, where a model has none.

    A model of single days (a check) is true from its day on; one of accounting years, in its year.
    """
    valid = rows.model.valid_time
    if valid is None:
        return rows
    if valid.year:
        return rows.filter(**{valid.year: day.year})
    begun = Q(**{f"{valid.since}__lte": day}) | Q(**{f"{valid.since}__isnull": True})
    if not valid.until:
        return rows.filter(begun)
    return rows.filter(begun, Q(**{f"{valid.until}__gt": day}) | Q(**{f"{valid.until}__isnull": True}))


def holds_on(row: Recorded, day: date) -> bool:
    """Whether one row, such as ``known_at`` gives, was true on a day; as ``as_of``."""
    valid: ValidTime | None = row.valid_time
    if valid is None:
        return True
    if valid.year:
        return bool(getattr(row, valid.year) == day.year)
    since = getattr(row, valid.since)
    until = getattr(row, valid.until) if valid.until else None
    return (since is None or since <= day) and (until is None or day < until)
