"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite; history's triggers see them all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, ForeignKey, Model

__all__ = ["delete", "insert", "update"]

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
_PLAIN = frozenset(
    {
        "CharField",
        "TextField",
        "BooleanField",
        "BigIntegerField",
        "BigAutoField",
        "PositiveSmallIntegerField",
        "PositiveIntegerField",
    }
)
"""Kinds of field whose values both drivers take as they are."""
_AT_ONCE = 50
"""Rows that SQLite inserts by one statement; with more nothing is gained."""
_QUOTE = connection.ops.quote_name


def insert(model: type[Model], rows: Iterable[Values]) -> None:
    """Adds rows, each by the attributes of the model; what a row leaves out has the field's default."""
    meta = model._meta
    fields = [one for one in meta.concrete_fields if one is not meta.auto_field]
    columns = ", ".join(_QUOTE(one.column) for one in fields)
    converters = _converters(fields)
    prepared = (_stored(converters, row) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, _QUOTE(meta.db_table), columns, prepared)
        else:
            _insert_many(cursor, _QUOTE(meta.db_table), columns, len(fields), prepared)


def update(model: type[Model], rows: Iterable[tuple[Any, Values]]) -> None:
    """Changes the rows with these primary keys; rows are taken in their order as far as they change the same columns."""
    meta = model._meta
    by_name = {one.attname: one for one in meta.concrete_fields}
    assert meta.pk is not None
    for names, group in _alike(rows):
        fields = [by_name[name] for name in names]
        told = ", ".join(f"{_QUOTE(one.column)} = %s" for one in fields)
        converters = _converters(fields)
        prepared = ([*_stored(converters, row), key] for key, row in group)
        with connection.cursor() as cursor:
            _many(
                cursor,
                f"UPDATE {_QUOTE(meta.db_table)} SET {told} WHERE {_QUOTE(meta.pk.column)} = %s",
                prepared,
            )


def delete(model: type[Model], keys: Iterable[Any]) -> None:
    """Takes the rows with these primary keys away."""
    meta = model._meta
    assert meta.pk is not None
    with connection.cursor() as cursor:
        sql = f"DELETE FROM {_QUOTE(meta.db_table)} WHERE {_QUOTE(meta.pk.column)} = %s"
        _many(cursor, sql, ([key] for key in keys))


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[list[Any]]) -> None:
    """In pieces, with statistics between them: what triggers ask of a table that was empty a moment ago is planned by its size."""
    written, counted = 0, 1
    for chunk in _chunks(rows, 5_000):
        if written > counted:
            cursor.execute(f"ANALYZE {table}")
            counted = written * 4
        # COPY goes past Django's cursor, which otherwise gives errors their codes.
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for values in chunk:
                copy.write_row(values)
        written += len(chunk)


def _insert_many(cursor: Any, table: str, columns: str, width: int, rows: Iterable[list[Any]]) -> None:
    """Several rows a statement: SQLite opens a journal for each statement that has triggers, which takes longer than the row."""
    head, places = f"INSERT INTO {table} ({columns}) VALUES ", f"({', '.join(['%s'] * width)})"
    for chunk in _chunks(rows):
        whole = len(chunk) - len(chunk) % _AT_ONCE
        many = (list(chain.from_iterable(chunk[at : at + _AT_ONCE])) for at in range(0, whole, _AT_ONCE))
        cursor.executemany(head + ", ".join([places] * _AT_ONCE), many)
        cursor.executemany(head + places, chunk[whole:])


def _many(cursor: Any, sql: str, rows: Iterable[list[Any]]) -> None:
    for chunk in _chunks(rows):
        cursor.executemany(sql, chunk)


def _chunks(rows: Iterable[list[Any]], size: int = 10_000) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _alike(rows: Iterable[tuple[Any, Values]]) -> Iterator[tuple[tuple[str, ...], list[tuple[Any, Values]]]]:
    groups: dict[tuple[str, ...], list[tuple[Any, Values]]] = defaultdict(list)
    for key, row in rows:
        groups[tuple(sorted(row))].append((key, row))
    yield from groups.items()


def _converters(fields: Iterable[Field[Any, Any]]) -> list[tuple[str, Any, Convert | None]]:
    """Of each field its attribute, its default where it takes no null, and how the driver wants it; None: as it is."""
    # The connection itself: each look through Django's proxy costs as much as the value.
    actual = connections[DEFAULT_DB_ALIAS]

    def as_json(value: Any) -> str | None:
        # Both databases take JSON as its text, and this is the quickest to write it.
        return None if value is None else msgspec.json.encode(value).decode()

    def remembered(field: Field[Any, Any]) -> Convert:
        # A batch's id and the days of a quarter stand in every row.
        return lru_cache(4096)(lambda value: field.get_db_prep_save(value, actual))

    def prepared(field: Field[Any, Any]) -> Convert:
        return lambda value: field.get_db_prep_save(value, actual)

    def chosen(field: Field[Any, Any]) -> Convert | None:
        kind = _storage(field)
        if kind in _PLAIN:
            return None
        if kind == "JSONField":
            return as_json
        return (remembered if kind in ("UUIDField", "DateField") else prepared)(field)

    return [(one.attname, None if one.null else one.get_default(), chosen(one)) for one in fields]


def _storage(field: Field[Any, Any]) -> str:
    return (
        field.target_field.get_internal_type() if isinstance(field, ForeignKey) else field.get_internal_type()
    )


def _stored(converters: list[tuple[str, Any, Convert | None]], row: Values) -> list[Any]:
    get = row.get
    return [
        (default if convert is None else convert(default)) if (value := get(name)) is None
        else value if convert is None else convert(value)
        for name, default, convert in converters
    ]  # fmt: skip
