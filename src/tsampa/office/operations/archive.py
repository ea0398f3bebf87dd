"""A backup as a file: a tar of the database's copy and the office's files, sealed with age, so that other tools open it too."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.snapshot.manifest import file_sha256

__all__ = ["FORMAT", "MANIFEST", "BackupManifest", "open_archive", "write_archive"]

FORMAT = 1
MANIFEST = "backup.json"


class BackupManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup says of itself: the database's kind, its last version of history, and every file with its SHA-256."""

    format: int
    made: str
    tool: str
    vendor: str
    last_version: int
    files: dict[str, str]


def write_archive(
    out: Path, manifest: BackupManifest, files: Mapping[str, Path], key: Any, spill: Path
) -> None:
    """Packs and seals the files under their names as ``out``, whole or not at all."""
    from pyrage import encrypt_io

    packed = spill / "backup.tar"
    (spill / MANIFEST).write_bytes(canonical_json(manifest))
    with tarfile.open(packed, "w:gz", compresslevel=1) as tar:
        tar.add(spill / MANIFEST, MANIFEST)
        for name, path in files.items():
            tar.add(path, name)
    half = out.with_name(f".{out.name}.part")
    try:
        with packed.open("rb") as reader, half.open("wb") as writer:
            encrypt_io(reader, writer, [key.to_public()])
            writer.flush()
            os.fsync(writer.fileno())
        half.rename(out)
    finally:
        half.unlink(missing_ok=True)
        packed.unlink()


def open_archive(path: Path, key: Any, folder: Path) -> BackupManifest:
    """Unseals a backup into ``folder`` and checks every file. Raises TsampaError ``backup-broken``."""
    from pyrage import DecryptError, decrypt_io

    packed = folder / "backup.tar"
    try:
        with path.open("rb") as reader, packed.open("wb") as writer:
            decrypt_io(reader, writer, [key])
        with tarfile.open(packed) as tar:
            tar.extractall(folder, filter="data")
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=BackupManifest)
    except (DecryptError, tarfile.TarError, OSError, EOFError, msgspec.DecodeError) as error:
        raise _broken(path, str(error) or type(error).__name__) from None
    finally:
        packed.unlink(missing_ok=True)
    for name, sha256 in manifest.files.items():
        if not (folder / name).is_file() or file_sha256(folder / name) != sha256:
            raise _broken(path, f"{name} is missing or altered")
    return manifest


def _broken(path: Path, what: str) -> TsampaError:
    return TsampaError(
        "backup-broken", f"the backup cannot be opened: {what}", where=str(path),
        remedy="Check that this is the key it was made with; otherwise take another copy of the backup.",
    )  # fmt: skip
