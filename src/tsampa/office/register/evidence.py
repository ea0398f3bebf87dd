"""Files that show what a check found: photographs and documents, kept by their SHA-256 in TSAMPA_HOME/evidence."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tsampa.errors import TsampaError
from tsampa.office.register.models import Check, Evidence
from tsampa.office.register.writing import one_change, unknown

__all__ = ["attach_evidence", "evidence_path", "unreferenced_evidence"]

KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
"""What is taken, known by how the file begins and not by its name."""


def attach_evidence(*, check: str, content: bytes, name: str, by: str, reason: str = "") -> Evidence:
    """A file that shows what the check found; the same file is kept once.

    Raises TsampaError ``register-unknown``, ``evidence-kind`` or ``evidence-size``.
    """
    if not 0 < len(content) <= settings.EVIDENCE_BYTES:
        raise TsampaError(
            "evidence-size", f"a file of evidence has between 1 and {settings.EVIDENCE_BYTES} bytes",
            remedy="Take a smaller photograph, or raise TSAMPA_EVIDENCE_MB.",
        )  # fmt: skip
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise TsampaError(
            "evidence-kind", "the file is no JPEG, PNG or PDF", remedy="Save it as one of these."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    with one_change(by, reason):
        if not Check.objects.filter(code=check).exists():
            raise unknown("checks", check)
        # Before the row: a row never names a file that is not there. What stays behind of a change that failed has no row.
        _keep(content, evidence_path(sha256))
        told = {"name": Path(name).name[:200], "media_type": kind, "size": len(content)}
        return Evidence.objects.create(check_row_id=check, sha256=sha256, **told)


def evidence_path(sha256: str) -> Path:
    """Where the file of this hash lies."""
    return Path(settings.HOME) / "evidence" / sha256[:2] / sha256


def unreferenced_evidence() -> Iterator[Path]:
    """Files that no row of the register names."""
    named = set(Evidence.objects.values_list("sha256", flat=True))
    for path in sorted((Path(settings.HOME) / "evidence").glob("??/*")):
        if path.is_file() and path.name not in named:
            yield path


def _keep(content: bytes, path: Path) -> None:
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
