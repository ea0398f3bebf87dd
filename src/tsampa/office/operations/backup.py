"""Backups: made while others work, sealed, and tried as soon as they are made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from tsampa.errors import TsampaError
from tsampa.office.operations.archive import FORMAT, BackupManifest, open_archive, write_archive
from tsampa.office.operations.dump import dump_database, dump_name, require_empty, restore_database
from tsampa.office.operations.keys import backup_key
from tsampa.snapshot import spill_folder
from tsampa.snapshot.manifest import file_sha256

__all__ = ["FOLDERS", "Backup", "last_backup", "make_backup", "restore_backup", "try_backup"]

Progress = Callable[[str, int, int], None]
EVIDENCE, SEALS = "evidence", "seals"
FOLDERS = (EVIDENCE, SEALS)
"""What belongs to the register beside the database."""
LAST = "last-backup"
"""The file in TSAMPA_HOME that says when the last backup was made, for the doctor."""
STEPS = 4


@dataclass(frozen=True)
class Backup:
    """A backup that was opened again after it was made."""

    path: Path
    size: int
    manifest: BackupManifest


def make_backup(out: Path, *, at: datetime, progress: Progress | None = None) -> Backup:
    """Copies the database and the office's files to ``out``, sealed with the backup key, then opens it again to see that it holds.

    Raises TsampaError ``output-exists``, ``backup-key``, ``backup-tool``, ``backup-database`` and ``backup-broken``.
    """
    tell = progress or _silent
    if out.exists():
        raise TsampaError(
            "output-exists",
            "the output exists already",
            where=str(out),
            remedy="Choose another file.",
            usage=True,
        )
    key = backup_key(os.environ, Path(settings.HOME), make=True)
    with _spill() as spill:
        tell("backup", 0, STEPS)
        # A seal of which the copy of the database knows nothing would seem to have been taken from it; evidence, to be lost.
        seals = dict(_kept(SEALS))
        name = dump_name(connection.vendor)
        last = dump_database(connection.vendor, connection.settings_dict, spill / name)
        tell("backup", 1, STEPS)
        files = {name: spill / name} | seals | dict(_kept(EVIDENCE))
        hashes = {one: file_sha256(path) for one, path in files.items()}
        manifest = BackupManifest(
            FORMAT, at.isoformat(), f"tsampa {version('tsampa')}", connection.vendor, last, hashes
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        write_archive(out, manifest, files, key, spill)
        tell("backup", 2, STEPS)
    try_backup(out)
    (Path(settings.HOME) / LAST).write_text(manifest.made, encoding="ascii")
    tell("backup", STEPS, STEPS)
    return Backup(out, out.stat().st_size, manifest)


def try_backup(path: Path) -> BackupManifest:
    """Opens the backup and checks every file in it. Raises TsampaError ``backup-key`` and ``backup-broken``."""
    with _spill() as spill:
        return open_archive(path, backup_key(os.environ, Path(settings.HOME)), spill)


def restore_backup(path: Path) -> BackupManifest:
    """Puts a backup's database and files where this installation has none yet.

    Raises TsampaError ``restore-occupied``, ``restore-vendor``, and as ``try_backup`` and ``make_backup``.
    """
    home = Path(settings.HOME)
    with _spill() as spill:
        manifest = open_archive(path, backup_key(os.environ, home), spill)
        if manifest.vendor != connection.vendor:
            raise TsampaError(
                "restore-vendor", f"the backup is of {manifest.vendor}, and TSAMPA_DATABASE names {connection.vendor}", usage=True,
                remedy="Name an empty database of the same kind.",
            )  # fmt: skip
        taken = [one for one in FOLDERS if (home / one).exists()]
        if taken:
            raise TsampaError(
                "restore-occupied", f"there is a folder '{taken[0]}' already", where=str(home), usage=True,
                remedy="Restore into another TSAMPA_HOME or an empty database; nothing is ever overwritten.",
            )  # fmt: skip
        connection.close()
        require_empty(manifest.vendor, connection.settings_dict)
        with _folders(spill, home):
            restore_database(manifest.vendor, connection.settings_dict, spill / dump_name(manifest.vendor))
    return manifest


@contextmanager
def _folders(spill: Path, home: Path) -> Iterator[None]:
    """The files first, and back again where the database cannot follow: a database without its files would seem whole."""
    moved = [one for one in FOLDERS if (spill / one).is_dir()]
    for one in moved:
        (spill / one).rename(home / one)
    try:
        yield
    except BaseException:
        for one in moved:
            (home / one).rename(spill / one)
        raise


def last_backup() -> datetime | None:
    """When the last backup was made here."""
    try:
        return datetime.fromisoformat((Path(settings.HOME) / LAST).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _kept(folder: str) -> Iterator[tuple[str, Path]]:
    """Whole files, which are never altered; what is being written has another ending."""
    home = Path(settings.HOME)
    for path in sorted((home / folder).rglob("*")):
        if path.is_file() and path.suffix not in (".new", ".part"):
            yield path.relative_to(home).as_posix(), path


@contextmanager
def _spill() -> Iterator[Path]:
    """A folder that only we may read, on the same disk as the office; what a killed process left of its own is removed."""
    with spill_folder(Path(settings.HOME) / "jobs" / "backup") as folder:
        yield folder


def _silent(_step: str, _done: int, _total: int) -> None:
    """Reports to nobody."""
