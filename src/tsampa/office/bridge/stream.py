"""The office's rows as text columns in DuckDB, streamed: by ADBC from SQLite, by COPY from PostgreSQL.

Everything comes as text, as SQLite lets any value stand in any column: one word among a million numbers is then found, and
set aside by its row, where a typed stream would have stopped.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from arro3.core import RecordBatchReader
from django.db import connection

from tsampa.snapshot.sql import literal, quote

__all__ = ["Stream", "open_stream"]

CHUNK = 1 << 20
CSV = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false"


class Stream(ABC):
    """One transaction that only reads: all its queries see the register as it was at one moment."""

    @abstractmethod
    def rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], source: str) -> None:
        """Makes the table ``name`` in ``con`` of the columns, all as text; ``source`` stands after FROM."""


class SqliteStream(Stream):
    """A connection of ADBC's, beside Django's."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], source: str) -> None:
        """Makes the table ``name`` in ``con`` of the columns, all as text; ``source`` stands after FROM."""
        from adbc_driver_manager import AdbcStatement

        listed = ", ".join(f"CAST({quote(one)} AS TEXT) AS {quote(one)}" for one in columns)
        with AdbcStatement(self.driver) as statement:
            statement.set_sql_query(f"SELECT {listed} FROM {source}")
            handle, _ = statement.execute_query()
            con.register("_stream", RecordBatchReader.from_arrow(handle))
            try:
                casts = ", ".join(f"CAST({quote(one)} AS VARCHAR) AS {quote(one)}" for one in columns)
                con.execute(f"CREATE TABLE {quote(name)} AS SELECT {casts} FROM _stream")
            finally:
                con.unregister("_stream")


class PostgresqlStream(Stream):
    """A connection of psycopg's, beside Django's; rows pass through a file in ``spill``."""

    def __init__(self, session: Any, spill: Path) -> None:
        self.session, self.spill = session, spill

    def rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], source: str) -> None:
        """Makes the table ``name`` in ``con`` of the columns, all as text; ``source`` stands after FROM."""
        listed = ", ".join(f"{quote(one)}::text" for one in columns)
        file = self.spill / "rows.csv"
        out = f"COPY (SELECT {listed} FROM {source}) TO STDOUT (FORMAT csv)"
        with self.session.cursor() as cursor, cursor.copy(out) as copy, file.open("wb") as kept:
            for chunk in copy:
                kept.write(chunk)
        typed = ", ".join(f"{literal(one)}: 'VARCHAR'" for one in columns)
        con.execute(
            f"CREATE TABLE {quote(name)} AS FROM read_csv({literal(str(file))}, {CSV}, columns = {{{typed}}})"
        )
        file.unlink()
