"""Backups: made while others work, sealed, and tried as soon as they are made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection

from tsampa.errors import TsampaError
from tsampa.office.history.models import Version
from tsampa.office.operations.archive import FORMAT, BackupManifest, open_archive, write_archive
from tsampa.office.operations.dump import dump_database, dump_name, restore_database
from tsampa.office.operations.keys import backup_key
from tsampa.snapshot.manifest import file_sha256

__all__ = ["FOLDERS", "Backup", "make_backup", "restore_backup", "try_backup"]

Progress = Callable[[str, int, int], None]
FOLDERS = ("evidence", "seals")
"""What belongs to the register beside the database."""
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
        name = dump_name(connection.vendor)
        dump_database(connection.vendor, connection.settings_dict, spill / name)
        tell("backup", 1, STEPS)
        files = {name: spill / name} | dict(_kept())
        hashes = {one: file_sha256(path) for one, path in files.items()}
        last = Version.objects.order_by("-id").values_list("id", flat=True).first() or 0
        manifest = BackupManifest(
            FORMAT, at.isoformat(), f"tsampa {version('tsampa')}", connection.vendor, last, hashes
        )
        out.parent.mkdir(parents=True, exist_ok=True)
        write_archive(out, manifest, files, key, spill)
        tell("backup", 2, STEPS)
    try_backup(out)
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
        restore_database(manifest.vendor, connection.settings_dict, spill / dump_name(manifest.vendor))
        for one in FOLDERS:
            if (spill / one).is_dir():
                (spill / one).rename(home / one)
    return manifest


def _kept() -> Iterator[tuple[str, Path]]:
    home = Path(settings.HOME)
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(home).as_posix(), path


@contextmanager
def _spill() -> Iterator[Path]:
    """A folder that only we may read, on the same disk as the office."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".backup.", dir=settings.HOME) as folder:
        yield Path(folder)


def _silent(_step: str, _done: int, _total: int) -> None:
    """Reports to nobody."""
