"""Opens an assessment: its rulebook, its results as Arrow, and the snapshot it was made from."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb
from arro3.core import Table as ArrowTable

from tsampa.assessment.manifest import (
    MANIFEST,
    RULEBOOK,
    AssessmentManifest,
    Made,
    read_manifest,
    read_manifest_file,
)
from tsampa.assessment.sources import parquet, table_sources
from tsampa.errors import Problem, TsampaError
from tsampa.rules import Formula, Rulebook
from tsampa.rules.columns import Sources
from tsampa.rules.rulebook import Name
from tsampa.rules.serial import decode_rulebook, written_version
from tsampa.rules.shapes import Shapes
from tsampa.schema import Kind, Table
from tsampa.snapshot import FileEntry, Snapshot, join_snapshots, open_snapshot
from tsampa.snapshot.manifest import file_sha256
from tsampa.snapshot.sql import connect, quote, read_files

__all__ = ["Assessment", "open_assessment", "verify_assessment"]


@dataclass(frozen=True)
class Assessment:
    """The results of judging a snapshot by a rulebook on a day."""

    path: Path
    manifest: AssessmentManifest
    rulebook: Rulebook

    @property
    def day(self) -> date:
        """The day it was made for."""
        return self.manifest.day

    @cached_property
    def snapshot(self) -> Snapshot:
        """What it was made from, several snapshots as one. Raises TsampaError ``assessment-snapshot`` where one is gone."""
        return join_snapshots([self.opened(one) for one in self.manifest.snapshots], known=True)

    def snapshot_of(self, partition: str) -> Snapshot:
        """The snapshot that holds the partition's rows; no other is opened where the manifest says which."""
        owner = next((one for one in self.manifest.snapshots if partition in one.partitions), None)
        return self.snapshot if owner is None else self.opened(owner)

    def opened(self, made: Made) -> Snapshot:
        """One of the snapshots it was made from. Raises TsampaError ``assessment-snapshot`` where it is gone."""
        place = (self.path / made.path).resolve()
        remedy = "Put the snapshot back beside the assessment, or assess again."
        try:
            found = open_snapshot(place)
        except TsampaError as error:
            raise TsampaError(
                "assessment-snapshot",
                f"its snapshot cannot be opened: {error.message}",
                where=str(place),
                remedy=remedy,
            ) from None
        if found.id != made.id:
            raise TsampaError(
                "assessment-snapshot",
                "this is not the snapshot it was made from",
                where=str(place),
                remedy=remedy,
            )
        return found

    @cached_property
    def shapes(self) -> Shapes:
        """The types and units of the rulebook's variables."""
        return Shapes(self.rulebook)

    @cached_property
    def formulas(self) -> dict[Name, Formula]:
        """The formulas in force on the day."""
        return self.rulebook.on(self.day)

    @property
    def given(self) -> frozenset[Name]:
        """Every variable that the results hold."""
        return frozenset(
            (entity, name) for entity, names in self.manifest.variables.items() for name in names
        )

    def files(self, entity: str, partition: str | None = None) -> list[Path]:
        """The files of the entity's results, all or one partition's."""
        return [
            self.path / entry.path for entry in self.manifest.files
            if entry.table == entity and (partition is None or entry.partition == partition)
        ]  # fmt: skip

    def sources(self, partitions: list[str] | None = None) -> Sources:
        """The snapshot's tables and the results, whole or some partitions only, as text that stands after FROM."""
        if partitions is None:
            return Sources(
                table_sources(self.snapshot),
                {entity: self._results(entity, None) for entity in self.manifest.variables},
            )
        one = partitions[0] if len(partitions) == 1 else None
        snapshot = self.snapshot if one is None else self.snapshot_of(one)
        tables = {
            table.name: self._union([f"({_rows(snapshot, table, one)})" for one in partitions])
            for table in snapshot.schema.tables
            if table.name != "areas"
        }
        results = {entity: self._results(entity, partitions) for entity in self.manifest.variables}
        return Sources(tables | {"areas": table_sources(snapshot, one)["areas"]}, results)

    def _union(self, parts: list[str]) -> str:
        return (
            parts[0]
            if len(parts) == 1
            else "(" + " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts) + ")"
        )

    def _results(self, entity: str, partitions: list[str] | None) -> str:
        files = (
            self.files(entity)
            if partitions is None
            else [path for one in partitions for path in self.files(entity, one)]
        )
        return parquet(files) if files else self._no_results(entity)

    def _no_results(self, entity: str) -> str:
        """A relation without rows, but with the columns the results would have."""
        types = {Kind.BOOL: "BOOLEAN", Kind.NUMBER: "BIGINT", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE"}
        parts = [f"CAST(NULL AS VARCHAR) AS {quote(key)}" for key in ("area", "household", "code")]
        for name in self.manifest.variables[entity]:
            shape = self.shapes.variable((entity, name))
            assert shape.kind is not None
            names = [name, f"{name}__n", f"{name}__d"] if shape.is_number and shape.digits is None else [name]
            parts += [f"CAST(NULL AS {types[shape.kind]}) AS {quote(one)}" for one in names]
        return f"(SELECT {', '.join(parts)} WHERE FALSE)"

    def results(self, entity: str) -> ArrowTable:
        """The entity's results in storage form: numbers are whole multiples of their smallest part."""
        with connect() as con:
            return ArrowTable(con.sql(f"SELECT * FROM {self._results(self._known(entity), None)}"))

    def table(self, entity: str = "household") -> ArrowTable:
        """The entity's results as a person reads them: money and other numbers as decimals."""
        with connect() as con:
            source = self._results(self._known(entity), None)
            keys = [key for key in ("area", "household", "code") if key in self._columns(con, source)]
            parts = [quote(key) for key in keys] + [
                self._shown(entity, name) for name in self.manifest.variables[entity]
            ]
            return ArrowTable(con.sql(f"SELECT {', '.join(parts)} FROM {source}"))

    def _columns(self, con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
        return [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]

    def _shown(self, entity: str, name: str) -> str:
        formula = self.formulas[entity, name]
        digits = self.shapes.shown_digits(formula) if self.shapes.of(formula.node).is_number else 0
        if not digits:
            return quote(name)
        part = f"CAST('{10**-digits:.{digits}f}' AS DECIMAL({digits + 1}, {digits}))"
        return (
            f"CAST(CAST({quote(name)} AS DECIMAL(19, 0)) * {part} AS DECIMAL(38, {digits})) AS {quote(name)}"
        )

    def _known(self, entity: str) -> str:
        if entity not in self.manifest.variables:
            raise TsampaError(
                "entity-unknown",
                f"there are no results for '{entity}'",
                where=str(self.path),
                remedy=f"Use one of {', '.join(self.manifest.variables)}.",
                usage=True,
            )
        return entity

    def verify(self) -> list[Problem]:
        """Every file that is missing or is not what the manifest says."""
        return _verify_files(self.path, self.manifest)

    def altered(self, entry: FileEntry) -> Problem | None:
        """What is wrong with the file, if anything."""
        return _altered(self.path, entry)


def verify_assessment(
    path: Path | str, progress: Callable[[str, int, int], None] | None = None
) -> list[Problem]:
    """Every file of the assessment in this folder that is missing or is not what the manifest says, and what keeps it shut.

    Problems are ``file-missing``, ``file-altered``, ``file-unreadable``, or what ``open_assessment`` would raise. Files that were
    carried over from an earlier assessment are read as all others. Raises TsampaError ``assessment-format``.
    """
    folder = Path(path)
    problems = _verify_files(folder, read_manifest_file(folder / MANIFEST), progress)
    if not problems:
        try:
            open_assessment(folder)
        except TsampaError as error:
            problems = [Problem(error.code, error.message, error.remedy, effect="row_rejected")]
    return problems


def _verify_files(
    folder: Path, manifest: AssessmentManifest, progress: Callable[[str, int, int], None] | None = None
) -> list[Problem]:
    """What is wrong with the files that the manifest lists."""
    problems = []
    with ThreadPoolExecutor() as pool:  # hashing lets go of Python's lock
        for done, found in enumerate(pool.map(lambda entry: _altered(folder, entry), manifest.files)):
            if progress:
                progress("hashing", done + 1, len(manifest.files))
            if found is not None:
                problems.append(found)
    return problems


def _altered(folder: Path, entry: FileEntry) -> Problem | None:
    name, place = entry.path, folder / entry.path
    if not place.is_file():
        return Problem("file-missing", f"{name} is missing", "Assess again.", effect="row_rejected")
    try:
        same = place.stat().st_size == entry.bytes and file_sha256(place) == entry.sha256
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror}"
        return Problem("file-unreadable", message, "Assess again.", effect="row_rejected")
    if not same:
        return Problem("file-altered", f"{name} was altered", "Assess again.", effect="row_rejected")
    return None


def _rows(snapshot: Snapshot, table: Table, partition: str) -> str:
    return read_files(table, snapshot.files(table.name, partition))


def open_assessment(path: Path | str) -> Assessment:
    """The assessment in this folder. Raises TsampaError ``assessment-…`` or ``rulebook-…``."""
    folder = Path(path)
    manifest = read_manifest(folder)
    written = (folder / RULEBOOK).read_bytes()
    rulebook = decode_rulebook(written, str(folder / RULEBOOK))
    if written_version(written) != manifest.rulebook_version:
        raise TsampaError(
            "assessment-altered",
            "its rulebook is not the one the manifest names",
            where=str(folder / RULEBOOK),
            remedy="Assess again.",
        )
    return Assessment(folder, manifest, rulebook)
