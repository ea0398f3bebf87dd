"""Where each column of the schema stands in the office's models, and whether a value may stand there.

A row is a plain record ``{column: value}`` in storage form: texts, booleans, whole numbers of the smallest part, days as
ISO texts. Columns that only the programme knows stand in ``own``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import ForeignKey, Model
from django.db.models.expressions import RawSQL

from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.register import models
from tsampa.schema import Column, Kind, Schema, Table, read_schema

__all__ = [
    "EXTRA",
    "LINKED",
    "MODELS",
    "check_row",
    "fields_of",
    "model_of",
    "read_codes",
    "read_rows",
    "row_of",
    "schema",
    "to_fields",
]

Row = dict[str, Any]

MODELS: dict[str, type[Model]] = {
    "areas": Area,
    "households": models.Household,
    "persons": models.Person,
    "memberships": models.Membership,
    "incomes": models.Income,
    "checks": models.Check,
    "statuses": models.Status,
    "pools": models.Pool,
    "land_parcels": models.LandParcel,
    "poverty_drivers": models.PovertyDriver,
}
"""The tables that have a model of their own; every other table stands in ``Record``."""

EXTRA: dict[str, tuple[str, ...]] = {
    "households": ("address",),
    "persons": ("name", "other_name", "identity_hash", "identity_cipher"),
    "incomes": ("gross", "norm"),
}
"""What the office keeps and no snapshot has."""

LINKED = {"households": "household_id", "persons": "person_id", "areas": "area_id"}
"""Where ``Record`` repeats the links of a table that has no model."""
_CHUNK = 10_000
"""Codes asked for in one statement: SQLite takes 32,766."""


def schema() -> Schema:
    """The register of the programme this office runs."""
    return _schema(str(settings.PROGRAMME))


@cache
def _schema(folder: str) -> Schema:
    return read_schema(Path(folder))


def model_of(table: Table) -> type[Model]:
    """The model that keeps the table's rows."""
    return MODELS.get(table.name, models.Record)


@cache
def fields_of(name: str) -> dict[str, str]:
    """Of a table with a model: the attribute each of its own columns stands in (``household`` in ``household_id``)."""
    model, columns = MODELS[name], [column.name for column in schema().by_name[name].columns]
    attributes = {
        field.name: field.attname if isinstance(field, ForeignKey) else field.name
        for field in model._meta.concrete_fields
    }
    return {one: attributes[one] for one in (*columns, *EXTRA.get(name, ())) if one in attributes}


@cache
def _dated(name: str) -> frozenset[str]:
    return frozenset(one.name for one in schema().by_name[name].columns if one.type.kind is Kind.DATE)


def to_fields(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the model that these values of a row become; what the row does not say is not there."""
    if table.name not in MODELS:
        return _record_fields(table, row)
    fields, dated = fields_of(table.name), _dated(table.name)
    found = {
        fields[name]: date.fromisoformat(value) if value and name in dated else value
        for name, value in row.items()
        if name in fields
    }
    own = {name: value for name, value in row.items() if name not in fields and value is not None}
    return found | ({"own": own} if hasattr(MODELS[table.name], "own") else {})


def _record_fields(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in row.items() if name != table.key and value is not None}
    found: dict[str, Any] = {"table": table.name, "code": row[table.key], "own": own}
    for link in table.links:
        attribute = LINKED.get(link.table)
        if attribute and attribute not in found:
            found[attribute] = row.get(link.column)
    return found


def row_of(table: Table, values: Mapping[str, Any]) -> Row:
    """The row that these attributes of a model are (as ``values()`` gives them): the inverse of ``to_fields``."""
    own = {name: value for name, value in (values["own"] or {}).items() if value is not None}
    if table.name not in MODELS:
        return {table.key: values["code"], **own}
    said = ((name, values[attribute]) for name, attribute in fields_of(table.name).items())
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said
        if value is not None and value != ""
    } | own


def read_rows(table: Table, keys: Iterable[Any], by: str = "") -> list[Row]:
    """The register's rows whose column ``by`` (their key, where none is named) is one of ``keys``.

    A handful of statements whatever the number of keys; identity ciphers are left where they are.
    """
    model, wanted = model_of(table), sorted(set(keys))
    if table.name in MODELS:
        attributes = [one for one in fields_of(table.name).values() if one != "identity_cipher"]
        where, base = fields_of(table.name)[by or table.key], model._default_manager.all()
    else:
        attributes, base = ["code"], model._default_manager.filter(table=table.name)
        where = f"{by}_id" if by else "code"
    found: list[Row] = []
    for start in range(0, len(wanted), _CHUNK):
        chosen = base.filter(**{f"{where}__in": _among(wanted[start : start + _CHUNK])}).order_by("pk")
        found += (row_of(table, _without(one)) for one in chosen.values(*attributes, "own"))
    return found


def read_codes(table: Table, codes: Iterable[str]) -> set[str]:
    """Those of the codes that rows of the register bear."""
    wanted, rows = sorted(set(codes)), model_of(table)._default_manager.all()
    if table.name not in MODELS:
        rows = rows.filter(table=table.name)
    found: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        found.update(
            rows.filter(code__in=_among(wanted[start : start + _CHUNK])).values_list("code", flat=True)
        )
    return found


def _among(codes: list[str]) -> RawSQL:
    """The codes as one parameter: Django takes longer to write ten thousand of them out than a database to find their rows."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [codes])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(codes)])


def _without(values: dict[str, Any]) -> dict[str, Any]:
    return values if "identity_hash" not in values else {**values, "identity_cipher": None}


def check_row(table: Table, row: Mapping[str, Any], *, whole: bool = True) -> None:
    """Raises TsampaError ``register-column``, ``register-value`` or ``register-missing``; ``whole``: nothing required is left out."""
    for name, value in row.items():
        column = table.by_name.get(name)
        if column is not None:
            if value is not None:
                _check_value(table, column, value)
        elif name not in EXTRA.get(table.name, ()):
            raise TsampaError(
                "register-column", f"'{name}' is no column", where=table.name,
                remedy=f"Use one of {', '.join(table.by_name)}.",
            )  # fmt: skip
    for column in table.columns:
        if column.required and row.get(column.name) is None and (whole or column.name in row):
            raise TsampaError(
                "register-missing", f"{column.label.en} is empty", where=table.name, remedy="Give a value."
            )


def _check_value(table: Table, column: Column, value: Any) -> None:
    kind, wrong = column.type.kind, ""
    if kind is Kind.NUMBER:
        if not isinstance(value, int) or isinstance(value, bool):
            wrong = "a whole number of its smallest part"
        elif (column.low is not None and value < column.low) or (
            column.high is not None and value > column.high
        ):
            wrong = f"between {column.low} and {column.high}"
    elif kind is Kind.BOOL:
        wrong = "" if isinstance(value, bool) else "true or false"
    elif kind is Kind.DATE:
        wrong = "" if _is_day(value) else "a day"
    elif column.type.choices and value not in column.type.choices:
        wrong = f"one of {', '.join(column.type.choices)}"
    if wrong:
        raise TsampaError(
            "register-value",
            f"{column.label.en} must be {wrong}",
            where=table.name,
            remedy="Correct the value.",
        )


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
