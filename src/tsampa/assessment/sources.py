"""Where an engine reads from: the snapshot's files and the results' files as text that stands after FROM."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from tsampa.rules.columns import PLACE, AlignedRows, Sources
from tsampa.schema import Table
from tsampa.snapshot import Snapshot
from tsampa.snapshot.sql import literal, read_files

__all__ = ["areas_around", "parquet", "partition_sources", "table_sources"]


def table_sources(snapshot: Snapshot, partition: str | None = None) -> dict[str, str]:
    """Every table of the snapshot, whole or one partition of it."""
    return {table.name: _source(snapshot, table, partition) for table in snapshot.schema.tables}


def _source(snapshot: Snapshot, table: Table, partition: str | None) -> str:
    files = snapshot.files(table.name, partition)
    rows = read_files(table, files)
    return (
        f"(SELECT DISTINCT * FROM ({rows}))"
        if len(files) > 1 and snapshot.repeats(table.name)
        else f"({rows})"
    )


def partition_sources(snapshot: Snapshot, partition: str, *, placed: bool = False) -> Sources:
    """One partition's rows; areas come from a table that ``areas_around`` has made. ``placed``: with their places, where they have any."""
    tables = table_sources(snapshot, partition) | {"areas": "areas_here"}
    rows = {name: _power_above(snapshot.count(name, partition)) for name in tables}
    return Sources(
        tables,
        {},
        rows | {"areas": _power_above(snapshot.count("areas", partition))},
        _aligned(snapshot, partition),
        _placed(snapshot, partition) if placed else {},
    )


def _aligned(snapshot: Snapshot, partition: str) -> AlignedRows | None:
    found = snapshot.aligned(partition)
    if found is None:
        return None
    persons, memberships = (snapshot.schema.by_name[name] for name in ("persons", "memberships"))
    return AlignedRows(
        f"({read_files(persons, found.persons)})", f"({read_files(memberships, found.memberships)})",
        f"({read_files(persons, found.other_persons)})", f"({read_files(memberships, found.other_memberships)})",
    )  # fmt: skip


def _placed(snapshot: Snapshot, partition: str) -> dict[str, str]:
    """Households with their place in the file, which is sorted by area and code as their results are."""
    files = snapshot.files("households", partition)
    if not partition or len(files) != 1 or not snapshot.sorted_by_place(partition):
        return {}
    rows = read_files(snapshot.schema.by_name["households"], files, place=PLACE)
    return {"households": f"({rows})"}


def _power_above(rows: int) -> int:
    """So that counties of about one size get the same SQL."""
    return 1 << rows.bit_length()


def areas_around(areas: str, code: str) -> str:
    """A query for an area, everything below it and everything above it: all that its rows can look at."""
    one = literal(code)
    return (
        f"WITH RECURSIVE below AS (SELECT * FROM {areas} WHERE code = {one} UNION ALL"
        f" SELECT a.* FROM {areas} a JOIN below b ON a.parent = b.code),"
        f" above AS (SELECT * FROM {areas} WHERE code = {one} UNION ALL"
        f" SELECT a.* FROM {areas} a JOIN above b ON b.parent = a.code)"
        f" SELECT * FROM below UNION ALL SELECT * FROM above WHERE code <> {one}"
    )


def parquet(paths: Iterable[Path]) -> str:
    """A table function over Parquet files."""
    listed = ", ".join(literal(glob.escape(str(path))) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"
