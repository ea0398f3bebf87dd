"""Secrets in files of their own: whole or not there, and for nobody else to read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_secret"]


def write_secret(place: Path, content: bytes) -> None:
    """Makes the file, readable by its owner alone from its first moment on; where there is one already, that stays.

    A process killed half-way leaves no half key, by which nothing could be signed or opened ever again.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}.{secrets.token_hex(6)}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(half, place)
    except FileExistsError:
        pass  # another process was faster: its key is the key
    finally:
        half.unlink(missing_ok=True)
