"""The bulletin as PDF/UA-1: typst with the vendored fonts and no others; its clock is the assessment's day."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tsampa.bulletin.content import Bulletin
from tsampa.bulletin.pictures import draw_charts
from tsampa.extras import require

__all__ = ["FONTS", "render_pdf"]

ASSETS = Path(__file__).with_name("assets")
FONTS = ASSETS / "fonts"


def render_pdf(bulletin: Bulletin) -> bytes:
    """The PDF, the same bytes on every run under the same tools. Raises TsampaError ``extra-missing``."""
    typst = require("typst", "bulletin")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "main.typ").write_bytes((ASSETS / "bulletin.typ").read_bytes())
        (folder / "data.json").write_text(
            json.dumps(bulletin.to_dict(), ensure_ascii=False), encoding="utf-8"
        )
        for index, svg in enumerate(draw_charts(bulletin.charts)):
            (folder / f"chart-{index}.svg").write_text(svg, encoding="utf-8")
        day = datetime.fromisoformat(bulletin.as_of).replace(tzinfo=UTC)
        found: bytes = typst.compile(
            str(folder / "main.typ"), root=name, font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=["ua-1"],
            timestamp=int(day.timestamp()),
        )  # fmt: skip
    return found
