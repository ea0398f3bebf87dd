"""Results as Parquet: each partition's rows in order, in parts of so many rows, so that a change rewrites few of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import duckdb

from tsampa.assessment.manifest import file_entry
from tsampa.assessment.sources import parquet
from tsampa.rules.columns import PLACE
from tsampa.rules.columns.duckdb import execute
from tsampa.snapshot.sql import STORAGE, literal, quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tsampa.rules.columns import Output
    from tsampa.snapshot import FileEntry

__all__ = ["ROWS", "first_keys", "sort_key", "write_parts"]

ROWS = 40_960
"""Rows of a part. Many times DuckDB's vector of 2,048, as rows are handed on by vectors; a part is one row group."""
LAYOUT = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1000"
)
"""Zstandard's first level, as pyarrow's: DuckDB's third takes a fifth longer to write and saves less than a hundredth."""
OUT_OF_PLACE = "rows came out of their place"


def _part_path(entity: str, level: str, partition: str, number: int) -> str:
    """Where in the assessment's folder the part stands: one folder a partition, as folders cost more than files."""
    return f"results/{level}={partition or 'none'}/{entity}-{number}.parquet"


def write_parts(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    output: Output,
    query: str,
    level: str,
    partition: str,
    first: int = 0,
) -> list[FileEntry]:
    """The query's rows sorted by the entity's keys, as parts numbered from ``first``; none where there is no row.

    The bytes depend on the rows alone.
    """
    place = (folder / _part_path(output.entity, level, partition, first)).parent
    beside = place.with_name(f"{place.name}.{output.entity}.{first}")
    beside.parent.mkdir(parents=True, exist_ok=True)
    made = _made(con, output, query, beside)
    rows = {beside / os.path.basename(str(file)): count for file, count, *_ in made}
    found = []
    for number, file in enumerate(_in_order(con, output, made, list(rows)), first):
        path = folder / _part_path(output.entity, level, partition, number)
        path.parent.mkdir(exist_ok=True)
        file.rename(path)
        found.append(file_entry(folder, path, rows[file], output.entity, partition))
    for file in beside.iterdir():
        file.unlink()
    beside.rmdir()
    return found


def _made(con: duckdb.DuckDBPyConnection, output: Output, query: str, beside: Path) -> list[Any]:
    """Writes the parts into a folder; what DuckDB says of each that has rows.

    Rows that have their place mostly come in its order, as one thread reads, joins and hands them on: then nothing is sorted. Where
    they do not, because memory was short and a join went to disk, they are.
    """
    columns = ", ".join(map(quote, output.columns))
    if output.placed:
        try:
            return _copied(con, output, f"SELECT {columns} FROM ({_held_in_place(query)})", "", beside)
        except duckdb.InvalidInputException as error:
            if OUT_OF_PLACE not in str(error):
                raise
            shutil.rmtree(beside, ignore_errors=True)  # DuckDB makes it with the first part
    order = f" ORDER BY {', '.join(map(quote, output.keys))}"
    return _copied(con, output, f"SELECT {columns} FROM ({query})", order, beside)


def _held_in_place(query: str) -> str:
    """The query, which fails where a row is not at its place."""
    at = f"SELECT *, row_number() OVER () - 1 AS __at FROM ({query})"
    place = quote(PLACE)
    return f"SELECT * FROM ({at}) WHERE CASE WHEN {place} = __at THEN TRUE ELSE error('{OUT_OF_PLACE}') END"


def _copied(
    con: duckdb.DuckDBPyConnection, output: Output, query: str, order: str, beside: Path
) -> list[Any]:
    layout = f"{LAYOUT}, ROW_GROUP_SIZE {ROWS}, ROW_GROUPS_PER_FILE 1, RETURN_STATS"
    copy = f"COPY ({_nullable(con, output, query)}{order}) TO {literal(str(beside))} ({layout})"
    return [one for one in execute(con, copy).fetchall() if one[1]]


def _in_order(
    con: duckdb.DuckDBPyConnection, output: Output, made: Sequence[Any], files: list[Path]
) -> list[Path]:
    """The files as their rows follow each other; threads have numbered them as they came."""
    if len(files) < 2:
        return files
    told = [one[4].get(quote(output.keys[0]), {}) for one in made]  # what COPY says of the first key
    least = [one.get("min") for one in told if one.get("min_is_exact") == "true"]
    if None not in least and len(set(least)) == len(files):
        starts: Sequence[Any] = least
    else:
        starts = first_keys(con, output, files)
    return [file for _, file in sorted(zip(starts, files, strict=True))]


Key = tuple[tuple[bool, str], ...]
"""What sorts as DuckDB sorts: by bytes of UTF-8, which are in the order of code points, and null last."""


def sort_key(values: Sequence[str | None]) -> Key:
    """The keys of a row as DuckDB sorts them."""
    return tuple((value is None, value or "") for value in values)


def first_keys(con: duckdb.DuckDBPyConnection, output: Output, files: Sequence[Path]) -> list[Key]:
    """The keys of the first row of each file."""
    source = parquet(files).removesuffix(")") + ", file_row_number = true)"
    found = con.execute(
        f"SELECT {', '.join(map(quote, output.keys))} FROM {source} WHERE file_row_number = 0 ORDER BY file_index"
    ).fetchall()
    return [sort_key(row) for row in found]


def _nullable(con: duckdb.DuckDBPyConnection, output: Output, query: str) -> str:
    """The query, all of whose columns might be null for all that DuckDB knows.

    It writes a column otherwise where statistics tell it that there is no null; these depend on the way the rows came. The bytes
    must depend on the rows alone.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS nothing (x INTEGER)")
    nulls = ", ".join(f"CAST(NULL AS {STORAGE[kind]})" for kind in output.columns.values())
    return f"SELECT * FROM ({query}) UNION ALL SELECT {nulls} FROM nothing"
