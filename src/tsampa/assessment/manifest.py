"""The manifest of an assessment: which snapshot, which rules, which day, and every file of the results with its hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from tsampa.documents import read_json
from tsampa.errors import TsampaError
from tsampa.snapshot.manifest import FileEntry, file_sha256

__all__ = [
    "FORMAT",
    "MANIFEST",
    "RULEBOOK",
    "AssessmentManifest",
    "Made",
    "Since",
    "file_entry",
    "is_assessment",
    "read_manifest",
    "read_manifest_file",
]

FORMAT = 2
MANIFEST = "manifest.json"
RULEBOOK = "rulebook.json"


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A snapshot's folder as seen from the assessment's, and the id it must still have.

    ``partitions`` are the areas by which it was counted; where none are listed, an earlier version did not say.
    """

    path: str
    id: str
    partitions: tuple[str, ...] = ()


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The earlier assessment that results were carried over from, and of what snapshot it was.

    ``kept`` partitions have its files, ``villages`` areas of others were counted again, ``counted`` partitions as a whole.
    """

    path: str
    snapshot_id: str
    kept: int
    villages: int
    counted: int


class AssessmentManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an assessment says of itself.

    ``snapshots`` are those it was made from, ``snapshot_id`` the id of all together.
    ``partitions`` are the areas it was counted by, one after the other. ``variables`` lists the variables of each entity, ``rows`` how many rows have them.
    """

    format: int
    kind: str
    programme: str
    rulebook_version: str
    day: date
    snapshots: list[Made]
    snapshot_id: str
    engine: str
    tool: str
    variables: dict[str, list[str]]
    rows: dict[str, int]
    files: list[FileEntry]
    partitions: tuple[str, ...] = ()
    since: Since | None = None


class _Head(msgspec.Struct):
    """What says whether the rest can be read."""

    format: object = None
    kind: object = None


def read_manifest(folder: Path) -> AssessmentManifest:
    """The manifest in ``folder``. Raises TsampaError ``assessment-missing`` or ``assessment-format``."""
    path = folder / MANIFEST
    if not path.is_file() or not (folder / RULEBOOK).is_file():
        raise TsampaError(
            "assessment-missing", "this is no assessment", where=str(folder),
            remedy="Give the folder that 'tsampa assess' made.", usage=True,
        )  # fmt: skip
    return read_manifest_file(path)


def is_assessment(folder: Path) -> bool:
    """Whether the folder's manifest says that it is an assessment."""
    try:
        return read_json(folder / MANIFEST, _Head).kind == "assessment"
    except (TsampaError, OSError):
        return False


def read_manifest_file(path: Path) -> AssessmentManifest:
    """The manifest of an assessment, whatever stands beside it. Raises TsampaError ``assessment-format``."""
    head = read_json(path, _Head)
    if head.format != FORMAT or head.kind != "assessment":
        raise TsampaError(
            "assessment-format", f"format {head.format}, and this version reads {FORMAT}", where=str(path),
            remedy="Assess the snapshot again with this version.",
        )  # fmt: skip
    return read_json(path, AssessmentManifest)


def file_entry(folder: Path, path: Path, rows: int = 0, table: str = "", partition: str = "") -> FileEntry:
    """The manifest's line for one file."""
    return FileEntry(
        path.relative_to(folder).as_posix(), path.stat().st_size, file_sha256(path), rows, table, partition
    )
