"""Several offices' snapshots counted as one: each county belongs to one of them, areas above are told alike by all."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tsampa.errors import TsampaError
from tsampa.schema import Table
from tsampa.snapshot.codes import require_own_codes
from tsampa.snapshot.manifest import FileEntry
from tsampa.snapshot.place import bindings
from tsampa.snapshot.read import Snapshot
from tsampa.snapshot.sql import connect, quote, read_files

if TYPE_CHECKING:
    import duckdb

__all__ = ["JoinedSnapshot", "join_snapshots"]


@dataclass(frozen=True)
class JoinedSnapshot(Snapshot):
    """Snapshots of different counties as one. Paths in its manifest are absolute; ``owners`` has each county's snapshot."""

    members: tuple[Snapshot, ...] = ()
    owners: dict[str, Snapshot] = field(default_factory=dict)

    def repeats(self, table: str) -> bool:
        """Whether each member tells these rows again: areas above the counties, and tables that belong to none."""
        return table not in bindings(self.schema)

    def sorted_by_place(self, partition: str) -> bool:
        """Whether the files of the county's own snapshot are."""
        return partition in self.owners and self.owners[partition].sorted_by_place(partition)

    def _entries(self, table: str, partition: str | None) -> list[FileEntry]:
        if partition in self.owners and self.repeats(table):
            return [
                _absolute(self.owners[partition], one)
                for one in self.owners[partition]._entries(table, partition)
            ]
        return super()._entries(table, partition)


def join_snapshots(
    snapshots: Sequence[Snapshot], *, known: bool = False, told_alike: bool = False,
    con: duckdb.DuckDBPyConnection | None = None,
) -> Snapshot:  # fmt: skip
    """The snapshots as one; a single one stays what it is.

    ``con``: a connection to compare them with; otherwise one of its own.

    ``known`` are those that were found to agree before. ``told_alike`` took the place of such: their common rows are the same,
    and codes are not compared, as that would read every county where one has changed; the next count of all does.

    Raises TsampaError ``snapshots-schema`` (different tables, columns or versions), ``snapshots-day`` (of different days),
    ``snapshots-year`` (whose latest accounting year of incomes differs), ``snapshots-partition`` (two have rows of one
    county), ``snapshots-code`` (two have a household or person of one code), ``snapshots-village`` (two say that an area lies in different ones) and ``snapshots-rows`` (two say different
    things of one area, or of a row that belongs to no county).
    """
    first = snapshots[0]
    if len(snapshots) == 1:
        return first
    ordered = tuple(sorted(snapshots, key=lambda one: (one.id, str(one.path))))
    _require_alike(ordered)
    owners = _owners(ordered)
    rows = {name: sum(one.manifest.rows.get(name, 0) for one in ordered) for name in first.manifest.rows}
    ids = hashlib.sha256("\n".join(one.id for one in ordered).encode()).hexdigest()
    files = tuple(_absolute(one, entry) for one in ordered for entry in one.manifest.files)
    manifest = msgspec.structs.replace(first.manifest, id=ids, rows=rows, files=files, source="")
    joined = JoinedSnapshot(Path(), manifest, first.schema, ordered, owners)
    if not known:
        with connect() if con is None else con.cursor() as own:
            _require_agreeing(own, joined, told_alike=told_alike)
    return joined


def _require_agreeing(con: duckdb.DuckDBPyConnection, joined: JoinedSnapshot, *, told_alike: bool) -> None:
    _require_one_year(con, joined.members)
    if told_alike:
        return
    for name in ("households", "persons"):
        require_own_codes(con, joined.members, joined.schema.by_name[name])
    for table in joined.schema.tables:
        if joined.repeats(table.name):
            _require_told_alike(con, joined, table)


def _absolute(snapshot: Snapshot, entry: FileEntry) -> FileEntry:
    folder = os.path.abspath(snapshot.path)
    beside = f"{folder}/{entry.beside}" if entry.beside else ""
    return msgspec.structs.replace(entry, path=f"{folder}/{entry.path}", beside=beside)


