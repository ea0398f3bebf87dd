"""The office's rows as text columns in DuckDB, streamed: by ADBC from SQLite (see ``reader``), by COPY from PostgreSQL.

Everything comes as text, as SQLite lets any value stand in any column: one word among a million numbers is then found, and
set aside by its row, where a typed stream would have stopped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.db import connection

from tsampa.errors import TsampaError
from tsampa.office.history.cuts import cut as take_cut
from tsampa.office.history.models import Cut
from tsampa.snapshot.sql import literal, quote

__all__ = ["Stream", "reading"]

CHUNK = 1 << 20
TYPES = "a row of texts"
"""What stands in every column of a first row that is taken off again. The first column is a key, and no key has spaces."""
CSV = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false"


class Stream(ABC):
    """One transaction that only reads: all its queries see the register as it was at one moment."""

    @abstractmethod
    def begin(self) -> None:
        """From here on, everything is read as it is now."""

    @abstractmethod
    def close(self) -> None:
        """Ends the transaction and the connection."""

    @abstractmethod
    def rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], source: str) -> None:
        """Makes the table ``name`` in ``con`` of the columns, all as text; ``source`` stands after FROM."""


class SqliteStream(Stream):
    """A process that reads the database's file, beside this one; rows pass through a file in ``spill``."""

    def __init__(self, spill: Path) -> None:
        path = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-m", "tsampa.office.bridge.reader", path]
        self.reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.file = spill / "rows.parquet"

    def begin(self) -> None:
        """The first query fixes what is seen."""
        self._ask({})

    def close(self) -> None:
        """Ends the transaction and the process."""
        self.reader.communicate()

    def rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], source: str) -> None:
        """Makes the table ``name`` in ``con`` of the columns, all as text; ``source`` stands after FROM."""
        listed = ", ".join(f"CAST({quote(one)} AS TEXT) AS {quote(one)}" for one in columns)
        # ADBC takes a column's type from its first thousand rows, and one without any value there for a number.
        first = ", ".join(f"{literal(TYPES)} AS {quote(one)}" for one in columns)
        self._ask({"query": f"SELECT {first} UNION ALL SELECT {listed} FROM {source}", "out": str(self.file)})
        rows = f"read_parquet({literal(str(self.file))}) WHERE {quote(columns[0])} <> {literal(TYPES)}"
        con.execute(f"CREATE TABLE {quote(name)} AS FROM {rows}")
        self.file.unlink()

    def _ask(self, asked: dict[str, str]) -> None:
        assert self.reader.stdin is not None
        assert self.reader.stdout is not None
        try:
            self.reader.stdin.write(json.dumps(asked) + "\n")
            self.reader.stdin.flush()
            answer = json.loads(self.reader.stdout.readline() or '{"error": "it ended"}')
        except BrokenPipeError:
            answer = {"error": "it ended"}
        if "error" in answer:
            raise TsampaError(
                "register-unreadable", f"the register's database cannot be read: {answer['error']}",
                where=str(connection.settings_dict["NAME"]), remedy="Run 'tsampa doctor'.",
            )  # fmt: skip


class PostgresqlStream(Stream):
    """A connection of psycopg's, beside Django's; rows pass through a file in ``spill``."""

    def __init__(self, spill: Path) -> None:
        import psycopg

        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        told = connection.settings_dict
        self.session = psycopg.connect(**{own: told[name] for name, own in names.items() if told.get(name)})
        self.session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self.session.read_only = True
        self.spill = spill

    def begin(self) -> None:
        """The first query fixes what is seen."""
        self.session.execute("SELECT count(*) FROM history_cut")

    def close(self) -> None:
        """Ends the transaction and the connection."""
        self.session.close()

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


@contextmanager
def reading(spill: Path, known: Cut | None = None) -> Iterator[tuple[Stream, Cut]]:
    """A stream of the register, and the cut it shows: ``known``, or one taken now while the stream begins."""
    stream: Stream = SqliteStream(spill) if connection.vendor == "sqlite" else PostgresqlStream(spill)
    try:
        if known is None:
            yield stream, take_cut(meanwhile=stream.begin)
        else:
            stream.begin()
            yield stream, known
    finally:
        stream.close()
