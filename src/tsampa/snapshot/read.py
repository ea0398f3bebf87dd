"""Opens a frozen register: its manifest, its schema, and its tables as Arrow or as DuckDB relations."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec
from arro3.core import Table as ArrowTable

from tsampa.errors import TsampaError
from tsampa.schema import AreaLevels, Schema, Table, build_schema
from tsampa.snapshot.changes import has_index
from tsampa.snapshot.manifest import SCHEMA_FILE, FileEntry, Manifest, read_manifest
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import connect, read_files

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Aligned", "Snapshot", "open_snapshot", "read_schema_file"]


@dataclass(frozen=True)
class Aligned:
    """Files of persons and memberships: the first two row beside row, then those of persons with several memberships."""

    persons: list[Path]
    memberships: list[Path]
    other_persons: list[Path]
    other_memberships: list[Path]


@dataclass(frozen=True)
class Snapshot:
    """A frozen register on disk. Numbers are in storage form: whole multiples of ``10 ** -digits``.

    Rows that belong to an area are split by the area at the schema's partition level. ``partition`` below is
    such a code, or None for all rows. Tables that are not split (areas, and tables without a way to an area)
    give all their rows for every code. The rows of a split table that no partition holds (a pool of a wider
    area, a person who never was in a household) are given for ``partition=""``: all codes and ``""`` together
    are all rows, each once.
    """

    path: Path
    manifest: Manifest
    schema: Schema

    @property
    def id(self) -> str:
        """The snapshot's id, as the manifest has it; ``verify_snapshot`` says whether it is true."""
        return self.manifest.id

    @property
    def partitions(self) -> list[str]:
        """The codes of the partitions that hold any rows, sorted."""
        return sorted({entry.partition for entry in self.manifest.files if entry.partition})

    def files(self, table: str, partition: str | None = None) -> list[Path]:
        """The Parquet files of the table, or of one of its partitions; empty where it has no rows.

        Raises TsampaError ``table-unknown``.
        """
        return [self.path / entry.path for entry in self._entries(table, partition)]

    def count(self, table: str, partition: str | None = None) -> int:
        """How many rows the table, or one of its partitions, has."""
        return sum(entry.rows for entry in self._entries(table, partition))

    def aligned(self, partition: str) -> Aligned | None:
        """The files in which the partition's persons and their memberships stand row beside row; None where there are none."""
        persons, memberships = (self._entries(name, partition) for name in ("persons", "memberships"))
        if len(memberships) == 0 or len(persons) == 0 or memberships[0].beside != persons[0].path:
            return None

        def paths(entries: list[FileEntry]) -> list[Path]:
            return [self.path / entry.path for entry in entries]

        return Aligned(paths(persons[:1]), paths(memberships[:1]), paths(persons[1:]), paths(memberships[1:]))

    def sorted_by_place(self, partition: str) -> bool:
        """Whether the partition's files are sorted by area, household and key: those with an index of villages were, to have one."""
        return has_index(self.manifest)

    def hashes(self, table: str, partition: str) -> list[str]:
        """The SHA-256 of each file that holds the table's rows of the partition: equal ones hold equal rows."""
        return [entry.sha256 for entry in self._entries(table, partition)]

    def _entries(self, table: str, partition: str | None) -> list[FileEntry]:
        self._table(table)
        if partition is not None and table in bindings(self.schema):
            return self._by_place.get((table, partition), [])
        return self._by_table.get(table, [])

    @cached_property
    def _by_table(self) -> dict[str, list[FileEntry]]:
        found: dict[str, list[FileEntry]] = {}
        for entry in self.manifest.files:
            found.setdefault(entry.table, []).append(entry)
        return found

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[FileEntry]]:
        found: dict[tuple[str, str], list[FileEntry]] = {}
        for entry in self.manifest.files:
            found.setdefault((entry.table, entry.partition), []).append(entry)
        return found

    def repeats(self, table: str) -> bool:
        """Whether rows of the table may stand in several of its files; never in one snapshot."""
        return False

    def table(self, name: str, partition: str | None = None) -> ArrowTable:
        """The rows as an Arrow table with the schema's columns, sorted by area, household and key within each file.

        Raises TsampaError ``table-unknown``, and ``snapshot-unreadable`` where a file is gone or broken.
        """
        with connect() as con, self._readable(name):
            return ArrowTable(self.relation(con, name, partition))

    def relation(
        self, con: duckdb.DuckDBPyConnection, name: str, partition: str | None = None
    ) -> duckdb.DuckDBPyRelation:
        """The rows as a relation of ``con``, read each time it is used.

        Raises TsampaError ``table-unknown``, and ``snapshot-unreadable`` where a file is gone or broken.
        """
        with self._readable(name):
            return con.sql(read_files(self._table(name), self.files(name, partition)))

    @contextmanager
    def _readable(self, name: str) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            why = str(error).splitlines()[0]
            raise TsampaError(
                "snapshot-unreadable",
                f"cannot read table {name}: {why}",
                where=str(self.path),
                remedy="Verify the snapshot, and take an untouched copy.",
            ) from None

    def _table(self, name: str) -> Table:
        if name not in self.schema.by_name:
            raise TsampaError(
                "table-unknown",
                f"no table '{name}'",
                where=str(self.path),
                remedy=f"Use one of {', '.join(self.schema.by_name)}.",
                usage=True,
            )
        return self.schema.by_name[name]


