"""The key of backups: an age identity, from the environment or from a file that is made once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tsampa.errors import TsampaError
from tsampa.office.secrets import write_secret

__all__ = ["backup_key"]

VARIABLE = "TSAMPA_BACKUP_KEY"
FILE = "backup.key"


def backup_key(env: Mapping[str, str], home: Path, *, make: bool = False) -> Any:
    """The identity that opens backups; ``make`` makes one where there is none.

    Raises TsampaError ``backup-key`` where there is none or it is malformed.
    """
    from pyrage import IdentityError, x25519

    place = home / FILE
    written = env.get(VARIABLE) or (place.read_text(encoding="ascii") if place.is_file() else "")
    if not written and make:
        write_secret(place, f"{x25519.Identity.generate()}\n".encode())
        written = place.read_text(encoding="ascii")
    try:
        return x25519.Identity.from_str(written.strip())
    except IdentityError:
        what = "is no age identity" if written else "is not set, and there is no backup.key"
        raise TsampaError(
            "backup-key", f"{VARIABLE} {what}", usage=True,
            remedy="Give the key that was made with the first backup; it begins with AGE-SECRET-KEY-.",
        ) from None  # fmt: skip
