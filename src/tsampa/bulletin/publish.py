"""Writes a bulletin: the ending of the file's name says as what."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tsampa.assessment import Assessment
from tsampa.bulletin.content import Bulletin, build_bulletin
from tsampa.bulletin.extra import tool_versions
from tsampa.documents import canonical_json
from tsampa.errors import TsampaError

__all__ = ["render_bulletin", "write_bulletin"]

KINDS = (".pdf", ".html", ".json")


def write_bulletin(assessment: Assessment, out: Path, *, lang: str = "en") -> Bulletin:
    """Writes the bulletin to ``out`` (``.pdf``, ``.html`` or ``.json``), whole or not at all, and returns its content.

    Raises TsampaError ``bulletin-kind``, ``extra-missing``, ``output-unwritable`` and what building the content raises.
    """
    if out.suffix not in KINDS:
        raise TsampaError(
            "bulletin-kind", f"'{out.name}' does not say what to make", usage=True, remedy=f"End the name in {', '.join(KINDS)}."
        )  # fmt: skip
    bulletin = build_bulletin(assessment, lang, tool_versions("tsampa", "typst", "mini-racer"))
    _write_whole(out, render_bulletin(bulletin, out.suffix))
    return bulletin


def render_bulletin(bulletin: Bulletin, kind: str) -> bytes:
    """The bulletin's bytes as ``.pdf``, ``.html`` or ``.json``."""
    if kind == ".json":
        return canonical_json(bulletin.to_dict())
    if kind == ".html":
        from tsampa.bulletin.html import render_html

        return render_html(bulletin)
    from tsampa.bulletin.pdf import render_pdf

    return render_pdf(bulletin)


def _write_whole(out: Path, content: bytes) -> None:
    beside = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        os.replace(beside, out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise TsampaError(
            "output-unwritable", f"cannot write there: {error.strerror}", where=str(out), remedy="Name another place."
        ) from None  # fmt: skip
