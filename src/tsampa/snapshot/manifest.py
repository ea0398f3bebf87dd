"""The manifest: what a snapshot is of, and the size and SHA-256 of every file in it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path, PurePosixPath

import msgspec

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError

__all__ = [
    "FORMAT",
    "MANIFEST",
    "SCHEMA_FILE",
    "FileEntry",
    "Manifest",
    "file_sha256",
    "read_manifest",
    "snapshot_id",
]

FORMAT = 1
"""The layout of a snapshot's folder; it goes up when an older reader would misread a newer folder."""

MANIFEST = "manifest.json"
SCHEMA_FILE = "schema.json"


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file. ``table`` is empty for a file that holds no table.

    ``partition`` is the code of the area whose rows these are, and empty for a file that belongs to none. ``beside`` names,
    for memberships, the file of persons whose rows stand in the same order, one membership a person: no join is needed.
    """

    path: str
    bytes: int
    sha256: str
    rows: int = 0
    table: str = ""
    partition: str = ""
    beside: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot says of itself.

    ``as_of`` is the day the facts are true of, ``recorded_until`` the moment up to which they had been
    recorded (None where the source does not know), ``rows`` the rows of each table, ``files`` every other
    file, by path.
    """

    format: int
    id: str
    schema_version: int
    programme: str
    as_of: date
    recorded_until: datetime | None
    source: str
    tool: str
    rows: dict[str, int]
    files: tuple[FileEntry, ...]


class _Versioned(msgspec.Struct):
    format: int


def snapshot_id(manifest: Manifest) -> str:
    """The id that follows from the manifest: SHA-256 over all of it but the id itself and the tool's version.

    The schema is in it by the hash of its file. The tool is left out so that a new version of Tsampa freezes
    the same register under the same id.
    """
    fields = msgspec.to_builtins(manifest)
    return hashlib.sha256(
        canonical_json({k: v for k, v in fields.items() if k not in ("id", "tool")})
    ).hexdigest()


def file_sha256(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the snapshot in ``folder``, its shape checked, its truth not.

    Raises TsampaError ``snapshot-missing`` (no folder), ``snapshot-none`` (a folder, but of something else),
    ``snapshot-format`` (another layout) or ``snapshot-manifest`` (malformed).
    """
    path = folder / MANIFEST
    data = _bytes(folder, path)
    try:
        format_ = msgspec.json.decode(data, type=_Versioned).format
        if format_ != FORMAT:
            raise TsampaError(
                "snapshot-format",
                f"the snapshot has format {format_}; this Tsampa reads format {FORMAT}",
                where=str(path),
                remedy="Read it with the version of Tsampa that wrote it.",
            )
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(path, str(error)) from None
    _require_sane(manifest, path)
    return manifest


def _bytes(folder: Path, path: Path) -> bytes:
    if not folder.is_dir():
        raise TsampaError(
            "snapshot-missing",
            "no such folder",
            where=str(folder),
            remedy="Check the path; a snapshot is a folder with a manifest.json.",
            usage=True,
        )
    try:
        return path.read_bytes()
    except OSError:
        raise TsampaError(
            "snapshot-none",
            f"this folder is no snapshot: it has no readable {MANIFEST}",
            where=str(folder),
            remedy="Give the folder that `tsampa import` or write_snapshot made.",
            usage=True,
        ) from None


def _require_sane(manifest: Manifest, path: Path) -> None:
    paths = [entry.path for entry in manifest.files]
    if len(set(paths)) != len(paths):
        raise _malformed(path, "a file is listed twice")
    for name in paths:
        parts = PurePosixPath(name).parts  # a path from elsewhere must not lead out of the folder
        if not parts or name.startswith("/") or ".." in parts or name == MANIFEST:
            raise _malformed(path, f"'{name}' cannot be a file of a snapshot")
    if SCHEMA_FILE not in paths:
        raise _malformed(path, f"{SCHEMA_FILE} is not listed")


def _malformed(path: Path, what: str) -> TsampaError:
    return TsampaError(
        "snapshot-manifest",
        f"the manifest is malformed: {what}",
        where=str(path),
        remedy="It was altered or cut short; take an untouched copy of the snapshot.",
    )
