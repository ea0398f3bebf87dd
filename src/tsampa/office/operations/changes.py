"""What was changed, by whom and when, as an auditor reads it: changes, their versions field by field, a row's whole history.

A version says what a household told, so none is shown whose row stands outside the auditor's areas. Identity numbers are
not shown at all: only that they changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import DOORS, Scope, visible_to
from tsampa.office.areas.queries import level_name
from tsampa.office.bridge.layout import layouts
from tsampa.office.history import RowVersion, recorded_models
from tsampa.office.history.models import Change, Version
from tsampa.schema import Kind, Table, from_minor, read_schema

__all__ = [
    "Field",
    "VersionTold",
    "changes_of",
    "row_versions",
    "table_words",
    "tell",
    "told_versions",
    "versions_in",
]

HIDDEN = {"identity_cipher", "identity_hash", "geometry"}
"""What is told only as changed: numbers that are kept secret, and shapes that nobody reads."""


@dataclass(frozen=True)
class Field:
    """A column of a row, before a change and after it."""

    label: str
    before: Any
    after: Any
    hidden: bool = False


@dataclass(frozen=True)
class VersionTold:
    """A row as a change left it, by what changed in it."""

    table: str
    label: str
    key: str
    operation: str
    fields: list[Field]
    redacted: bool
    change: Change | None = None


@cache
def _models() -> dict[str, type[Model]]:
    return {one._meta.db_table: one for one in recorded_models()}


@cache
def _tables() -> dict[str, Table]:
    """The schema's table of each table of the database; rows of the programme's own stand together in one."""
    found = {}
    for one in layouts(read_schema(settings.PROGRAMME)):
        if not one.condition:
            found[one.model._meta.db_table] = one.table
    return found


@cache
def _columns(table: str) -> dict[str, Any]:
    """The schema's columns by the database's."""
    found: dict[str, Any] = {}
    for one in layouts(read_schema(settings.PROGRAMME)):
        if one.model._meta.db_table == table:
            for name, field in one.columns.items():
                found.setdefault(field or name, one.table.by_name[name])
    return found


def table_words(lang: str) -> dict[str, str]:
    """Each recorded table in words, by its name in the database."""
    told = _tables()
    more = {
        "register_record": _("the programme's own tables"), "register_placement": _("earlier places"),
        "register_evidence": _("evidence"), "accounts_grant": _("roles of users"),
        "operations_proposal": _("proposals"),
    }  # fmt: skip
    return {one: told[one].label.say(lang) if one in told else more.get(one, one) for one in _models()}


def changes_of(
    scope: Scope,
    *,
    actor: str = "",
    on: date | None = None,
    table: str = "",
    before: int | None = None,
    most: int = 50,
) -> tuple[list[Change], int | None]:
    """The latest changes, at most so many, and the number before which to go on; only those with a row of the user's areas."""
    rows = Change.objects.order_by("-id")
    rows = rows.filter(actor=actor) if actor else rows
    rows = rows.filter(at__date=on) if on else rows
    rows = rows.filter(id__lt=before) if before else rows
    if table:
        rows = rows.filter(Exists(Version.objects.filter(change=OuterRef("pk"), table=table)))
    found = list(rows[:most])
    more = found[-1].pk if len(found) == most else None
    if scope.areas(May.AUDIT) is None:
        return found, more
    seen = set(_seen(scope, [one.pk for one in found], table))
    return [one for one in found if one.pk in seen], more


def _seen(scope: Scope, changes: list[int], table: str) -> Iterable[int]:
    """Of these changes, those that wrote a row of the user's areas: asked table by table, each once."""
    for name in [table] if table else list(_models()):
        rows = _rows(scope, name)
        if rows is not None:
            written = Version.objects.filter(change__in=changes, table=name)
            yield from written.filter(key__in=rows).values_list("change", flat=True).distinct()


def _rows(scope: Scope, table: str) -> Any:
    """The keys of the table's rows that the user audits, as history writes them; None for a table without a door."""
    from django.db.models import CharField
    from django.db.models.functions import Cast

    model = _models().get(table)
    if model is None or model._meta.label not in DOORS:
        return None
    rows = visible_to(scope, model._default_manager.all(), May.AUDIT)
    return rows.annotate(_key=Cast("pk", CharField())).values("_key")


