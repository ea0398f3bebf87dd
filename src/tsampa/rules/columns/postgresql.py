"""Runs a plan in PostgreSQL: rows go in and out by COPY, everything in between is temporary and one transaction's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tsampa.errors import TsampaError
from tsampa.rules.columns.backend import Backend, csv_source, exhausted, lost, missing, refused, selected
from tsampa.rules.columns.sql import POSTGRESQL, quoted
from tsampa.schema import Kind

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tsampa.rules.columns.plan import Output, Plan

try:
    import psycopg
except ImportError:
    raise missing("psycopg", "postgresql") from None

__all__ = ["PostgreSQL"]

CHUNK = 1 << 20
STORED = POSTGRESQL.types | {Kind.TEXT: 'TEXT COLLATE "C"'}
"""Texts are ordered by their bytes, as everywhere else."""


class PostgreSQL(Backend):
    """A connection to a PostgreSQL database, in which only temporary tables are made."""

    dialect = POSTGRESQL

    def __init__(self, con: duckdb.DuckDBPyConnection, url: str, spill: Path | None = None) -> None:
        super().__init__(con, spill)
        with _spoken():
            self.session = psycopg.connect(url)
        self._do("SET jit = off")  # compiling every expression of a plan takes longer than running it

    def load(self, name: str, columns: dict[str, Kind], query: str) -> str:
        """Takes the rows of a DuckDB query under a name; gives what stands after FROM to read them."""
        file = self.scratch("in.csv")
        listed = ", ".join(map(quoted, columns))
        self.con.execute(f"COPY (SELECT {listed} FROM ({query})) TO '{file}' (FORMAT csv, HEADER false)")
        made = ", ".join(f"{quoted(one)} {STORED[kind]}" for one, kind in columns.items())
        self._do(f"CREATE TEMP TABLE {quoted(name)} ({made})")
        into = f"COPY {quoted(name)} FROM STDIN (FORMAT csv)"
        with _spoken(), self.session.cursor() as cursor, cursor.copy(into) as copy, file.open("rb") as rows:
            while chunk := rows.read(CHUNK):
                copy.write(chunk)
        self._do(f"ANALYZE {quoted(name)}")
        return quoted(name)

    def run(self, plan: Plan) -> None:
        """Runs the plan's statements. Raises TsampaError ``rule-overflow``, ``backend-lost`` or ``backend-exhausted``."""
        for one in plan.statements:
            kind = "TABLE" if one.uses > 1 else "VIEW"
            self._do(f"CREATE TEMP {kind} {quoted(one.name)} AS {one.query}")
            if kind == "TABLE":
                self._do(f"ANALYZE {quoted(one.name)}")

    def bring(self, output: Output) -> str:
        """The output's rows as something DuckDB's connection can read: text that stands after FROM. Raises as ``run``."""
        file = self.scratch(f"{output.entity}.csv")
        out = f"COPY ({selected(output, self.dialect.types)}) TO STDOUT (FORMAT csv)"
        with _spoken(), self.session.cursor() as cursor, cursor.copy(out) as copy, file.open("wb") as rows:
            for chunk in copy:
                rows.write(chunk)
        return csv_source(file, output)

    def close(self) -> None:
        """Ends the session; what it had made is gone."""
        self.session.close()

    def _do(self, text: str) -> None:
        with _spoken(), self.session.cursor() as cursor:
            cursor.execute(text)


@contextmanager
def _spoken() -> Iterator[Any]:
    """PostgreSQL's errors as ours: numbers too large, a server that is full or gone."""
    try:
        yield
    except psycopg.errors.NumericValueOutOfRange as error:
        raise TsampaError(
            "rule-overflow",
            f"a number grew too large to be held: {str(error).splitlines()[0]}",
            remedy="Look for absurd values in the snapshot, or for a product of large numbers in the rules.",
        ) from None
    except psycopg.errors.InsufficientPrivilege as error:
        raise refused("postgresql", error) from None
    except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
        raise exhausted("postgresql", error) from None
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise lost("postgresql", error) from None
