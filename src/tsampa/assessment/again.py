"""What of an earlier assessment still holds: which partitions keep their results, and which villages are counted again."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import duckdb

from tsampa.assessment.faults import Watch
from tsampa.assessment.local import is_local
from tsampa.assessment.manifest import Made, read_manifest
from tsampa.assessment.read import Assessment
from tsampa.assessment.sound import broken_files, require_sound
from tsampa.assessment.sources import areas_around, table_sources
from tsampa.errors import TsampaError
from tsampa.rules import Rulebook
from tsampa.rules.relations import entity_table
from tsampa.snapshot import FileEntry, Snapshot, changed_villages, count_villages, has_index, snapshot_id
from tsampa.snapshot.place import bindings
from tsampa.snapshot.sql import quote

__all__ = ["Again", "Touched", "plan_again"]

MOST = 4
"""Where more than one village in so many is touched, the whole partition is counted: that is hardly slower."""


@dataclass(frozen=True)
class Touched:
    """The areas of a partition that are counted again, and the snapshots their rows stood and stand in."""

    areas: frozenset[str]
    before: Snapshot
    after: Snapshot


@dataclass(frozen=True)
class Again:
    """The part of an assessment that an earlier one has done.

    ``kept`` are the partitions whose rows are the same, ``touched`` those
    of which some villages are counted. Every other partition is counted as a whole. ``checked`` snapshots have been verified;
    ``told_alike``: all together tell of the same areas, and what else belongs to no partition, as those of the earlier one did.
    """

    earlier: Assessment
    kept: frozenset[str] = frozenset()
    touched: dict[str, Touched] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    told_alike: bool = False

    def keep(self, results: Sequence[FileEntry], folder: Path) -> list[FileEntry]:
        """Puts earlier results into the folder; they are linked where the file system can."""
        made = ""
        for entry in results:  # there are many, so no path is taken apart twice
            self.require_sound(entry, content=False)
            place = f"{folder}/{entry.path}"
            if (above := os.path.dirname(place)) != made:
                os.makedirs(above, exist_ok=True)
                made = above
            _link(f"{self.earlier.path}/{entry.path}", place)
        return list(results)

    def results(self, entity: str, partition: str) -> list[FileEntry]:
        """The files of the entity's earlier results of the partition, in the order of their rows."""
        return self._results.get((entity, partition), [])

    @cached_property
    def _results(self) -> dict[tuple[str, str], list[FileEntry]]:
        found: dict[tuple[str, str], list[FileEntry]] = {}
        for one in self.earlier.manifest.files:
            if one.table:
                found.setdefault((one.table, one.partition), []).append(one)
        return found

    def require_sound(self, entry: FileEntry, *, content: bool) -> None:
        """Raises ``assessment-altered`` where the file is gone or not of its size or, if ``content``, of its hash."""
        if _size(f"{self.earlier.path}/{entry.path}") != entry.bytes or (
            content and self.earlier.altered(entry) is not None
        ):
            raise TsampaError(
                "assessment-altered", f"{entry.path} is not what the manifest names", where=str(self.earlier.path),
                remedy="Assess again without it.",
            )  # fmt: skip