def open_snapshot(path: Path | str) -> Snapshot:
    """The snapshot in this folder, after cheap checks only; ``verify_snapshot`` makes the thorough ones.

    Raises TsampaError: ``snapshot-missing``, ``snapshot-none``, ``snapshot-format`` and ``snapshot-manifest``
    as ``read_manifest`` does, ``snapshot-schema`` (schema.json missing, malformed or of another version than
    the manifest says) and ``snapshot-schema-newer`` (from a newer Tsampa).
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    _require_known_version(manifest, folder)
    schema = read_schema_file(folder, manifest)
    strangers = sorted({entry.table for entry in manifest.files if entry.table} - schema.by_name.keys())
    if strangers:
        raise _bad_schema(folder, f"it has no table '{strangers[0]}', which the manifest lists")
    return Snapshot(folder, manifest, schema)


def read_schema_file(folder: Path, manifest: Manifest) -> Schema:
    """The schema beside the manifest. Raises TsampaError ``snapshot-schema``."""
    try:
        schema = _decoded((folder / SCHEMA_FILE).read_bytes())
    except OSError as error:
        raise _bad_schema(folder, f"it cannot be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _bad_schema(folder, f"it is malformed ({error})") from None
    if schema.version != manifest.schema_version:
        raise _bad_schema(
            folder, f"it is version {schema.version}, the manifest says {manifest.schema_version}"
        )
    return schema


@lru_cache(maxsize=4)
def _decoded(content: bytes) -> Schema:
    """A nation's counties all have the same schema: it is read once."""
    return msgspec.json.decode(content, type=Schema)


def _bad_schema(folder: Path, what: str) -> TsampaError:
    return TsampaError(
        "snapshot-schema",
        f"wrong schema: {what}",
        where=str(folder / SCHEMA_FILE),
        remedy="It was altered or lost; take an untouched copy of the snapshot.",
    )


def _require_known_version(manifest: Manifest, folder: Path) -> None:
    known = _newest_version()
    if manifest.schema_version > known:
        raise TsampaError(
            "snapshot-schema-newer",
            f"the snapshot has schema version {manifest.schema_version}; this Tsampa knows up to {known}",
            where=str(folder),
            remedy="Use a newer version of Tsampa.",
        )


@cache
def _newest_version() -> int:
    """The version of the register that comes with this Tsampa; every programme's schema has it."""
    # XXX is the standard's word for no currency (ISO 4217).
    return build_schema("XXX", 0, AreaLevels(names={"area": ("area", "区域")}, partition="area")).version