def _require_alike(snapshots: tuple[Snapshot, ...]) -> None:
    for one, other in pairwise(snapshots):
        if one.schema != other.schema:
            raise TsampaError(
                "snapshots-schema",
                f"it differs in its tables from {one.path} (schema versions {other.manifest.schema_version} and {one.manifest.schema_version})",
                where=str(other.path),
                remedy="Freeze both for the same programme with the same version of Tsampa.",
            )
        if one.manifest.as_of != other.manifest.as_of:
            raise TsampaError(
                "snapshots-day",
                f"it is of {other.manifest.as_of}, and {one.path} of {one.manifest.as_of}",
                where=str(other.path),
                remedy="Freeze both as of the same day.",
            )


def _owners(snapshots: tuple[Snapshot, ...]) -> dict[str, Snapshot]:
    owners: dict[str, Snapshot] = {}
    for one in snapshots:
        for code in one.partitions:
            if code in owners:
                raise TsampaError(
                    "snapshots-partition",
                    f"{owners[code].path} has rows of {code} too",
                    where=str(one.path),
                    remedy="Give one snapshot for each county.",
                )
            owners[code] = one
    return owners


def _require_one_year(con: duckdb.DuckDBPyConnection, snapshots: tuple[Snapshot, ...]) -> None:
    """Rules read the incomes of one year; a county that has them only of another would count as without income.

    The year of a snapshot is the latest of which it holds an income, as the files' own summaries have it; where there
    are no incomes there is no year, and nothing to differ.
    """
    owners = {str(path): one for one in snapshots for path in one.files("incomes")}
    if not owners:
        return
    rows = con.execute(
        "select file_name, max(stats_max_value::bigint) from parquet_metadata(?)"
        " where path_in_schema = 'accounting_year' group by file_name order by file_name",
        [[glob.escape(path) for path in owners]],
    ).fetchall()
    latest: dict[Path, int] = {}
    for file, year in rows:
        if year is not None:
            latest[owners[file].path] = max(year, latest.get(owners[file].path, year))
    for (one, year), (other, another) in pairwise(sorted(latest.items())):
        if year != another:
            raise TsampaError(
                "snapshots-year",
                f"its latest incomes are of {another}, and those of {one} of {year}",
                where=str(other),
                remedy="Freeze both for the same accounting year: record the incomes that are missing, or leave out those that are early.",
            )


def _require_told_alike(con: duckdb.DuckDBPyConnection, joined: JoinedSnapshot, table: Table) -> None:
    files = joined.files(table.name)
    if len(files) < 2:
        return
    rows = read_files(table, files)
    k = quote(table.key)
    twice = con.execute(
        f"select {k} from (select distinct * from ({rows})) group by {k} having count(*) > 1 order by {k} limit 1"
    ).fetchone()
    if twice is not None:
        raise _told_apart(con, joined, table, twice[0])


def _told_apart(
    con: duckdb.DuckDBPyConnection, joined: JoinedSnapshot, table: Table, key: str
) -> TsampaError:
    """Who says what of the row: the first snapshot that has it, and one that says something else."""
    said: list[tuple[Snapshot, dict[str, object]]] = []
    for one in joined.members:
        found = con.execute(
            f"select * from ({read_files(table, one.files(table.name))}) where {quote(table.key)} = ?", [key]
        )
        names = [column[0] for column in found.description]
        said += [(one, dict(zip(names, row, strict=True))) for row in found.fetchall()]
    (one, here), (other, there) = said[0], next(row for row in said if row[1] != said[0][1])
    if table.name == "areas" and here["parent"] != there["parent"]:
        return TsampaError(
            "snapshots-village",
            f"'{key}' lies in {here['parent']} by {one.path}, and in {there['parent']} by {other.path}",
            remedy="Find out where it belongs, and freeze the other again without it and its households.",
        )
    return TsampaError(
        "snapshots-rows",
        f"{one.path} and {other.path} say different things of '{key}' in {table.name}",
        remedy="Find out which is right, and freeze the other again.",
    )
