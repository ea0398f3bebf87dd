"""From figures to the bulletin's content in one language: every number with its id, bound, unit and where it opens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from tsampa.assessment import Assessment
from tsampa.bulletin.layout import SLOT, ChartSpec, Layout, TableSpec, layout_of
from tsampa.figures import FigureValue, compute_figures, compute_level
from tsampa.figures.areas import read_areas
from tsampa.rules.words.values import say_unit
from tsampa.schema.units import parse_unit

__all__ = ["Bulletin", "Chart", "Number", "Table", "build_bulletin"]

WORDS = {
    "unknown": ("unknown", "未知"),
    "as of": ("As of", "截至"),
    "figures": ("The figures and where they open", "指标与查证方式"),
    "how": (
        "Each number bears its id. Its records, rules and parameters are laid open by: tsampa trace ASSESSMENT ID --area CODE",
        "每个数字均附编号，可用以下命令查看其记录、规则和参数：tsampa trace ASSESSMENT 编号 --area 区划代码",
    ),
    "made with": ("Made with", "生成依据"),
    "id": ("id", "编号"), "name": ("figure", "指标"), "value": ("value", "数值"), "area": ("area", "区划代码"),
    "scope": ("scope and overlap", "范围与交叉"), "place": ("place", "地区"),
    "se": ("s.e.", "标准误"), "interval": ("95% interval", "95%置信区间"), "undecided": ("not judged", "未定"),
    "lead": ("Key figures", "主要指标"), "charts": ("The year in pictures", "图示"), "briefs": ("Briefs", "简讯"),
    "snapshot": ("snapshot", "快照"), "rulebook": ("rulebook", "规则手册"), "tools": ("tools", "工具"),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One figure as it is printed: ``value`` is as ``tsampa figures`` gives it, ``text`` is for reading.

    ``sureness`` says of a measure its standard error, its interval and how many rows could not be judged; else it is empty.
    """

    id: str
    name: str
    area: str
    value: str | None
    text: str
    unit: str
    scope: str
    overlap: str
    sureness: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture's data: for each series a number (None: unknown) for each label; ``says`` describes it in words."""

    title: str
    type: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[str | None, ...]], ...]
    ids: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Table:
    """Figures by area: the heads, and rows of texts."""

    title: str
    heads: tuple[str, ...]
    ids: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Bulletin:
    """Everything a rendering needs. ``briefs`` are titles with pieces: texts, and numbers by their id."""

    lang: str
    title: str
    area: str
    as_of: str
    note: str
    lead: tuple[Number, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    briefs: tuple[tuple[str, tuple[str | Number, ...]], ...]
    numbers: tuple[Number, ...]
    words: dict[str, str]
    made_with: tuple[tuple[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """The content as plain data, for JSON and templates."""
        return asdict(self)


def build_bulletin(
    assessment: Assessment, lang: str, tools: tuple[tuple[str, str], ...] = (), *, area: str | None = None
) -> Bulletin:
    """The bulletin of an assessment in ``en`` or ``zh``, of the layout's area or another one.

    Raises TsampaError as ``layout_of`` and ``compute_figures`` do.
    """
    return _Builder(assessment, lang, tools, area).build()


class _Builder:
    def __init__(
        self, assessment: Assessment, lang: str, tools: tuple[tuple[str, str], ...], area: str | None
    ) -> None:
        self.assessment, self.lang, self.tools = assessment, lang, tools
        layout = layout_of(assessment.rulebook)
        self.layout: Layout = layout if area is None else msgspec.structs.replace(layout, area=area)
        self.figures = assessment.rulebook.figures
        home = [id for id, one in self.figures.items() if one.area]
        local = [id for id in self.figures if id not in home]
        found = compute_figures(assessment, area=self.layout.area or None, ids=local)
        # Figures with a home are computed there, wherever the bulletin is of.
        found += compute_figures(assessment, ids=home) if home else []
        self.values = {one.id: one for one in found}
        self.here = found[0] if found else None

    def build(self) -> Bulletin:
        layout, manifest = self.layout, self.assessment.manifest
        return Bulletin(
            lang=self.lang, title=layout.title.say(self.lang), area=self.here.area_name if self.here else "",
            as_of=self.assessment.day.isoformat(), note=layout.note.say(self.lang).strip(),
            lead=tuple(self.number(self.values[id]) for id in layout.lead),
            charts=tuple(self.chart(one) for one in layout.charts),
            tables=tuple(self.table(one) for one in layout.tables),
            briefs=tuple((one.title.say(self.lang), self.pieces(one.text.say(self.lang).strip())) for one in layout.briefs),
            numbers=tuple(self.number(self.values[id]) for id in self.figures),
            words={key: self.word(key) for key in WORDS},
            made_with=(("snapshot", manifest.snapshot_id), ("rulebook", manifest.rulebook_version), *self.tools),
        )  # fmt: skip

    def word(self, key: str) -> str:
        return WORDS[key][1 if self.lang == "zh" else 0]

    def unit(self, unit: str, value: Fraction = Fraction(2)) -> str:
        rulebook = self.assessment.rulebook
        if unit == "1":
            return ""
        return say_unit(parse_unit(unit, rulebook.schema.units), self.lang, rulebook.unit_labels, value=value)

    def shown(self, one: FigureValue) -> str:
        return one.amount or self.word("unknown")

    def number(self, one: FigureValue) -> Number:
        unit = (
            self.unit(one.unit, Fraction(one.value)) if isinstance(one.value, Decimal) else ""
        )  # a date says it itself
        return Number(
            one.id, one.label.say(self.lang), one.area, one.text, self.shown(one), unit,
            one.scope.say(self.lang), one.overlap.say(self.lang), self.sureness(one),
        )  # fmt: skip

    def sureness(self, one: FigureValue) -> str:
        found = one.sureness
        if found is None:
            return ""
        parts = [] if found.se is None else [f"{self.word('se')} {found.se:f}"]
        parts += [f"{self.word('interval')} {one.interval}"] if one.interval else []
        parts += [f"{self.word('undecided')}: {found.unknown:,}"] if found.unknown else []
        return ("；" if self.lang == "zh" else "; ").join(parts)

    def pieces(self, text: str) -> tuple[str | Number, ...]:
        found: list[str | Number] = []
        for index, part in enumerate(SLOT.split(text)):
            found.append(part if index % 2 == 0 else self.number(self.values[part]))
        return tuple(one for one in found if one != "")

    def by_area(self, level: str, ids: list[str]) -> list[tuple[str, dict[str, FigureValue]]]:
        """The figures of each area of a level inside the bulletin's area, by area code."""
        areas = read_areas(self.assessment)
        inside: dict[str, dict[str, FigureValue]] = {}
        for one in compute_level(self.assessment, level, ids):
            above: str | None = one.area
            while above is not None and self.layout.area and above != self.layout.area:
                above = areas[above].parent if above in areas else None
            if above is not None:
                inside.setdefault(one.area, {})[one.id] = one
        return [(areas[code].name, values) for code, values in sorted(inside.items())]

    def chart(self, spec: ChartSpec) -> Chart:
        ids = [id for one in spec.series for id in one.figures]
        if spec.level:
            rows = self.by_area(spec.level, ids)
            labels = tuple(name for name, _ in rows)
            data = [tuple(values[one.figures[0]].text for _, values in rows) for one in spec.series]
        else:
            labels = tuple(one.say(self.lang) for one in spec.labels)
            data = [tuple(self.values[id].text for id in one.figures) for one in spec.series]
        names = [one.name.say(self.lang) for one in spec.series]
        says = "; ".join(
            f"{name}: " + ", ".join(f"{at} {value or self.word('unknown')}" for at, value in zip(labels, row, strict=True))
            for name, row in zip(names, data, strict=True)
        )  # fmt: skip
        title, unit = spec.title.say(self.lang), self.unit(self.figures[ids[0]].unit)
        return Chart(
            title, spec.type, unit, labels, tuple(zip(names, data, strict=True)), tuple(dict.fromkeys(ids)), f"{title}. {says}"
        )  # fmt: skip

    def table(self, spec: TableSpec) -> Table:
        rows = self.by_area(spec.level, spec.figures)
        heads = (self.word("place"), *(self.figures[id].label.say(self.lang) for id in spec.figures))
        body = tuple((name, *(self.shown(values[id]) for id in spec.figures)) for name, values in rows)
        return Table(spec.title.say(self.lang), heads, tuple(spec.figures), body)