def _size(path: str) -> int | None:
    """How long the file is; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _link(source: str, place: str) -> None:
    try:
        os.link(source, place)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, place)


def plan_again(
    con: duckdb.DuckDBPyConnection, since: Path, snapshots: Sequence[Snapshot], rulebook: Rulebook, on: date, engine: str,
    watch: Watch,
) -> Again:  # fmt: skip
    """What the earlier assessment ``since`` spares. Raises TsampaError ``since-programme`` where it is of another programme.

    Other rules, another day (it is part of what rules see), another engine or another version of Tsampa: nothing. ``watch``
    sees what is verified here.
    """
    # Where its rules matter they are these, or else nothing is taken from it: they need not be read.
    earlier = Assessment(since, read_manifest(since), rulebook)
    _require_same_programme(earlier, rulebook)
    made = earlier.manifest
    if (made.rulebook_version, made.day, made.engine, made.tool) != (
        rulebook.version,
        on,
        engine,
        version("tsampa"),
    ):
        return Again(earlier)
    found = _Comparison(earlier, snapshots, rulebook)
    watch.see(found.fresh)
    found.verify(con)
    return found.plan(con, villages=engine == "duckdb" and is_local(rulebook, on))


def _require_same_programme(earlier: Assessment, rulebook: Rulebook) -> None:
    if earlier.manifest.programme != rulebook.programme:
        raise TsampaError(
            "since-programme", f"the earlier assessment is of {earlier.manifest.programme}, and this one of {rulebook.programme}",
            where=str(earlier.path), remedy="Give an earlier assessment of the same programme.", usage=True,
        )  # fmt: skip


class _Comparison:
    """The snapshots that both assessments are made from, and those that came in place of others."""

    def __init__(self, earlier: Assessment, snapshots: Sequence[Snapshot], rulebook: Rulebook) -> None:
        self.earlier, self.snapshots, self.rulebook = earlier, snapshots, rulebook
        made = {one.id: one for one in earlier.manifest.snapshots}
        self.same = {
            one.id: made[one.id]
            for one in snapshots
            if one.id in made and snapshot_id(one.manifest) == one.id
        }
        self.fresh = [one for one in snapshots if one.id not in self.same]
        self.before = [
            found
            for one in made.values()
            if one.id not in self.same and (found := self._opened(one)) is not None
        ]

    def verify(self, con: duckdb.DuckDBPyConnection) -> None:
        """Verifies what will be compared and counted. An earlier snapshot that is broken is one that is gone."""
        changed = {
            code for one in self.fresh for code in one.partitions
            if not any(_same_files(old, one, code) for old in self.before)
        }  # fmt: skip
        require_sound(con, self.fresh, only=lambda one: not one.partition or one.partition in changed)
        # Of what the changed counties were, only the keys of rows are asked for, and the results know those of households.
        asked = {
            entity_table(self.rulebook.schema, one)
            for one in self.earlier.manifest.variables
            if one != "household"
        }
        self.before = [
            one
            for one in self.before
            if not broken_files(
                con, one, lambda one: not one.partition or (one.partition in changed and one.table in asked)
            )
        ]

    def _opened(self, made: Made) -> Snapshot | None:
        """The earlier snapshot; where it is gone, nothing can be compared with it."""
        try:
            return self.earlier.opened(made)
        except TsampaError:
            return None

    def plan(self, con: duckdb.DuckDBPyConnection, *, villages: bool) -> Again:
        """Compares partition by partition; single villages only where that is of use."""
        kept = {code for made in self.same.values() for code in made.partitions if code}
        touched: dict[str, Touched] = {}
        owners = {code: one for one in self.before for code in one.partitions}
        for one in self.fresh:
            for code in one.partitions:
                if code in owners and owners[code].schema == one.schema:
                    areas = self._changed(con, owners[code], one, code, villages=villages)
                    if areas is not None and areas:
                        touched[code] = Touched(frozenset(areas), owners[code], one)
                    elif areas is not None:
                        kept.add(code)
        if self._same_outside():
            kept.add("")
        checked = frozenset(one.id for one in self.fresh)
        return Again(self.earlier, frozenset(kept), touched, checked, self._told_alike())

    def _same_outside(self) -> bool:
        """Whether the rows that stand in no partition are the same; they are all snapshots' together."""
        if not self.fresh and len(self.same) == len(self.earlier.manifest.snapshots):
            return True
        alone = len(self.snapshots) == len(self.earlier.manifest.snapshots) == len(self.before) == 1
        return alone and _same_files(self.before[0], self.snapshots[0], "")

    def _told_alike(self) -> bool:
        """Whether the earlier assessment was told the same of all that several snapshots tell, and has compared it."""
        then, now = (
            {sha256 for one in some for sha256 in _common(one)} for some in (self.before, self.fresh)
        )
        return then == now and len(self.snapshots) == len(self.earlier.manifest.snapshots)

    def _changed(
        self, con: duckdb.DuckDBPyConnection, old: Snapshot, new: Snapshot, partition: str, *, villages: bool
    ) -> set[str] | None:
        """The areas whose rows differ, ties included; None where the whole partition has to be counted."""
        differ = {
            table.name for table in new.schema.tables if old.hashes(table.name, partition) != new.hashes(table.name, partition)
        }  # fmt: skip
        areas = _changed_areas(con, old, new, partition) if "areas" in differ else set[str]()
        if not differ - {"areas"} and not areas:
            return areas
        if not villages or areas is None or differ - {"areas"} - bindings(new.schema).keys():
            return None
        if not (has_index(old.manifest) and has_index(new.manifest)):
            return None
        found = changed_villages(con, old, new, partition, areas)
        return found if len(found) * MOST <= count_villages(con, new, partition) else None


def _same_files(old: Snapshot, new: Snapshot, partition: str) -> bool:
    return old.schema == new.schema and all(
        old.hashes(table.name, partition) == new.hashes(table.name, partition) for table in new.schema.tables
    )


def _common(snapshot: Snapshot) -> list[str]:
    """The hashes of the files whose rows other snapshots may tell as well."""
    split = bindings(snapshot.schema)
    return [one.sha256 for one in snapshot.manifest.files if one.table and one.table not in split]


def _changed_areas(
    con: duckdb.DuckDBPyConnection, old: Snapshot, new: Snapshot, partition: str
) -> set[str] | None:
    """The villages whose own rows differ; None where areas above differ, or villages are new, gone or elsewhere."""
    before, after = (_areas(one, partition) for one in (old, new))
    moved = "o.level is distinct from n.level or o.parent is distinct from n.parent"
    other = " or ".join(
        f"o.{quote(one.name)} is distinct from n.{quote(one.name)}" for one in new.schema.by_name["areas"].columns if one.name != "code"
    )  # fmt: skip
    found = con.execute(
        f"select code, {moved} or n.level <> ? from ({before}) o full join ({after}) n using (code) where {other}",
        [new.schema.home_level],
    ).fetchall()
    return None if any(moved for _, moved in found) else {code for code, _ in found}


def _areas(snapshot: Snapshot, partition: str) -> str:
    return areas_around(table_sources(snapshot, partition)["areas"], partition)
