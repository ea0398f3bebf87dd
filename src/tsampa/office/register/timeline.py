"""What happened to a household's rows: each change with who, when, why and from what source, and what it made of which column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tsampa.office.history import Change, Recorded, Version
from tsampa.office.history.reading import instance
from tsampa.office.register.columns import MODELS, row_of, schema
from tsampa.office.register.models import Evidence, Household, Person, Placement, Record
from tsampa.office.register.queries import OF_A_HOUSEHOLD, Everything
from tsampa.office.register.said import NOTHING, say_column, say_value
from tsampa.office.web.language import language

__all__ = [
    "Difference",
    "Event",
    "Touched",
    "differences",
    "stamp_of",
    "timeline",
    "values_of",
    "versions_of_file",
    "versions_of_rows",
]

SECRET = ("identity_hash", "identity_cipher")
MANY_DELETED = 2_000
TABLES = {model._meta.db_table: name for name, model in MODELS.items()}


@dataclass(frozen=True)
class Difference:
    """A column before and after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Touched:
    """A row that a change wrote: ``operation`` is insert, update or delete."""

    table: str
    key: str
    operation: str
    redacted: bool
    differences: tuple[Difference, ...]

    @property
    def done(self) -> str:
        """What was done, in words."""
        return {"insert": _("entered"), "update": _("row changed"), "delete": _("deleted")}.get(self.operation, self.operation)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A change, with the rows of this household that it wrote."""

    change: Change
    rows: tuple[Touched, ...]


def versions_of_file(found: Everything, evidence: Iterable[Evidence] = ()) -> QuerySet[Version]:
    """All versions of the household's rows and of the persons who are or were of it."""
    keys: dict[type[Recorded], list[Any]] = {Household: [found.household.pk], Person: list(found.persons)}
    keys |= {model: [one.pk for one in rows] for model, rows in found.rows.items()}
    keys[Evidence] = [one.pk for one in evidence]
    for model, gone in _deleted(found.household.code).items():
        keys[model] += gone
    return _versions({model._meta.db_table: [str(one) for one in wanted] for model, wanted in keys.items()})


def _deleted(household: str) -> dict[type[Recorded], list[str]]:
    """Keys of rows that named the household and are no more, such as those of an import that was undone.

    Where very many rows were deleted, only those are found whose code has the household's in it, as the office's codes have.
    """
    models = {model._meta.db_table: model for model in OF_A_HOUSEHOLD}
    # A literal: no database takes an index of some rows for a value that it learns later.
    gone = Version.objects.filter(table__in=list(models)).extra(where=["operation = 'delete'"])
    keys: list[tuple[str, str]] = list(gone.values_list("table", "key")[: MANY_DELETED + 1])
    if len(keys) > MANY_DELETED:
        keys = list(gone.filter(key__contains=household).values_list("table", "key")[:MANY_DELETED])
    by: dict[str, list[str]] = {}
    for table, key in keys:
        by.setdefault(table, []).append(key)
    named = _versions(by).filter(payload__contains=json.dumps(household)).values_list("table", "key")
    found: dict[type[Recorded], list[str]] = {}
    for table, key in set(named):
        found.setdefault(models[table], []).append(key)
    return found


def versions_of_rows(rows: Iterable[Recorded]) -> QuerySet[Version]:
    """All versions of these rows."""
    keys: dict[str, list[str]] = {}
    for one in rows:
        keys.setdefault(one._meta.db_table, []).append(str(one.pk))
    return _versions(keys)


def _versions(keys: Mapping[str, list[str]]) -> QuerySet[Version]:
    """In no order: asked for one, a database would rather read all of history than look up each row."""
    where = Q()
    for table, wanted in keys.items():
        if wanted:
            where |= Q(table=table, key__in=wanted)
    return Version.objects.filter(where) if where else Version.objects.none()


def stamp_of(rows: Iterable[Recorded]) -> int:
    """The number of the latest version of these rows: a form that rests on them carries it; 0 where there are none."""
    given = list(rows)
    return max(versions_of_rows(given).values_list("id", flat=True), default=0) if given else 0


def timeline(versions: QuerySet[Version], number: Any, size: int) -> tuple[Page[Any], list[Event]]:
    """A page of changes, the latest first, and what they did."""
    numbers = list(versions.values_list("change_id", "id"))
    changes = sorted({change for change, _id in numbers}, reverse=True)
    shown: Page[Any] = Paginator(changes, size).get_page(number)
    wanted = list(shown.object_list)
    ids = [id for change, id in numbers if change in set(wanted)]
    written = list(Version.objects.filter(id__in=ids).select_related("change").order_by("id"))
    return shown, _events(wanted, written, _before(written))


