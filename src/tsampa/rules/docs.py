"""The reference of a rulebook as Markdown: every variable, parameter and figure, generated from the rulebook itself."""

from __future__ import annotations

from tsampa.rules.check import variables_needed
from tsampa.rules.parameter import Dated, ParameterValues
from tsampa.rules.rulebook import Figure, Formula, Name, Rulebook
from tsampa.rules.words import in_words

__all__ = ["rulebook_reference"]

WORDS = {
    "variables": ("Variables", "变量"), "parameters": ("Parameters", "参数"), "figures": ("Figures", "指标"), "unit": ("unit", "单位"),
    "since": ("in force since", "生效日期"), "until": ("until before", "失效日期"), "source": ("source", "依据"), "at": ("written at", "位置"),
    "words": ("in words", "文字表述"), "uses": ("uses", "引用"), "used by": ("used by", "被引用"), "bound": ("bound", "界限"),
    "scope": ("scope", "范围"), "overlap": ("overlap", "重叠"), "version": ("version", "版本"),
}  # fmt: skip


def rulebook_reference(rulebook: Rulebook, lang: str = "en") -> str:
    """The reference in ``en`` or ``zh``; the same rulebook gives the same text."""
    users = _users(rulebook)
    parts = [
        f"# {rulebook.label.say(lang)}",
        f"{_say('version', lang)}: `{rulebook.version}`",
        f"## {_say('variables', lang)}",
    ]
    for (entity, name), versions in sorted(rulebook.formulas.items()):
        parts.append(f"### {entity}.{name} — {versions[-1].label.say(lang)}")
        parts += [_formula(one, rulebook, lang) for one in versions]
        if users.get((entity, name)):
            parts.append(f"{_say('used by', lang)}: {', '.join(users[entity, name])}")
    parts.append(f"## {_say('parameters', lang)}")
    parts += [_parameter(one, lang) for _, one in sorted(rulebook.parameters.items())]
    parts.append(f"## {_say('figures', lang)}")
    parts += [_figure(one, rulebook, lang) for _, one in sorted(rulebook.figures.items())]
    return "\n\n".join(parts) + "\n"


def _say(word: str, lang: str) -> str:
    return WORDS[word][1 if lang == "zh" else 0]


def _users(rulebook: Rulebook) -> dict[Name, list[str]]:
    """Who reads each variable."""
    found: dict[Name, set[str]] = {}
    for formula in rulebook.all_formulas():
        for name in variables_needed(formula.node):
            found.setdefault(name, set()).add(f"{formula.entity}.{formula.name}")
    return {name: sorted(users) for name, users in found.items()}


def _formula(one: Formula, rulebook: Rulebook, lang: str) -> str:
    uses = sorted(
        {
            f"{entity}.{name}"
            for entity, name in variables_needed(one.node)
            if (entity, name) in rulebook.formulas
        }
    )
    until = f", {_say('until', lang)} {one.until}" if one.until else ""
    lines = [one.meaning.say(lang), "", f"- {_say('since', lang)} {one.since}{until}"]
    if one.unit:
        lines.append(f"- {_say('unit', lang)}: {one.unit}")
    lines.append(f"- {_say('words', lang)}: {in_words(one.node, rulebook, lang)}")
    if uses:
        lines.append(f"- {_say('uses', lang)}: {', '.join(uses)}")
    return "\n".join([*lines, f"- {_say('source', lang)}: {one.source}", f"- {_say('at', lang)}: {one.at}"])


def _parameter(one: ParameterValues, lang: str) -> str:
    head = [f"### {one.name} — {one.label.say(lang)}", "", f"- {_say('unit', lang)}: {one.unit}"]
    return "\n".join(
        head
        + [
            f"- {dated.since}: {_values(dated)} ({_say('source', lang)}: {dated.source})"
            for dated in one.dated
        ]
    )


def _values(dated: Dated) -> str:
    if dated.steps:
        return ", ".join(f"≥ {low}: {value}" for low, value in dated.steps)
    return ", ".join(f"{'/'.join(keys)}: {value}" if keys else str(value) for keys, value in dated.values)


def _figure(one: Figure, rulebook: Rulebook, lang: str) -> str:
    lines = [f"### {one.id} — {one.label.say(lang)}", "", one.meaning.say(lang), ""]
    lines += [
        f"- {_say('unit', lang)}: {one.unit}",
        f"- {_say('bound', lang)}: {one.bound}",
        f"- {_say('scope', lang)}: {one.scope.say(lang)}",
    ]
    if one.overlap.say(lang):
        lines.append(f"- {_say('overlap', lang)}: {one.overlap.say(lang)}")
    return "\n".join([*lines, f"- {_say('words', lang)}: {in_words(one.node, rulebook, lang)}"])
