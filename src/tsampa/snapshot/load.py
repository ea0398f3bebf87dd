"""Takes in tables from anywhere over the Arrow interface, and holds them to the schema's names and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arro3.core import DataType, RecordBatchReader

from tsampa.errors import TsampaError
from tsampa.schema import Column, Kind, Schema, Table
from tsampa.snapshot.sql import column_list, quote, storage_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

__all__ = ["load_tables"]

_INCOMING = "_incoming"
_WANTED = {
    Kind.NUMBER: "int64 (whole units of the smallest part)",
    Kind.TEXT: "utf8",
    Kind.DATE: "date32",
    Kind.BOOL: "bool",
}


def load_tables(
    con: duckdb.DuckDBPyConnection,
    tables: Mapping[str, object],
    schema: Schema,
    progress: Callable[[str, int, int], None],
) -> None:
    """Makes every table of the schema in ``con``, filled from ``tables``; what is not given is empty or null.

    Raises TsampaError ``table-unknown``, ``table-not-arrow``, ``column-unknown``, ``column-duplicate``,
    ``column-type``.
    """
    strangers = sorted(tables.keys() - schema.by_name.keys())
    if strangers:
        raise TsampaError(
            "table-unknown",
            f"no table '{strangers[0]}' in the schema",
            remedy=f"Use {', '.join(schema.by_name)}, or declare it in the programme's tables.yaml.",
        )
    for done, table in enumerate(schema.tables):
        progress("reading", done, len(schema.tables))
        _create(con, table)
        if table.name in tables:
            _fill(con, table, tables[table.name])
    progress("reading", len(schema.tables), len(schema.tables))


def _create(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f"{quote(column.name)} {storage_type(column)}" for column in table.columns)
    con.execute(f"create table {quote(table.name)} ({columns})")


def _fill(con: duckdb.DuckDBPyConnection, table: Table, source: Any) -> None:
    # Through arro3 whatever it was, as DuckDB would read Polars through pyarrow, which is not here.
    try:
        reader = RecordBatchReader.from_arrow(source)
    except Exception as error:
        raise TsampaError(
            "table-not-arrow",
            f"cannot read a {type(source).__name__} as a table: {error}",
            where=table.name,
            remedy="Give an object with __arrow_c_stream__, such as an Arrow table or a DuckDB relation.",
        ) from None
    given = _require_columns(table, reader)
    chosen = ", ".join(quote(c.name) if c.name in given else "null" for c in table.columns)
    con.register(_INCOMING, reader)
    try:
        con.execute(
            f"insert into {quote(table.name)} ({column_list(table)}) select {chosen} from {_INCOMING}"
        )
    finally:
        con.unregister(_INCOMING)


def _require_columns(table: Table, reader: Any) -> set[str]:
    names = [field.name for field in reader.schema]
    for field in reader.schema:
        if field.name not in table.by_name:
            raise TsampaError(
                "column-unknown",
                f"no column '{field.name}' in table {table.name}",
                where=table.name,
                remedy=f"Use {', '.join(table.by_name)}, or declare it in the programme's tables.yaml.",
            )
        _require_type(table, table.by_name[field.name], field.type)
    if len(set(names)) != len(names):
        raise TsampaError(
            "column-duplicate", "a column is given twice", where=table.name, remedy="Give each column once."
        )
    return set(names)


def _require_type(table: Table, column: Column, given: Any) -> None:
    kind = column.type.kind
    if not _fits(kind, given):
        name = str(given).strip().removeprefix("arro3.core.DataType")
        raise TsampaError(
            "column-type",
            f"{column.name} is {name}, not {_WANTED[kind]}",
            where=table.name,
            remedy="Convert the column, or leave it out where nothing is known.",
        )


def _fits(kind: Kind, given: Any) -> bool:
    if kind is Kind.NUMBER:
        return bool(DataType.is_int64(given))
    if kind is Kind.DATE:
        return bool(DataType.is_date32(given))
    if kind is Kind.BOOL:
        return bool(DataType.is_boolean(given))
    text = (
        given.value_type if DataType.is_dictionary(given) else given
    )  # Polars' categories come as dictionaries
    return bool(DataType.is_string(text) or DataType.is_large_string(text) or DataType.is_string_view(text))
