"""Reads a SQLite database by ADBC in a process of its own: ``python -m tsampa.office.bridge.reader FILE``.

ADBC brings its own copy of SQLite. Two copies in one process would undo each other's locks on the file (POSIX drops a
process's locks when any of its handles closes), and then the database can be lost; so this one lives alone.

Each line on stdin is a JSON object: ``{"begin": true}``, after which everything is read as it is now, or ``{"query": …, "out":
…}``, whose rows are written to a Parquet file. The answer to each is one line: ``{}``, or ``{"error": …}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

import adbc_driver_manager
import adbc_driver_sqlite
from arro3.core import RecordBatchReader

from tsampa.snapshot.sql import connect, literal

__all__ = ["main"]

ROW_GROUP = 16_384
"""Rows together in the file; whoever reads it holds as many of each column at once, and payloads are long."""
BEGIN = "SELECT count(*) FROM sqlite_schema"


def main(path: str) -> None:
    """Answers until stdin ends."""
    with (
        adbc_driver_sqlite.connect(f"file:{quote(path)}?mode=ro") as database,
        adbc_driver_manager.AdbcConnection(database) as connection,
        connect() as writer,
    ):
        connection.set_autocommit(False)
        for line in sys.stdin:
            print(json.dumps(_answer(connection, writer, json.loads(line))), flush=True)


def _answer(connection: Any, writer: Any, asked: dict[str, Any]) -> dict[str, str]:
    try:
        with adbc_driver_manager.AdbcStatement(connection) as statement:
            statement.set_sql_query(asked.get("query", BEGIN))
            handle, _ = statement.execute_query()
            rows = RecordBatchReader.from_arrow(handle)
            if "out" in asked:
                _write(writer, rows, asked["out"])
            else:
                rows.read_all()
    except adbc_driver_manager.Error as error:
        return {"error": str(error).splitlines()[0]}
    return {}


def _write(writer: Any, rows: RecordBatchReader, out: str) -> None:
    writer.register("_rows", rows)
    writer.execute(
        f"COPY (SELECT COLUMNS(*)::VARCHAR FROM _rows) TO {literal(out)}"
        f" (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    writer.unregister("_rows")


if __name__ == "__main__":
    main(sys.argv[1])
