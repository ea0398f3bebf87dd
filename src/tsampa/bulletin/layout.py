"""What a programme's bulletin holds: ``bulletin.yaml`` in its folder, read and checked."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.rules import Rulebook
from tsampa.schema import find_programme
from tsampa.schema.tables import Label

__all__ = ["SLOT", "BriefSpec", "ChartSpec", "Layout", "Pair", "SeriesSpec", "TableSpec", "layout_of"]

FILE = "bulletin.yaml"
SLOT = re.compile(r"\{([A-Za-z0-9_.]+)\}")
"""A figure's place in a brief: its id in braces."""


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in English and Chinese."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        """The text in ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


class SeriesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One series of a chart: a figure for each label, or one figure for each area of the chart's level."""

    name: Pair
    figures: list[str]


class ChartSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture: ``stacked`` or plain ``bar``, or ``line``. ``level`` draws the areas of that level instead of labels."""

    title: Pair
    type: str
    series: list[SeriesSpec]
    labels: list[Pair] = []
    level: str = ""


class TableSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of figures by the areas of one level."""

    title: Pair
    level: str
    figures: list[str]


class BriefSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph in which ``{figure}`` stands for a figure's value with its unit."""

    title: Pair
    text: Pair


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole bulletin. ``area`` is whose it is, empty for the topmost; ``listed`` figures stand in the list at the end."""

    title: Pair
    lead: list[str]
    area: str = ""
    note: Pair = Pair("", "")
    charts: list[ChartSpec] = []
    tables: list[TableSpec] = []
    briefs: list[BriefSpec] = []

    def ids(self) -> list[str]:
        """Every figure that is named, in order, each once."""
        found = [*self.lead]
        found += [id for chart in self.charts for series in chart.series for id in series.figures]
        found += [id for table in self.tables for id in table.figures]
        found += [
            id
            for brief in self.briefs
            for text in (brief.text.en, brief.text.zh)
            for id in SLOT.findall(text)
        ]
        return list(dict.fromkeys(found))


def layout_of(rulebook: Rulebook) -> Layout:
    """The layout that the programme brings, or one that leads with its first figures and lists them all.

    Raises TsampaError ``bulletin-figure-unknown``, ``bulletin-chart``, and what reading YAML raises, naming the file.
    """
    path = _file_of(rulebook.programme)
    if path is None:
        label = Pair(rulebook.programme, rulebook.programme)
        return Layout(title=label, lead=list(rulebook.figures)[:8])
    layout = read_yaml(path, Layout)
    _require_figures(layout, rulebook, path)
    _require_charts(layout, path)
    return layout


def _file_of(programme: str) -> Path | None:
    try:
        path = find_programme(programme) / FILE
    except TsampaError:  # the assessment has its rules with it; the programme's folder need not be here
        return None
    return path if path.is_file() else None


def _require_figures(layout: Layout, rulebook: Rulebook, path: Path) -> None:
    for id in layout.ids():
        if id not in rulebook.figures:
            raise TsampaError(
                "bulletin-figure-unknown", f"no figure '{id}'", where=str(path), remedy="Name a figure of the programme."
            )  # fmt: skip


def _require_charts(layout: Layout, path: Path) -> None:
    for chart in layout.charts:
        wanted = 1 if chart.level else len(chart.labels)
        if chart.type not in ("bar", "stacked", "line") or any(
            len(one.figures) != wanted for one in chart.series
        ):
            raise TsampaError(
                "bulletin-chart", f"the chart '{chart.title.en}' cannot be drawn", where=str(path),
                remedy="Its type is bar, stacked or line; each series names one figure a label, or one where a level is given.",
            )  # fmt: skip


def label(pair: Pair | Label, lang: str) -> str:
    """The text of either kind of pair."""
    return pair.say(lang)
