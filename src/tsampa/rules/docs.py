"""A rulebook as a page to read: every variable, parameter and figure, in English or Chinese, always in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from tsampa.errors import TsampaError
from tsampa.rules.check import variables_needed
from tsampa.rules.parameter import Dated, ParameterValues
from tsampa.rules.relations import FIGURE_AREA
from tsampa.rules.rulebook import Figure, Formula, Name, Rulebook
from tsampa.rules.words import Speaker, say_date, say_unit, speaker
from tsampa.schema import Label, parse_unit

__all__ = ["Page", "rulebook_reference", "users"]

WORDS = {
    "version": Label("Rulebook version", "规则手册版本"),
    "variables": Label("Variables", "变量"),
    "of": Label("Of a {entity}", "{entity}"),
    "parameters": Label("Parameters", "参数"),
    "figures": Label("Figures", "指标数据"),
    "unit": Label("Unit", "单位"),
    "since": Label("In force from {since}", "自{since}起执行"),
    "until": Label("In force from {since} until before {until}", "自{since}起执行，至{until}前"),
    "formula": Label("Formula", "公式"),
    "source": Label("Source", "依据"),
    "place": Label("Place", "位置"),
    "uses": Label("Uses", "所用变量"),
    "used_by": Label("Used by", "被引用于"),
    "value": Label("Value", "数值"),
    "from": Label("From", "起始日期"),
    "at_least": Label("from {low}: {value}", "达到{low}：{value}"),
    "ends": Label("Ends before {until}", "{until}前有效"),
    "bound": Label("Bound", "界限"),
    "scope": Label("Scope", "口径"),
    "overlap": Label("Overlap", "重叠"),
    "digits": Label("Decimals", "小数位数"),
    "equal": Label("exact (=)", "确数（=）"),
    "at_least_bound": Label("at least (≥)", "下限（≥）"),
    "published_for": Label("Published for", "发布区域"),
    "at_most": Label("at most (≤)", "上限（≤）"),
    "approx": Label("about (≈)", "约数（≈）"),
    "household": Label("household", "户"),
    "person": Label("person", "人员"),
    "area": Label("area", "区域"),
}


def rulebook_reference(rulebook: Rulebook, lang: str) -> str:
    """The rulebook as Markdown. Raises TsampaError ``language-unknown``."""
    if lang not in ("en", "zh"):
        raise TsampaError("language-unknown", f"no language '{lang}'", remedy="Use en or zh.", usage=True)
    return "\n".join(Page(rulebook, lang).lines()).rstrip() + "\n"


class Page:
    """The rulebook as lines of Markdown, and what of it another page says in the same words."""

    def __init__(self, rulebook: Rulebook, lang: str) -> None:
        self.rulebook = rulebook
        self.lang = lang
        self.colon = "：" if lang == "zh" else ": "
        self.speak: Speaker = speaker(rulebook, lang)
        self.used_by = users(rulebook)

    def lines(self) -> Iterator[str]:
        """The whole, line by line."""
        yield f"# {self.rulebook.label.say(self.lang)}"
        yield ""
        yield f"{self._word('version')}{self.colon}`{self.rulebook.version}`"
        yield from self._variables()
        yield from self._section(
            "parameters", (self._parameter(one) for _, one in sorted(self.rulebook.parameters.items()))
        )
        yield from self._section(
            "figures", (self._figure(one) for _, one in sorted(self.rulebook.figures.items()))
        )

    def _word(self, name: str, **words: str) -> str:
        return WORDS[name].say(self.lang).format(**words)

    def _item(self, name: str, text: str) -> str:
        return f"- {self._word(name)}{self.colon}{text}"

    def _section(self, name: str, parts: Iterable[list[str]]) -> Iterator[str]:
        found = [line for part in parts for line in ["", *part]]
        if found:
            yield from ["", f"## {self._word(name)}", *found]

    def entity(self, entity: str) -> str:
        """What rows of the entity are called."""
        if entity in WORDS:
            return self._word(entity)
        schema = self.rulebook.schema
        if entity in schema.levels:
            return schema.level_labels[entity].say(self.lang)
        return schema.by_entity[entity].label.zh if self.lang == "zh" else entity

    def _day(self, day: date) -> str:
        return say_date(day, self.lang)

    def unit(self, unit: str) -> str:
        """The unit in words."""
        return say_unit(parse_unit(unit, self.rulebook.schema.units), self.lang, self.rulebook.unit_labels)

    # variables

    def _variables(self) -> Iterator[str]:
        order = [*self.rulebook.schema.by_entity]
        names = sorted(self.rulebook.formulas, key=lambda name: (order.index(name[0]), name[1]))
        if names:
            yield from ["", f"## {self._word('variables')}"]
        for entity, group in groupby(names, key=lambda name: name[0]):
            yield from ["", f"### {self._word('of', entity=self.entity(entity))}"]
            for name in group:
                yield from ["", *self._variable(name)]

    def _variable(self, name: Name) -> Iterator[str]:
        versions = self.rulebook.formulas[name]
        latest = versions[-1]
        yield f"#### {latest.label.say(self.lang)} (`{name[0]}.{name[1]}`)"
        yield from ["", latest.meaning.say(self.lang), ""]
        if latest.unit:
            yield self._item("unit", f"{self.unit(latest.unit)} (`{latest.unit}`)")
        for version in versions:
            yield from self._version(version, latest)
        uses = {
            other
            for version in versions
            for other in variables_needed(version.node)
            if other[0] != FIGURE_AREA
        }
        for word, names in (("uses", uses), ("used_by", self.used_by.get(name, set()))):
            if names:
                yield self._item(word, ", ".join(f"`{entity}.{one}`" for entity, one in sorted(names)))

    def _version(self, version: Formula, latest: Formula) -> Iterator[str]:
        since = self._day(version.since)
        force = self._word("since", since=since)
        if version.until is not None:
            force = self._word("until", since=since, until=self._day(version.until))
        yield f"- {force}"
        if version is not latest and version.meaning != latest.meaning:
            yield f"  - {version.meaning.say(self.lang)}"
        yield f"  {self._item('formula', self.speak.say(version.node))}"
        yield f"  {self._item('source', version.source)}"
        yield f"  {self._item('place', f'`{version.at}`')}"

    # parameters and figures

    def _parameter(self, one: ParameterValues) -> list[str]:
        lines = [f"### {one.label.say(self.lang)} (`{one.name}`)", ""]
        if one.kind == "number":
            lines.append(self._item("unit", f"{self.unit(str(one.unit))} (`{one.unit}`)"))
        if one.until is not None:
            lines.append(f"- {self._word('ends', until=self._day(one.until))}")
        head = f"| {self._word('from')} | {self._word('value')} | {self._word('source')} |"
        rows = [
            f"| {self._day(dated.since)} | {self.values(one, dated)} | {dated.source} |"
            for dated in one.dated
        ]
        return [*lines, "", head, "|---|---|---|", *rows]

    def values(self, one: ParameterValues, dated: Dated) -> str:
        """What a parameter is from a day on."""
        said = self.speak.amount
        if one.threshold_unit is not None:
            steps = [(said(low, one.threshold_unit), said(value, one.unit)) for low, value in dated.steps]
            return "; ".join(self._word("at_least", low=low, value=value) for low, value in steps)
        pairs = [(", ".join(keys), said(value, one.unit)) for keys, value in dated.values]
        return "; ".join(f"{keys}{self.colon}{value}" if keys else value for keys, value in pairs)

    def _figure(self, one: Figure) -> list[str]:
        bound = "at_least_bound" if one.bound == "at_least" else one.bound
        lines = [
            f"### {one.label.say(self.lang)} (`{one.id}`)", "", one.meaning.say(self.lang), "",
            self._item("unit", f"{self.unit(one.unit)} (`{one.unit}`)"),
            self._item("digits", str(one.digits)),
            self._item("bound", self._word(bound)),
            self._item("scope", one.scope.say(self.lang)),
        ]  # fmt: skip
        if one.area:
            lines.append(self._item("published_for", f"`{one.area}`"))
        if one.overlap.say(self.lang):
            lines.append(self._item("overlap", one.overlap.say(self.lang)))
        lines.append(self._item("formula", self.speak.say(one.node)))
        if one.source:
            lines.append(self._item("source", one.source))
        uses = sorted(set(variables_needed(one.node)))
        if uses:
            lines.append(self._item("uses", ", ".join(f"`{entity}.{name}`" for entity, name in uses)))
        return [*lines, self._item("place", f"`{one.at}`")]


def users(rulebook: Rulebook) -> dict[Name, set[Name]]:
    """Which variables read each column or variable, in any version."""
    found: dict[Name, set[Name]] = {}
    for formula in rulebook.all_formulas():
        for name in variables_needed(formula.node):
            found.setdefault(name, set()).add((formula.entity, formula.name))
    return found
