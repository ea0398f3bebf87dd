"""Freezes the tables of a register into a folder: checked, placed, sorted, written, hashed, renamed."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote as url_quote

import msgspec

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.snapshot.check import check_tables, is_error
from tsampa.snapshot.folder import fresh_folder, spill_folder
from tsampa.snapshot.load import load_tables
from tsampa.snapshot.manifest import (
    FORMAT,
    MANIFEST,
    SCHEMA_FILE,
    FileEntry,
    Manifest,
    file_sha256,
    snapshot_id,
)
from tsampa.snapshot.place import build_places, partition_codes, placed_rows
from tsampa.snapshot.read import Snapshot, open_snapshot
from tsampa.snapshot.sql import column_list, connect, literal, quote
from tsampa.snapshot.villages import TIES, VILLAGES, VillageIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import duckdb

    from tsampa.schema import Schema, Table

__all__ = ["write_snapshot"]

ROW_GROUP = 122_880
SHOWN = 5
MEMORY = "25%"
"""What hands the tables over needs its own part of the machine."""


def write_snapshot(
    out: Path,
    tables: Mapping[str, object],
    *,
    schema: Schema,
    programme: str,
    as_of: date,
    recorded_until: datetime | None = None,
    source: str = "",
    extra_files: Mapping[str, bytes] = {},
    progress: Callable[[str, int, int], None] | None = None,
    memory: str = MEMORY,
) -> Snapshot:
    """Freezes ``tables`` as the folder ``out``; either all of it stands there in the end or none.

    ``tables`` gives for the schema's table names anything with ``__arrow_c_stream__`` (Arrow tables, Polars
    frames, DuckDB relations, each read once), in storage form: numbers as int64 in units of ``10 **
    -digits``, texts, date32, booleans. A table left out is empty, a column left out is unknown in every row.
    The same rows in any order give the same bytes. ``extra_files`` (path in the folder: content) are kept and
    hashed with the rest. ``memory`` is the most that tables may hold there, as DuckDB writes it (``25%``, ``2GB``);
    what is above it waits on disk.

    Raises TsampaError ``output-exists``, ``table-unknown``, ``table-not-arrow``, ``column-unknown``,
    ``column-type``, ``extra-file-name``, ``time-zone-missing``, and ``snapshot-integrity`` naming the first
    things that are wrong with the rows (``check_tables`` lists them all).
    """
    _require_extra_names(extra_files, schema)
    until = _in_utc(recorded_until)
    with spill_folder(out) as spill, fresh_folder(out) as folder:
        entries, rows = _write_tables(folder, spill, tables, schema, as_of, memory, progress or _silent)
        entries += _write_extra(folder, {**extra_files, SCHEMA_FILE: canonical_json(schema)})
        manifest = Manifest(
            format=FORMAT, id="", schema_version=schema.version, programme=programme, as_of=as_of,
            recorded_until=until, source=source, tool=f"tsampa {version('tsampa')}", rows=rows,
            files=tuple(sorted(entries, key=_path)),
        )  # fmt: skip
        manifest = msgspec.structs.replace(manifest, id=snapshot_id(manifest))
        (folder / MANIFEST).write_bytes(canonical_json(manifest))
    return open_snapshot(out)


def _silent(step: str, done: int, total: int) -> None:
    """Reports to nobody."""


def _path(entry: FileEntry) -> str:
    return entry.path


def _in_utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise TsampaError(
            "time-zone-missing",
            "recorded_until has no time zone",
            remedy="Give the moment with its time zone, for instance in UTC.",
            usage=True,
        )
    return moment.astimezone(UTC)


def _require_extra_names(extra_files: Mapping[str, bytes], schema: Schema) -> None:
    taken = {MANIFEST, SCHEMA_FILE, VILLAGES, TIES, *schema.by_name}
    for name in extra_files:
        path = PurePosixPath(name)
        if (
            not path.parts
            or path.is_absolute()
            or ".." in path.parts
            or path.parts[0] in taken
            or str(path) != name
        ):
            raise TsampaError(
                "extra-file-name",
                f"'{name}' cannot be the name of an extra file",
                remedy="Use a plain relative path that no table has.",
                usage=True,
            )


def _write_extra(folder: Path, files: Mapping[str, bytes]) -> list[FileEntry]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [_entry(folder, name) for name in files]


def _entry(folder: Path, name: str) -> FileEntry:
    return FileEntry(name, (folder / name).stat().st_size, file_sha256(folder / name))


def _write_tables(
    folder: Path,
    spill: Path,
    tables: Mapping[str, object],
    schema: Schema,
    as_of: date,
    memory: str,
    progress: Callable[[str, int, int], None],
) -> tuple[list[FileEntry], dict[str, int]]:
    entries: list[FileEntry] = []
    with connect(spill, memory) as con, ThreadPoolExecutor(os.cpu_count()) as beside:
        load_tables(con, tables, schema, progress)
        _require_integrity(con, schema, as_of, progress)
        build_places(con, schema)
        codes, index = partition_codes(con), VillageIndex(con, schema, beside)
        for done, table in enumerate(schema.tables):
            progress("writing", done, len(schema.tables))
            entries += _write_table(con, folder, schema, table, codes, index)
        index.write(folder)
        entries += [_entry(folder, name) for name in (VILLAGES, TIES)]
        progress("writing", len(schema.tables), len(schema.tables))
    counts = Counter[str]()
    for entry in entries:
        counts[entry.table] += entry.rows
    return entries, {table.name: counts[table.name] for table in schema.tables}


def _require_integrity(
    con: duckdb.DuckDBPyConnection, schema: Schema, as_of: date, progress: Callable[[str, int, int], None]
) -> None:
    errors = [problem for problem in check_tables(con, schema, as_of, progress) if is_error(problem)]
    if not errors:
        return
    shown = "; ".join(f"{problem.sheet}: {problem.message} [{problem.code}]" for problem in errors[:SHOWN])
    more = f"; and {len(errors) - SHOWN} more" if len(errors) > SHOWN else ""
    raise TsampaError(
        "snapshot-integrity", f"the register does not hold together: {shown}{more}", remedy=errors[0].remedy
    )


def _write_table(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    schema: Schema,
    table: Table,
    codes: dict[int, str],
    index: VillageIndex,
) -> Iterator[FileEntry]:
    # Grouped by partition first, so that each file's query reads its own stretch of the table and no other.
    grouped = " order by _part, _file" if len(codes) > 1 else ""
    con.execute(f'create temp table "_placed" as {placed_rows(schema, table)}{grouped}')
    con.execute(f"drop table {quote(table.name)}")
    parts = con.execute('select _part, _file, count(*) from "_placed" group by all order by all').fetchall()
    for part, file, rows in parts:
        code = codes.get(part, "")
        name = f"{table.name}/{_subfolder(schema, code)}part-{file}.parquet"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        con.execute(_copy(table, part, file, path))
        index.add_file(table, name, code, part, file, path)
        beside = (
            name.replace("memberships/", "persons/", 1)
            if table.name == "memberships" and part and not file
            else ""
        )
        yield FileEntry(name, path.stat().st_size, file_sha256(path), rows, table.name, code, beside)
    index.add_ties(table)
    con.execute('drop table "_placed"')


def _subfolder(schema: Schema, code: str) -> str:
    """``county=540228/``; what a path cannot hold is percent-encoded, as other tools do."""
    return f"{url_quote(schema.partition, safe='')}={url_quote(code, safe='')}/" if code else ""


def _copy(table: Table, part: int, file: int, path: Path) -> str:
    # The order is total (keys are unique), and a sort hands on full vectors: so row groups, and with them the
    # bytes, depend on the rows alone, not on the number of threads or the order rows came in.
    person = '"person", ' if table.name == "memberships" else ""
    return f"""
    copy (
        select {column_list(table)} from "_placed" where _part = {int(part)} and _file = {int(file)}
        order by _area, _home, {person}{quote(table.key)}
    ) to {literal(str(path))} (format parquet, compression zstd, row_group_size {ROW_GROUP})"""
