"""The few pieces of SQL text that the whole room uses; names and values are always quoted here."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

import duckdb

from tsampa.schema import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["STORAGE", "column_list", "connect", "literal", "quote", "read_files", "storage_type", "word_list"]

STORAGE = {Kind.NUMBER: "BIGINT", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE", Kind.BOOL: "BOOLEAN"}
"""The type in which DuckDB and Parquet hold each kind of value."""


def connect(spill: Path | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory that fetches no extensions and sees no Python variables.

    ``spill`` is the folder for what does not fit in memory; without one, that is an error. ``memory`` is the
    most it may hold there, as DuckDB writes it (``25%``, ``2GB``); otherwise four fifths of the machine's.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
        "temp_directory": str(spill) if spill else "",  # otherwise .tmp in the current folder
    }
    if memory:
        config["memory_limit"] = memory
    return duckdb.connect(config=config)


def quote(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """The value as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def word_list(words: Sequence[str]) -> str:
    """The words as a list for ``in``."""
    return "(" + ", ".join(map(literal, words)) + ")"


def storage_type(column: Column) -> str:
    """The type in which DuckDB and Parquet hold this column."""
    return STORAGE[column.type.kind]


def column_list(table: Table) -> str:
    """The table's columns, in the schema's order."""
    return ", ".join(quote(column.name) for column in table.columns)


def read_files(table: Table, files: Sequence[Path], place: str = "") -> str:
    """A query for the rows of these files, in order; without files, for no rows of the right types.

    ``place``: the name of a column for the number of each row in its file, from nought.
    """
    if not files:
        empty = ", ".join(
            f"cast(null as {storage_type(column)}) as {quote(column.name)}" for column in table.columns
        )
        return f"select {empty} where false"
    paths = ", ".join(literal(glob.escape(str(file))) for file in files)
    # The partition stands in the folder's name; hive_partitioning would make it a column.
    numbered = f", file_row_number as {quote(place)}" if place else ""
    option = ", file_row_number = true" if place else ""
    return f"select {column_list(table)}{numbered} from read_parquet([{paths}], hive_partitioning = false{option})"