def versions_in(scope: Scope, change: Change) -> QuerySet[Version]:
    """The versions that a change wrote, of rows that the user audits, with the payload before each (``former``)."""
    return _with_former(_audited(scope, Version.objects.filter(change=change)))


def row_versions(scope: Scope, table: str, key: str) -> QuerySet[Version]:
    """A row's versions, the latest first."""
    found = _audited(scope, Version.objects.filter(table=table, key=key))
    return _with_former(found).order_by("-id")


def _audited(scope: Scope, rows: QuerySet[Version]) -> QuerySet[Version]:
    if scope.areas(May.AUDIT) is None:
        return rows
    found = rows.none()
    for name in _models():
        keys = _rows(scope, name)
        if keys is not None:
            found = found | rows.filter(table=name, key__in=keys)
    return found


def _with_former(rows: QuerySet[Version]) -> QuerySet[Version]:
    before = Version.objects.filter(table=OuterRef("table"), key=OuterRef("key"), id__lt=OuterRef("id"))
    found = rows.annotate(former=Subquery(before.order_by("-id").values("payload")[:1]))
    return found.select_related("change").order_by("id")


def tell(rows: Iterable[Any], lang: str) -> list[VersionTold]:
    """Versions with their former payload, in words."""
    words = table_words(lang)
    return [
        VersionTold(
            one.table, words.get(one.table, one.table), one.key, one.operation,
            _fields(one.table, _read(one.former), _read(one.payload), lang), one.payload is None and one.operation != "delete",
            one.change,
        )
        for one in rows
    ]  # fmt: skip


def told_versions(versions: list[RowVersion], lang: str) -> list[VersionTold]:
    """An area's versions, the latest first, in words."""
    told = []
    for at, one in enumerate(versions):
        former = versions[at + 1].values if at + 1 < len(versions) else None
        fields = _fields("areas_area", former or {}, one.values or {}, lang)
        told.append(VersionTold("areas_area", "", "", one.operation, fields, one.redacted, one.change))
    return told


def _read(payload: str | None) -> dict[str, Any]:
    return json.loads(payload) if payload else {}


def _fields(table: str, before: dict[str, Any], after: dict[str, Any], lang: str) -> list[Field]:
    flat_before, flat_after = _flat(before), _flat(after)
    found = []
    for name in dict.fromkeys([*flat_before, *flat_after]):
        former, latter = flat_before.get(name), flat_after.get(name)
        if former != latter:
            found.append(_field(table, name, former, latter, lang))
    return found


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """The programme's own columns beside the others; SQLite keeps them as a text."""
    own = values.get("own") or {}
    own = json.loads(own) if isinstance(own, str) else own
    return {name: value for name, value in values.items() if name != "own"} | own


def _field(table: str, name: str, before: Any, after: Any, lang: str) -> Field:
    column = _columns(table).get(name)
    label = column.label.say(lang) if column else _words().get(name, name.removesuffix("_id"))
    if name in HIDDEN:
        return Field(label, None, None, hidden=True)
    return Field(label, _said(column, before, lang), _said(column, after, lang))


def _words() -> dict[str, str]:
    """Columns that the office has beside the schema's."""
    return {
        "user_id": _("number of the user"), "role": _("role"), "area_id": _("area"), "since": _("since"), "until": _("until"),
        "household_id": _("household"), "succeeded_by_id": _("succeeded by"), "geometry": _("outline"), "other_name": _("other name"),
        "identity_cipher": _("identity number"), "identity_hash": _("fingerprint of the identity number"), "name": _("name"),
        "table": _("table"), "code": _("code"), "check_row_id": _("check"), "media_type": _("kind of file"), "size": _("size"),
        "person_id": _("person"), "id": _("number"),
    }  # fmt: skip


def _said(column: Any, value: Any, lang: str) -> Any:
    """The value as people write it: words of choices and levels, numbers with their decimals."""
    if value is None or column is None:
        return value
    if column.name == "level":
        return level_name(value, lang)
    if column.type.kind is Kind.NUMBER and isinstance(value, int):
        return f"{from_minor(value, column.type.digits):,f}"
    found = column.choice_labels.get(value) if isinstance(value, str) else None
    return found.say(lang) if found else value
