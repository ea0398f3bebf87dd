"""The key of backups: an age identity, from the environment or from a file that is made once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsampa.errors import TsampaError

__all__ = ["backup_key", "have_backup_key"]

VARIABLE = "TSAMPA_BACKUP_KEY"
FILE = "backup.key"


def have_backup_key(env: Mapping[str, str], home: Path) -> bool:
    """Whether there is a key already."""
    return bool(env.get(VARIABLE)) or (home / FILE).is_file()


def backup_key(env: Mapping[str, str], home: Path, *, make: bool = False) -> Any:
    """The identity that opens backups; ``make`` makes one where there is none.

    Raises TsampaError ``backup-key`` where there is none or it is malformed.
    """
    from pyrage import IdentityError, x25519

    place = home / FILE
    written = env.get(VARIABLE) or (place.read_text(encoding="ascii") if place.is_file() else "")
    if not written and make:
        return _made(place)
    try:
        return x25519.Identity.from_str(written.strip())
    except IdentityError:
        what = "is no age identity" if written else "is not set, and there is no backup.key"
        raise TsampaError(
            "backup-key", f"{VARIABLE} {what}", usage=True,
            remedy="Give the key that was made with the first backup; it begins with AGE-SECRET-KEY-.",
        ) from None  # fmt: skip


def _made(place: Path) -> Any:
    from pyrage import x25519

    identity = x25519.Identity.generate()
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{identity}\n")
    return identity
