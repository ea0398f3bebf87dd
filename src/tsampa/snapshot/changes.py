"""What differs between two snapshots of one county, village by village, and the rows of some villages alone."""

from __future__ import annotations

import glob
from collections import defaultdict
from typing import TYPE_CHECKING

from tsampa.snapshot.manifest import Manifest
from tsampa.snapshot.sql import column_list, literal, read_files
from tsampa.snapshot.villages import TIES, VILLAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import duckdb

    from tsampa.schema import Table
    from tsampa.snapshot.read import Snapshot

__all__ = ["changed_villages", "count_villages", "has_index", "tied_villages", "village_rows"]


def has_index(manifest: Manifest) -> bool:
    """Whether the snapshot has an index of its villages; those of earlier versions have none."""
    return {VILLAGES, TIES} <= {entry.path for entry in manifest.files}


def changed_villages(
    con: duckdb.DuckDBPyConnection, old: Snapshot, new: Snapshot, partition: str, changed: Collection[str]
) -> set[str]:
    """The areas of the partition whose rows differ, those in ``changed``, and all that ties connect with them.

    An area that one of the two does not have differs. Both must have an index.
    """
    before, after = (_index(one, VILLAGES, partition) for one in (old, new))
    found = con.execute(
        f"select distinct area from (select file, area, sha256 from {before}) o"
        f" full join (select file, area, sha256 from {after}) n using (file, area)"
        " where o.sha256 is distinct from n.sha256"
    ).fetchall()
    return tied_villages(con, [old, new], partition, {*changed, *(code for (code,) in found)})


def count_villages(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, partition: str) -> int:
    """How many areas of the partition have rows."""
    found = con.execute(
        f"select count(distinct area) from {_index(snapshot, VILLAGES, partition)}"
    ).fetchone()
    assert found is not None
    return int(found[0])


def tied_villages(
    con: duckdb.DuckDBPyConnection, snapshots: Sequence[Snapshot], partition: str, start: Collection[str]
) -> set[str]:
    """These areas and all that ties of any of the snapshots connect with them, one by one."""
    ties = con.execute(
        " union ".join(f"select area, other from {_index(one, TIES, partition)}" for one in snapshots)
    ).fetchall()
    beside: dict[str, list[str]] = defaultdict(list)
    for one, other in ties:
        beside[one].append(other)
        beside[other].append(one)
    found, waiting = set(start), list(start)
    while waiting:
        for other in beside[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _index(snapshot: Snapshot, name: str, partition: str) -> str:
    path = glob.escape(str(snapshot.path / name))
    return f'(from read_parquet({literal(path)}) where "partition" = {literal(partition)})'


def village_rows(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, partition: str, areas: Collection[str]
) -> dict[str, str]:
    """A query for the rows of these areas, for each table that has any in the partition; only their stretches are read."""
    stretches = con.execute(
        f'select "table", file, first, rows from {_index(snapshot, VILLAGES, partition)}'
        " where list_contains(?, area) order by file, first",
        [sorted(areas)],
    ).fetchall()
    by_file: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for table, file, first, rows in stretches:
        by_file[table, file].append((first, first + rows))
    queries: dict[str, list[str]] = defaultdict(list)
    for (table, file), ranges in by_file.items():
        queries[table].append(_rows_between(snapshot.schema.by_name[table], snapshot.path / file, ranges))
    none = {
        table.name: read_files(table, []) for table in snapshot.schema.tables if table.name not in queries
    }
    return none | {table: " union all ".join(found) for table, found in queries.items()}


def _rows_between(table: Table, path: Path, ranges: list[tuple[int, int]]) -> str:
    # The outermost bounds let whole row groups be skipped.
    where = f"file_row_number >= {ranges[0][0]} and file_row_number < {ranges[-1][1]}"
    if len(ranges) > 1:
        listed = ", ".join(f"({first}, {end})" for first, end in ranges)
        where += f" and file_row_number in (select unnest(range(a, b)) from (values {listed}) v(a, b))"
    source = (
        f"read_parquet({literal(glob.escape(str(path)))}, hive_partitioning = false, file_row_number = true)"
    )
    return f"select {column_list(table)} from {source} where {where}"
