"""A database that a plan can run in. DuckDB stands at both ends: it reads the rows of the register and takes the results."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from tsampa.errors import TsampaError
from tsampa.rules.columns.sql import DUCKDB, Dialect, quoted
from tsampa.schema import Kind

if TYPE_CHECKING:
    import duckdb

    from tsampa.rules.columns.plan import Output, Plan

__all__ = ["Backend", "open_backend"]

GIST = 300
"""Characters of a database's own message that are passed on."""


class Backend(ABC):
    """One session in a database. ``con`` is DuckDB's own, in which sources are read and results are left as tables."""

    dialect: ClassVar[Dialect]

    def __init__(self, con: duckdb.DuckDBPyConnection, spill: Path | None) -> None:
        self.con = con
        self._spill = spill
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except TsampaError:
            if error is None:
                raise  # otherwise what went wrong first is what is said
        finally:
            if self._scratch is not None:
                self._scratch.cleanup()

    def scratch(self, name: str) -> Path:
        """A place for a file on its way in or out."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="tsampa.", dir=self._spill)
        return Path(self._scratch.name) / name

    @abstractmethod
    def load(self, name: str, columns: dict[str, Kind], query: str) -> str:
        """Takes the rows of a DuckDB query under a name; gives what stands after FROM to read them."""

    @abstractmethod
    def run(self, plan: Plan) -> None:
        """Runs the plan's statements. Raises TsampaError ``rule-overflow``, ``backend-lost`` or ``backend-exhausted``."""

    @abstractmethod
    def bring(self, output: Output) -> str:
        """The output's rows as something DuckDB's connection can read: text that stands after FROM. Raises as ``run``."""

    @abstractmethod
    def close(self) -> None:
        """Ends the session; what it had made is gone."""


def open_backend(url: str, con: duckdb.DuckDBPyConnection, spill: Path | None = None) -> Backend:
    """The database at ``url``: ``postgresql://…`` or ``spark:MASTER``, such as ``spark:local[2]``;
    Spark's own settings may follow: ``spark:local[2]?spark.driver.memory=8g`` (4g in local mode unless given).

    Rows on their way there and back lie in ``spill``, or in the machine's folder for temporary files. Raises TsampaError ``backend-unknown``, ``backend-missing`` (its Python package is not installed) and ``backend-lost``.
    """
    kind, _, rest = url.partition(":")
    if kind in ("postgresql", "postgres"):
        from tsampa.rules.columns.postgresql import PostgreSQL

        return PostgreSQL(con, url, spill)
    if kind == "spark":
        from tsampa.rules.columns.spark import Spark

        return Spark(con, rest or "local[*]", spill)
    raise TsampaError(
        "backend-unknown",
        f"no database is known by '{kind}'",
        remedy="Use duckdb, postgresql://user@host/database or spark:local[2].",
        usage=True,
    )


def missing(name: str, extra: str) -> TsampaError:
    """What is said where the backend's package is not installed."""
    return TsampaError(
        "backend-missing",
        f"'{name}' is not installed",
        remedy=f"Install it: pip install 'tsampa[{extra}]'.",
        usage=True,
    )


def lost(backend: str, error: Exception | str) -> TsampaError:
    """What is said where the database went away, or never was there."""
    return TsampaError(
        "backend-lost",
        f"{backend} cannot be reached: {_gist(error)}",
        remedy="Check its address and that it runs, then assess again; nothing was written.",
    )


def exhausted(backend: str, error: Exception | str) -> TsampaError:
    """What is said where the database has no room to go on."""
    return TsampaError(
        "backend-exhausted",
        f"{backend} ran out of memory or disk: {_gist(error)}",
        remedy="Make room where it works and where the results are written, then assess again; nothing was written.",
    )


def refused(backend: str, error: Exception) -> TsampaError:
    """What is said where the database does not let its user work."""
    return TsampaError(
        "backend-refused",
        f"{backend} does not permit it: {_gist(error)}",
        remedy="Give the user of its address the right to connect and to make temporary tables.",
    )


def _gist(error: Exception | str) -> str:
    return " ".join(str(error).splitlines()[:2])[:GIST] or type(error).__name__


def csv_source(path: Path, output: Output) -> str:
    """A CSV file of the output's rows as DuckDB reads it: nothing is null, two quotes are the empty text."""
    types = ", ".join(
        f"'{name.replace(chr(39), chr(39) * 2)}': '{DUCKDB.types[kind]}'"
        for name, kind in output.columns.items()
    )
    return (
        f"read_csv('{path}', header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
        f" allow_quoted_nulls = false, columns = {{{types}}})"
    )


def selected(output: Output, types: dict[Kind, str]) -> str:
    """The output's query with every column in the type it is stored in."""
    parts = ", ".join(
        f"CAST({quoted(name)} AS {types[kind]}) AS {quoted(name)}" for name, kind in output.columns.items()
    )
    return f"SELECT {parts} FROM ({output.query}) AS o"
