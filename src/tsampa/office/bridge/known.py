"""The register's rows as they had been recorded by a cut: the last version of each row that is not after it."""

from __future__ import annotations

import duckdb

from tsampa.office.bridge.layout import Layout
from tsampa.office.bridge.stream import Stream
from tsampa.office.history.models import Cut, Version
from tsampa.snapshot.sql import literal, quote

__all__ = ["known_rows"]

LATEST = """(SELECT last.payload AS payload FROM (
    SELECT arg_max({'operation': operation, 'payload': payload}, id::BIGINT) AS last FROM _versions GROUP BY key
) WHERE last.operation <> 'delete')"""


def known_rows(con: duckdb.DuckDBPyConnection, stream: Stream, one: Layout, cut: Cut) -> None:
    """Makes ``_text`` of the table's rows, as a stream of the live rows would have made it at the cut."""
    own = f'"table" = {literal(one.model._meta.db_table)} AND id <= {cut.version}'
    source = f"{quote(Version._meta.db_table)} WHERE {own}"
    stream.rows(con, "_versions", ["id", "key", "operation", "payload"], source)
    parts = ", ".join(f"{_told(name)} AS {quote(name)}" for name in one.fields)
    where = f" WHERE {_told('table')} = {literal(one.table.name)}" if one.condition else ""
    con.execute(f"CREATE TABLE _text AS SELECT {parts} FROM {LATEST}{where}")
    con.execute("DROP TABLE _versions")


def _told(name: str) -> str:
    return f"json_extract_string(payload, {literal('$.' + quote(name))})"
