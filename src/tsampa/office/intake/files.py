"""Files that were sent, kept till they are read: in the office's folder, under names that nobody can guess."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

__all__ = ["forget_file", "keep_file", "kept_files"]


def _folder() -> Path:
    return Path(settings.HOME) / "intake"


def keep_file(pieces: Iterable[bytes], suffix: str) -> Path:
    """Writes what was sent, for the office's own eyes only."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{uuid.uuid4().hex}{suffix}"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for one in pieces:
                file.write(one)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def forget_file(path: Path) -> None:
    """Deletes a file that was kept; one that lies elsewhere is its owner's."""
    if path.parent == _folder().resolve() or path.parent == _folder():
        path.unlink(missing_ok=True)


def kept_files() -> list[Path]:
    """Files that wait to be read, or that broken work left."""
    return sorted(one for one in _folder().glob("*") if one.is_file())
