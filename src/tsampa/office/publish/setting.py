"""Sets a bulletin: its content for the screen, its files for who takes them away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from tsampa.bulletin import Bulletin, build_bulletin, render_bulletin, tool_versions
from tsampa.bulletin.content import Chart
from tsampa.errors import TsampaError
from tsampa.office.bridge.models import Judgement
from tsampa.office.publish.charts import COLOURS
from tsampa.office.publish.models import Publication, PublishedFile
from tsampa.office.publish.opened import opened

__all__ = ["KINDS", "TYPES", "SetFile", "charts_of", "content_of", "file_of", "read_published", "set_files"]

KINDS = ("pdf", "html", "json")
TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8", "json": "application/json"}


@dataclass(frozen=True)
class SetFile:
    """A file of a bulletin: its name, language, size and what its bytes are."""

    name: str
    lang: str
    bytes: int
    sha256: str


def content_of(publication: Publication, lang: str) -> Bulletin:
    """The bulletin's content under its own title and note. Raises TsampaError ``publication-judgement``."""
    found = _content(_judgement(publication).pk, publication.area_id, lang)
    return replace(found, title=publication.title, note=publication.note or found.note)


@lru_cache(maxsize=16)
def _content(judgement: str, area: str, lang: str) -> Bulletin:
    assessment = opened(Judgement.objects.get(pk=judgement))
    return build_bulletin(assessment, lang, tool_versions("tsampa", "typst", "mini-racer"), area=area)


def _judgement(publication: Publication) -> Judgement:
    found = Judgement.objects.filter(pk=publication.judgement).first()
    if found is None:
        raise TsampaError(
            "publication-judgement", "the assessment it was made from is no longer attached",
            remedy="Count the register of that day again; published files stay as they are.",
        )  # fmt: skip
    return found


def file_of(publication: Publication, lang: str, kind: str) -> bytes:
    """The bulletin's bytes as ``pdf``, ``html`` or ``json``. Raises TsampaError ``extra-missing``."""
    return render_bulletin(content_of(publication, lang), f".{kind}")


def set_files(publication: Publication) -> list[SetFile]:
    """Writes every file of the bulletin into its folder; made again they are the same bytes."""
    folder = _folder(publication)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for lang in publication.languages.split(","):
        for kind in KINDS:
            name, content = (
                f"{publication.area_id}-{publication.day}-{lang}.{kind}",
                file_of(publication, lang, kind),
            )
            new = folder / f".{name}"
            new.write_bytes(content)
            new.replace(folder / name)
            made.append(SetFile(name, lang, len(content), sha256(content).hexdigest()))
    return made


def read_published(file: PublishedFile) -> tuple[bytes, str]:
    """The file's bytes, and their type. Raises TsampaError ``publication-altered`` where they are not those on record."""
    place = _folder(file.publication) / file.name
    content = place.read_bytes() if place.is_file() else b""
    if sha256(content).hexdigest() != file.sha256:
        raise TsampaError(
            "publication-altered", "the file is missing, or not as it was published", where=file.name,
            remedy="Take it from a backup; its SHA-256 stands beside it.",
        )  # fmt: skip
    return content, TYPES[file.name.rpartition(".")[2]]


def _folder(publication: Publication) -> Path:
    return Path(settings.HOME) / "bulletins" / str(publication.pk)


def charts_of(content: Bulletin) -> list[dict[str, Any]]:
    """The bulletin's pictures as a page draws them."""
    return [_chart(one, number, content.words["place"]) for number, one in enumerate(content.charts)]


def _chart(one: Chart, number: int, head: str) -> dict[str, Any]:
    series = [
        {
            "type": "line" if one.type == "line" else "bar", "name": name, "stack": "all" if one.type == "stacked" else None,
            "data": [None if value is None else float(value) for value in values],
        }
        for name, values in one.series
    ]  # fmt: skip
    option = {
        "color": COLOURS, "grid": {"left": 8, "right": 16, "top": 28, "bottom": 36, "containLabel": True},
        "legend": {"bottom": 0}, "tooltip": {"trigger": "axis"}, "xAxis": {"type": "category", "data": list(one.labels)},
        "yAxis": {"type": "value", "name": one.unit}, "series": series,
    }  # fmt: skip
    rows = [
        [label, *(values[place] or "–" for _, values in one.series)] for place, label in enumerate(one.labels)
    ]
    return {
        "id": f"chart-{number}", "title": one.title, "unit": one.unit, "option": {"chart": option, "links": {}},
        "heads": [head, *(name for name, _ in one.series)], "rows": rows,
    }  # fmt: skip
