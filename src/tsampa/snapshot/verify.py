"""Whether a snapshot is what its manifest says, to the byte, and whether its rows hold together."""

from __future__ import annotations

import glob
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tsampa.errors import Problem, TsampaError
from tsampa.snapshot.check import check_tables
from tsampa.snapshot.manifest import MANIFEST, FileEntry, Manifest, file_sha256, read_manifest, snapshot_id
from tsampa.snapshot.read import Snapshot, open_snapshot
from tsampa.snapshot.sql import connect, literal, quote, read_files, storage_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["verify_files", "verify_snapshot"]

Footer = tuple[int, dict[str, str]]
"""A file's rows and the types of its columns."""

_UNTOUCHED = "Take an untouched copy of the snapshot, or freeze the register again."


def verify_snapshot(
    path: Path | str, progress: Callable[[str, int, int], None] | None = None
) -> list[Problem]:
    """Everything wrong with the snapshot in this folder; if nothing, or all ``noted``, it is sound.

    First the files (``snapshot-id``, ``file-missing``, ``file-altered``, ``file-extra``, ``file-unreadable``,
    ``row-count``, ``column-missing``, ``column-extra``, ``column-type``), then, if they can be trusted, the
    rows as ``check_tables`` does; ``content-unchecked`` says that they cannot. What ``open_snapshot`` would
    raise comes back as a problem. Raises TsampaError only for ``snapshot-missing`` and ``snapshot-none``:
    there is nothing to verify.
    """
    return _verify(Path(path), progress or _silent, None, None, rows=True)


