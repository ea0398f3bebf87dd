"""Builds a programme's schema: the register of ``register.yaml`` with the columns and tables the programme adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.schema.tables import Column, Label, Link, Schema, Table
from tsampa.schema.types import DATE, Kind, Type, to_minor
from tsampa.schema.units import NO_UNIT, parse_unit

__all__ = ["AreaLevels", "build_schema"]

RESERVED = frozenset(
    {
        "where",
        "count",
        "last",
        "first",
        "exists",
        "members",
        "rows",
        "schema",
        "expression",
        "cache",
        "entity",
        "wrap",
        "here",
    }
)
"""Words of the rule language that no column, link or table may take."""


class ColumnSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One column as YAML gives it."""

    type: Literal["text", "number", "money", "date", "bool"]
    en: str
    zh: str
    unit: str = ""
    digits: int = 0
    required: bool = False
    ahead: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    choices: dict[str, tuple[str, str]] = {}


class LinkSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One link as YAML gives it."""

    table: str
    column: str
    back: str
    required: bool = True


class TableSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One table; for a table that exists already only ``columns`` and ``links`` are given, and added to it."""

    columns: dict[str, ColumnSpec]
    entity: str = ""
    en: str = ""
    zh: str = ""
    key: str = "code"
    since: str | None = None
    until: str | None = None
    unit: str = "record"
    provisional: bool = False
    links: dict[str, LinkSpec] = {}


class TablesFile(msgspec.Struct, forbid_unknown_fields=True):
    """``register.yaml``, or a file of a programme's ``tables``."""

    tables: dict[str, TableSpec]
    version: int = 0


class AreaLevels(msgspec.Struct, forbid_unknown_fields=True):
    """The levels of area from the widest to the one households live in, and the one files are split by."""

    names: dict[str, tuple[str, str]]
    partition: str


def build_schema(
    currency: str,
    exponent: int,
    areas: AreaLevels,
    *,
    tables: Sequence[Path] = (),
    units: frozenset[str] = frozenset(),
) -> Schema:
    """The register of a programme; ``tables`` are the files of its own tables, if it has any.

    Raises TsampaError ``schema-…`` naming file, table and column.
    """
    base = _base()
    schema = Schema(
        version=base.version, tables=(), levels=tuple(areas.names),
        level_labels={name: Label(*label) for name, label in areas.names.items()},
        partition=areas.partition, currency=currency, exponent=exponent, units=units,
    )  # fmt: skip
    if areas.partition not in areas.names:
        raise TsampaError(
            "schema-partition",
            f"partition level '{areas.partition}' is not among the levels",
            remedy=f"Use one of {', '.join(areas.names)}.",
        )
    schema = _add(schema, base, _BASE_FILE)
    for path in tables:
        schema = _add(schema, read_yaml(path, TablesFile), path)
    _fail_if_link_dangles(schema)
    return schema


def _fail_if_link_dangles(schema: Schema) -> None:
    for table in schema.tables:
        for link in table.links:
            if link.table not in schema.by_name:
                raise TsampaError(
                    "schema-link",
                    f"the link '{link.name}' leads to a table '{link.table}' that is not declared",
                    where=f"table {table.name}",
                    remedy="Declare that table, or mend the link.",
                )


_BASE_FILE = Path(__file__).with_name("register.yaml")


@cache
def _base() -> TablesFile:
    return read_yaml(_BASE_FILE, TablesFile)


def _add(schema: Schema, file: TablesFile, path: Path) -> Schema:
    found = dict(schema.by_name)
    for name, spec in file.tables.items():
        where = f"{path}: table {name}"
        found[name] = (
            _extend(found[name], spec, schema, where) if name in found else _table(name, spec, schema, where)
        )
    return replace(schema, tables=tuple(found.values()))


def _table(name: str, spec: TableSpec, schema: Schema, where: str) -> Table:
    if not (spec.entity and spec.en and spec.zh):
        raise TsampaError(
            "schema-table",
            "a new table needs entity, en and zh",
            where=where,
            remedy="Add the noun of one row and the table's names.",
        )
    columns = tuple(_column(column, one, schema, where) for column, one in spec.columns.items())
    links = _links(spec, schema)
    for needed in (spec.key, spec.since, spec.until, *(link.column for link in links)):
        if needed and needed not in spec.columns:
            raise TsampaError(
                "schema-column-missing",
                f"column '{needed}' is used but not declared",
                where=where,
                remedy="Declare it under columns.",
            )
    if name == "households":
        links = (Link(schema.home_level, "areas", "area", "households"), *links)
    parse_unit(spec.unit, schema.units)
    return Table(
        name, spec.entity, spec.key, Label(spec.en, spec.zh), columns, links, spec.since, spec.until, spec.unit, spec.provisional
    )  # fmt: skip


def _extend(table: Table, spec: TableSpec, schema: Schema, where: str) -> Table:
    own = {name: _column(name, one, schema, where) for name, one in spec.columns.items()}
    return replace(
        table, columns=tuple({**table.by_name, **own}.values()), links=(*table.links, *_links(spec, schema))
    )


def _links(spec: TableSpec, schema: Schema) -> tuple[Link, ...]:
    return tuple(
        Link(name, one.table, one.column, one.back, one.required) for name, one in spec.links.items()
    )


def _column(name: str, spec: ColumnSpec, schema: Schema, where: str) -> Column:
    where = f"{where}, column {name}"
    if name in RESERVED or not name.isidentifier() or name.startswith("_"):
        raise TsampaError(
            "schema-name",
            f"'{name}' cannot be a column's name",
            where=where,
            remedy="Choose a lower-case word that the rule language does not use.",
        )
    type_ = _type(spec, schema)
    labels = {word: Label(*both) for word, both in spec.choices.items()}
    try:
        low, high = (
            None if bound is None else to_minor(bound, type_.digits) for bound in (spec.low, spec.high)
        )
    except ValueError as error:
        raise TsampaError(
            "schema-bound",
            str(error),
            where=where,
            remedy="Give the bound with no more decimals than the column has.",
        ) from None
    return Column(name, type_, Label(spec.en, spec.zh), spec.required, low, high, labels, spec.ahead)


def _type(spec: ColumnSpec, schema: Schema) -> Type:
    if spec.type == "money":
        return Type(Kind.NUMBER, parse_unit(f"{schema.currency}{spec.unit}", schema.units), schema.exponent)
    if spec.type == "number":
        return Type(Kind.NUMBER, parse_unit(spec.unit or "1", schema.units), spec.digits)
    if spec.type == "text":
        return Type(Kind.TEXT, NO_UNIT, 0, tuple(spec.choices))
    return DATE if spec.type == "date" else Type(Kind.BOOL)
