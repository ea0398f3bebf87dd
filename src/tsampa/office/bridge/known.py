"""The register's rows as they had been recorded by a cut: the last version of each row that is not after it."""

from __future__ import annotations

import duckdb

from tsampa.office.bridge.layout import Layout
from tsampa.office.bridge.stream import Stream
from tsampa.office.history.models import Cut, Version
from tsampa.office.history.recorded import Recorded
from tsampa.snapshot.sql import literal, quote

__all__ = ["known_columns", "known_rows"]

# By its number alone: payloads gathered by row would all have to stand in memory.
LATEST = """(SELECT payload FROM _versions SEMI JOIN (SELECT max(id::BIGINT) AS id FROM _versions GROUP BY key) last
    ON _versions.id::BIGINT = last.id WHERE operation <> 'delete')"""


def known_rows(con: duckdb.DuckDBPyConnection, stream: Stream, one: Layout, cut: Cut) -> None:
    """Makes ``_text`` of the table's rows, as a stream of the live rows would have made it at the cut."""
    where = f" WHERE {_told('table')} = {literal(one.table.name)}" if one.condition else ""
    known_columns(con, stream, "_text", one.model, one.fields, cut, where)


def known_columns(
    con: duckdb.DuckDBPyConnection, stream: Stream, name: str, model: type[Recorded], fields: list[str], cut: Cut, where: str = "",
) -> None:  # fmt: skip
    """Makes the table ``name`` of these columns of a model's rows, as they had been recorded by the cut."""
    own = f'"table" = {literal(model._meta.db_table)} AND id <= {cut.version}'
    source = f"{quote(Version._meta.db_table)} WHERE {own}"
    stream.rows(con, "_versions", ["id", "key", "operation", "payload"], source)
    parts = ", ".join(f"{_told(one)} AS {quote(one)}" for one in fields)
    con.execute(f"CREATE TABLE {quote(name)} AS SELECT {parts} FROM {LATEST}{where}")
    con.execute("DROP TABLE _versions")


def _told(name: str) -> str:
    return f"json_extract_string(payload, {literal('$.' + quote(name))})"