def verify_files(
    path: Path | str,
    progress: Callable[[str, int, int], None] | None = None,
    only: Callable[[FileEntry], bool] | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> list[Problem]:
    """The same without the rows: whether the files are still those that were frozen, after their rows were checked.

    ``only``: which files; otherwise all. ``con``: a connection to read their footers with; otherwise one of its own.
    """
    return _verify(Path(path), progress or _silent, only, con, rows=False)


def _verify(
    folder: Path, report: Callable[[str, int, int], None], only: Callable[[FileEntry], bool] | None,
    given: duckdb.DuckDBPyConnection | None, *, rows: bool,
) -> list[Problem]:  # fmt: skip
    try:
        manifest = read_manifest(folder)
    except TsampaError as error:
        if error.usage:
            raise
        return [_from_error(error)]
    asked = [one for one in manifest.files if only is None or only(one)]
    problems = [
        *_id_problems(manifest),
        *_file_problems(folder, asked, report),
        *_extra_files(folder, manifest),
    ]
    try:
        snapshot = open_snapshot(folder)
    except TsampaError as error:
        return [*problems, _from_error(error)]
    altered = {problem.sheet for problem in problems} - {""}
    with _spilling() if given is None else given.cursor() as con:
        return problems + _table_problems(con, snapshot, asked, altered, report if rows else None)


@contextmanager
def _spilling() -> Iterator[duckdb.DuckDBPyConnection]:
    # A nation's keys may not fit in memory; the spill folder is the owner's alone.
    with tempfile.TemporaryDirectory(prefix="tsampa.") as spill, connect(Path(spill)) as con:
        yield con


def _silent(step: str, done: int, total: int) -> None:
    """Reports to nobody."""


def _from_error(error: TsampaError) -> Problem:
    return Problem(error.code, f"{error.where}: {error.message}", error.remedy, effect="row_rejected")


def _wrong(code: str, message: str, table: str = "", column: str = "", remedy: str = _UNTOUCHED) -> Problem:
    return Problem(code, message, remedy, table, 0, column, "row_rejected")


# ── the files


def _id_problems(manifest: Manifest) -> Iterator[Problem]:
    if manifest.id != snapshot_id(manifest):
        yield _wrong("snapshot-id", f"{MANIFEST} was altered: its content does not give the id {manifest.id}")


def _file_problems(
    folder: Path, entries: list[FileEntry], progress: Callable[[str, int, int], None]
) -> Iterator[Problem]:
    # Hashing lets go of Python's lock, so files are read side by side.
    with ThreadPoolExecutor() as pool:
        for done, found in enumerate(pool.map(lambda entry: list(_one_file(folder, entry)), entries)):
            progress("hashing", done, len(entries))
            yield from found
    progress("hashing", len(entries), len(entries))


def _one_file(folder: Path, entry: FileEntry) -> Iterator[Problem]:
    path = folder / entry.path
    try:
        size = path.stat().st_size
        sha256 = file_sha256(path)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        code, what = (
            ("file-missing", "is missing")
            if gone
            else ("file-unreadable", f"cannot be read: {error.strerror}")
        )
        yield _wrong(code, f"{entry.path} {what}", entry.table)
        return
    if size != entry.bytes:
        yield _wrong(
            "file-altered", f"{entry.path} was altered: {size} bytes instead of {entry.bytes}", entry.table
        )
    elif sha256 != entry.sha256:
        yield _wrong(
            "file-altered", f"{entry.path} was altered: its SHA-256 is not the one listed", entry.table
        )


def _extra_files(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    listed = {entry.path for entry in manifest.files} | {MANIFEST}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in listed and (path.is_symlink() or not path.is_dir()):
            yield _wrong(
                "file-extra",
                f"{name} is not in the manifest",
                remedy="Remove it, or find out who put it there.",
            )


# ── the tables


def _table_problems(
    con: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    entries: list[FileEntry],
    altered: set[str],
    progress: Callable[[str, int, int], None] | None,
) -> list[Problem]:
    problems: list[Problem] = []
    unusable = set(altered)
    seen = _seen_at_once(con, [snapshot.path / entry.path for entry in entries if entry.table])
    for entry in entries:
        if entry.table:
            found = list(_parquet_problems(con, snapshot, entry, seen))
            unusable |= {problem.sheet for problem in found if problem.code != "row-count"}
            problems += found
    problems += _row_totals(snapshot.manifest)
    if unusable:
        return [*problems, _unchecked(f"tables {', '.join(sorted(unusable))} cannot be trusted")]
    return problems + (_content_problems(con, snapshot, progress) if progress else [])


def _parquet_problems(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, entry: FileEntry, seen: dict[str, Footer]
) -> Iterator[Problem]:
    path = snapshot.path / entry.path
    if not path.exists():
        return  # said already
    try:
        rows, given = seen.get(str(path)) or _seen(con, path)
    except duckdb.Error as error:
        yield _wrong(
            "file-unreadable",
            f"{entry.path} is no readable Parquet: {str(error).splitlines()[0]}",
            entry.table,
        )
        return
    if rows != entry.rows:
        yield _wrong(
            "row-count", f"{entry.path} has {rows} rows, the manifest says {entry.rows}", entry.table
        )
    yield from _column_problems(snapshot, entry, given)


def _seen_at_once(con: duckdb.DuckDBPyConnection, paths: list[Path]) -> dict[str, Footer]:
    """The footers of files without anything unusual: asking for each by itself takes as long as counting a small county.

    None where one cannot be read, and none of a file whose columns are nested or share a name.
    """
    if not paths:
        return {}
    listed = [glob.escape(str(path)) for path in paths]
    columns: dict[str, list[tuple[str, str | None]]] = {}
    try:
        rows = dict(
            con.execute("select file_name, num_rows from parquet_file_metadata(?)", [listed]).fetchall()
        )
        schemas = "select file_name, name, duckdb_type, num_children from parquet_schema(?)"
        for file, name, type_, children in con.execute(schemas, [listed]).fetchall():
            if file in columns:
                columns[file].append((name, None if children else type_))
            else:
                columns[file] = []  # the first line is of the whole row
    except duckdb.Error:
        return {}
    found: dict[str, Footer] = {}
    for file, named in columns.items():
        types = {name: type_ for name, type_ in named if type_ is not None}
        if len(types) == len(named):
            found[file] = rows[file], types
    return found


def _seen(con: duckdb.DuckDBPyConnection, path: Path) -> Footer:
    """The same of one file."""
    relation = con.sql(f"from read_parquet({literal(str(path))}, hive_partitioning = false)")
    rows = con.execute(f"select num_rows from parquet_file_metadata({literal(str(path))})").fetchone()
    assert rows is not None
    return rows[0], dict(zip(relation.columns, map(str, relation.types), strict=True))


def _column_problems(snapshot: Snapshot, entry: FileEntry, given: dict[str, str]) -> Iterator[Problem]:
    table = snapshot.schema.by_name[entry.table]
    for column in table.columns:
        wanted = storage_type(column)
        if column.name not in given:
            yield _wrong(
                "column-missing", f"{entry.path} has no column {column.name}", table.name, column.name
            )
        elif given[column.name] != wanted:
            what = f"{column.name} of {entry.path} is {given[column.name]}, not {wanted}"
            yield _wrong("column-type", what, table.name, column.name)
    for name in given.keys() - table.by_name.keys():
        yield _wrong(
            "column-extra",
            f"{entry.path} has a column {name} that the schema does not know",
            table.name,
            name,
        )


def _row_totals(manifest: Manifest) -> Iterator[Problem]:
    listed = {entry.table for entry in manifest.files if entry.table}
    for table in sorted(listed | manifest.rows.keys()):
        total = sum(entry.rows for entry in manifest.files if entry.table == table)
        if manifest.rows.get(table, 0) != total:
            said = manifest.rows.get(table, 0)
            yield _wrong("row-count", f"{MANIFEST} says {said} rows for {table}, its files {total}", table)


def _content_problems(
    con: duckdb.DuckDBPyConnection, snapshot: Snapshot, progress: Callable[[str, int, int], None]
) -> list[Problem]:
    try:
        for table in snapshot.schema.tables:
            con.execute(f"create view {quote(table.name)} as {read_files(table, snapshot.files(table.name))}")
        problems = check_tables(con, snapshot.schema, snapshot.manifest.as_of, progress)
        return problems + [
            one for entry in snapshot.manifest.files for one in _apart(con, snapshot.path, entry)
        ]
    except duckdb.Error as error:
        return [_unchecked(str(error).splitlines()[0])]


def _apart(con: duckdb.DuckDBPyConnection, folder: Path, entry: FileEntry) -> Iterator[Problem]:
    """Memberships that do not stand beside their persons, though the manifest says so."""
    if not entry.beside:
        return
    persons, members = (
        f"read_parquet({literal(str(folder / path))}, hive_partitioning = false)"
        for path in (entry.beside, entry.path)
    )
    found = con.execute(
        f"select count(*) from (select code from {persons}) p positional join (select person from {members}) m"
        " where p.code is distinct from m.person"
    ).fetchone()
    if found != (0,):
        yield _wrong(
            "rows-apart", f"the rows of {entry.path} do not stand beside those of {entry.beside}", entry.table
        )


def _unchecked(why: str) -> Problem:
    return _wrong("content-unchecked", f"the rows were not checked: {why}")