def _before(written: list[Version]) -> dict[int, Version]:
    """The version before each of these, by its number."""
    keys: dict[str, list[str]] = {}
    for one in written:
        if one.operation != "insert":
            keys.setdefault(one.table, []).append(one.key)
    found: dict[int, Version] = {}
    last: dict[tuple[str, str], Version] = {}
    for one in sorted(_versions(keys), key=lambda version: version.id) if keys else ():
        if (one.table, one.key) in last:
            found[one.id] = last[one.table, one.key]
        last[one.table, one.key] = one
    return found


def _events(order: list[int], written: list[Version], before: Mapping[int, Version]) -> list[Event]:
    rows: dict[int, list[Touched]] = {one: [] for one in order}
    changes: dict[int, Change] = {}
    for one in written:
        changes[one.change_id] = one.change
        rows[one.change_id].append(_touched(one, before.get(one.id)))
    return [Event(changes[one], tuple(rows[one])) for one in order if one in changes]


def _touched(one: Version, before: Version | None) -> Touched:
    earlier, later = _values(before), _values(one)
    name = later.pop("", None) or earlier.pop("", None)
    earlier.pop("", None)
    table = str(name or one.table)
    redacted = one.operation != "delete" and not one.payload
    if not earlier or not later:  # of a whole row, whose it is needs no saying
        earlier.pop("household", None)
        later.pop("household", None)
    return Touched(_said(table), one.key, one.operation, redacted, differences(table, earlier, later))


def differences(table: str, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The columns that are not the same before and after, in words."""
    names = [name for name in (*earlier, *(one for one in later if one not in earlier)) if name != "code"]
    return tuple(
        Difference(_column(table, name), _value(table, name, earlier.get(name)), _value(table, name, later.get(name)))
        for name in names
        if earlier.get(name) != later.get(name)
    )  # fmt: skip


def values_of(one: Version | None) -> dict[str, Any]:
    """The columns of a version, in storage form."""
    found = _values(one)
    found.pop("", None)
    return found


def _values(one: Version | None) -> dict[str, Any]:
    """The columns of a version by the names of the schema; under ``""`` the table they are of."""
    if one is None or not one.payload:
        return {}
    told = json.loads(one.payload)
    if told is None:  # the row was deleted
        return {}
    name = TABLES.get(one.table)
    if name is not None:
        return {"": name} | _of(MODELS[name], name, told)
    if one.table == Record._meta.db_table:
        return {"": told["table"]} | _of(Record, told["table"], told)
    return {"": one.table} | {key.removesuffix("_id"): value for key, value in told.items() if key != "id"}


def _of(model: Any, name: str, told: dict[str, Any]) -> dict[str, Any]:
    row = instance(model, told)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    found = row_of(schema().by_name[name], values) if name in schema().by_name else {}
    if any(one in found for one in SECRET):
        found["identity"] = found.get("identity_hash")
    return {key: value for key, value in found.items() if key not in SECRET}


def _said(table: str) -> str:
    if table in schema().by_name:
        return schema().by_name[table].label.say(language())
    return {Placement._meta.db_table: _("earlier places"), Evidence._meta.db_table: _("evidence")}.get(table, table)  # fmt: skip


def _column(table: str, name: str) -> str:
    words = {
        "name": _("full name"), "other_name": _("other name"), "address": _("address"), "identity": _("identity number"), "gross": _("gross"),
        "norm": _("cost norm"), "area": _("village"), "since": _("since"), "until": _("until"), "check_row": _("check"), "size": _("size of the file"),
        "media_type": _("kind of file"), "sha256": _("fingerprint"), "household": _("household"),
    }  # fmt: skip
    if table in schema().by_name and name in schema().by_name[table].by_name:
        return say_column(table, name)
    return words.get(name, name)


def _value(table: str, name: str, value: Any) -> str:
    if name == "identity":
        return "••••" if value else NOTHING
    declared = schema().by_name.get(table)
    column = declared.by_name.get(name) if declared else None
    if column is not None:
        return say_value(column, value)
    if name == "gross" and isinstance(value, int):
        return say_value(schema().by_name["incomes"].by_name["amount"], value)
    return NOTHING if value in (None, "") else str(value)
