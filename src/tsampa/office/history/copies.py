"""Copies of seals outside the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tsampa.office.history.leaves import RECORD
from tsampa.office.history.seals import PART, folder

__all__ = ["Copy", "read_copies"]


@dataclass(frozen=True)
class Copy:
    """One seal's files."""

    content: str
    leaves: Path

    def parts(self) -> Iterator[bytes]:
        """The leaf hashes, a part at a time; none where the file is missing."""
        if not self.leaves.exists():
            return
        with self.leaves.open("rb") as file:
            while part := file.read(PART * RECORD):
                yield part


def read_copies(at: Path | None) -> dict[int, Copy]:
    """The copies in a folder, by number; what cannot be read is no copy."""
    found = {}
    for file in (at or folder()).glob("*.json"):
        if file.stem.isdigit():
            try:
                content = json.loads(file.read_text(encoding="utf-8"))["content"]
            except (ValueError, KeyError, TypeError, OSError):
                continue
            found[int(file.stem)] = Copy(content, file.with_suffix(".leaves"))
    return found
