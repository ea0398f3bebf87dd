"""Where the register's columns stand in the office: which model has a table's rows, and which field a column's values."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tsampa.office.areas.models import Area
from tsampa.office.history.recorded import Recorded
from tsampa.office.register import models as register
from tsampa.schema import Column, Kind, Schema, Table
from tsampa.snapshot.sql import literal, quote

__all__ = ["OWN", "Layout", "layouts"]

OWN = "own"
"""The field in which a model keeps the programme's own columns, as JSON in storage form."""

MODELS: dict[str, type[Recorded]] = {
    "areas": Area,
    "households": register.Household,
    "persons": register.Person,
    "memberships": register.Membership,
    "incomes": register.Income,
    "checks": register.Check,
    "statuses": register.Status,
    "pools": register.Pool,
    "land_parcels": register.LandParcel,
    "poverty_drivers": register.PovertyDriver,
}
"""The tables every programme has. A programme's own stand in ``Record``."""

TRUTHS = "CASE {0} WHEN '1' THEN TRUE WHEN 'true' THEN TRUE WHEN 't' THEN TRUE WHEN '0' THEN FALSE WHEN 'false' THEN FALSE WHEN 'f' THEN FALSE END"
CASTS = {
    Kind.NUMBER: "TRY_CAST({0} AS BIGINT)",
    Kind.TEXT: "{0}",
    Kind.DATE: "TRY_CAST({0} AS DATE)",
    Kind.BOOL: TRUTHS,
}


@dataclass(frozen=True)
class Layout:
    """One table of the schema and the model that has its rows. ``fields``: the database's columns that are read."""

    table: Table
    model: type[Recorded]
    columns: dict[str, str]
    """For each of the table's columns the database's column, or ``""`` where it stands in ``own``."""

    @property
    def fields(self) -> list[str]:
        """The database's columns that are read, the key first."""
        found = dict.fromkeys([self.columns[self.table.key], *self.columns.values(), OWN])
        return [one for one in found if one]

    @property
    def condition(self) -> str:
        """Which of the model's rows are the table's, as SQL; empty for all."""
        return f'"table" = {literal(self.table.name)}' if self.model is register.Record else ""

    def told(self, column: Column) -> str:
        """The column's value as text, over the database's columns read as text."""
        field = self.columns[column.name]
        return quote(field) if field else f"json_extract_string({OWN}, {literal('$.' + quote(column.name))})"

    def typed(self, column: Column) -> str:
        """The value in storage form; null also where the text is none of its type."""
        return CASTS[column.type.kind].format(self.told(column))


def layouts(schema: Schema) -> list[Layout]:
    """The layout of every table of the schema."""
    return [_layout(table) for table in schema.tables]


def _layout(table: Table) -> Layout:
    model = MODELS.get(table.name, register.Record)
    return Layout(table, model, {one.name: _field(model, one.name) for one in table.columns})


def _field(model: type[models.Model], column: str) -> str:
    if model is register.Record and column != "code":
        return ""
    try:
        found = model._meta.get_field(column)
    except FieldDoesNotExist:
        return ""
    return found.column if isinstance(found, models.Field) else ""
