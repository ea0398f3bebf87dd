"""The rulebook as pages show it: variables by entity, parameters, and who uses what, all of one version kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tsampa.assessment import Assessment
from tsampa.office.publish.words import page_of, say_formula, unit_of
from tsampa.rules import Formula, Rulebook
from tsampa.rules import nodes as n
from tsampa.rules.check import variables_needed
from tsampa.rules.parameter import Dated, ParameterValues
from tsampa.rules.relations import FIGURE_AREA
from tsampa.rules.rulebook import Name

__all__ = [
    "Uses", "formulas_told", "parameter_told", "parameters_told", "rules_told", "uses_of", "variable_link", "variable_told",
]  # fmt: skip


@dataclass(frozen=True)
class Uses:
    """Who uses what: of each variable and parameter, the variables and figures that read it."""

    variables: dict[Name, set[Name]]
    figures: dict[Name, set[str]]
    parameters: dict[str, set[Name]]
    parameter_figures: dict[str, set[str]]


_USES: dict[str, Uses] = {}


def uses_of(rulebook: Rulebook) -> Uses:
    """Who uses what in this version of the rules."""
    if rulebook.version not in _USES:
        _USES.clear()
        _USES[rulebook.version] = _uses(rulebook)
    return _USES[rulebook.version]


def _uses(rulebook: Rulebook) -> Uses:
    found = Uses({}, {}, {}, {})
    for formula in rulebook.all_formulas():
        for name in variables_needed(formula.node):
            found.variables.setdefault(name, set()).add((formula.entity, formula.name))
        for parameter in _parameters_in(formula.node):
            found.parameters.setdefault(parameter, set()).add((formula.entity, formula.name))
    for figure in rulebook.figures.values():
        for name in variables_needed(figure.node):
            found.figures.setdefault(name, set()).add(figure.id)
        for parameter in _parameters_in(figure.node):
            found.parameter_figures.setdefault(parameter, set()).add(figure.id)
    return found


def _parameters_in(node: n.Node) -> set[str]:
    return {one.name for one in n.walk(node) if isinstance(one, (n.Parameter, n.Tariff))}


def rules_told(rulebook: Rulebook, lang: str, words: str) -> dict[str, Any]:
    """Variables by entity and parameters, as lines; with ``words`` those that speak of all of them."""
    wanted, page = words.casefold().split(), page_of(rulebook, lang)
    order = [*rulebook.schema.by_entity]
    groups: dict[str, list[dict[str, Any]]] = {}
    for entity, name in sorted(rulebook.formulas, key=lambda one: (order.index(one[0]), one[1])):
        versions = rulebook.formulas[entity, name]
        latest = versions[-1]
        if _speaks(wanted, name, latest.label, latest.meaning):
            groups.setdefault(entity, []).append(
                {"name": name, "label": latest.label.say(lang), "unit": unit_of(rulebook, latest.unit, lang), "versions": len(versions), "since": latest.since, "until": latest.until}
            )  # fmt: skip
    parameters = [
        {"name": one.name, "label": one.label.say(lang), "now": page.values(one, one.dated[-1]), "since": one.dated[-1].since, "versions": len(one.dated)}
        for _, one in sorted(rulebook.parameters.items()) if _speaks(wanted, one.name, one.label)
    ]  # fmt: skip
    entities = [{"entity": one, "name": page.entity(one), "lines": found} for one, found in groups.items()]
    return {"entities": entities, "parameters": parameters}


def _speaks(wanted: list[str], name: str, *told: Any) -> bool:
    said = " ".join([name, *(one.say(lang) for one in told for lang in ("en", "zh"))]).casefold()
    return all(one in said for one in wanted)


def variable_told(rulebook: Rulebook, name: Name, lang: str) -> dict[str, Any]:
    """A variable whole: its versions in words, what it uses and who uses it. Raises KeyError."""
    versions = rulebook.formulas[name]
    latest, page, uses = versions[-1], page_of(rulebook, lang), uses_of(rulebook)
    needs = {other for one in versions for other in variables_needed(one.node) if other[0] != FIGURE_AREA}
    parameters = {other for one in versions for other in _parameters_in(one.node)}
    return {
        "name": f"{name[0]}.{name[1]}", "entity": page.entity(name[0]), "label": latest.label.say(lang),
        "meanings": {"en": latest.meaning.en, "zh": latest.meaning.zh}, "unit": unit_of(rulebook, latest.unit, lang),
        "versions": [_version(rulebook, one, lang) for one in reversed(versions)],
        "uses": [variable_link(rulebook, one, lang) for one in sorted(needs)],
        "parameters": [_parameter_link(rulebook, one, lang) for one in sorted(parameters)],
        "used_by": [variable_link(rulebook, one, lang) for one in sorted(uses.variables.get(name, ()))],
        "figures": [_figure_link(rulebook, one, lang) for one in sorted(uses.figures.get(name, ()))],
    }  # fmt: skip


def _version(rulebook: Rulebook, one: Formula, lang: str) -> dict[str, Any]:
    words = say_formula(rulebook, lang, f"{one.entity}.{one.name} {one.since}", one.node)
    return {"since": one.since, "until": one.until, "words": words, "source": one.source, "at": one.at}


def variable_link(rulebook: Rulebook, name: Name, lang: str) -> dict[str, Any]:
    """A variable, or a column of the register, as it is referred to; ``linked`` where it has a page."""
    versions = rulebook.formulas.get(name)
    if versions:
        return {"entity": name[0], "name": name[1], "label": versions[-1].label.say(lang), "linked": True}
    table = rulebook.schema.by_entity.get(name[0])
    column = next((one for one in table.columns if one.name == name[1]), None) if table else None
    label = column.label.say(lang) if column else name[1]
    return {"entity": name[0], "name": name[1], "label": label, "linked": False}


def _figure_link(rulebook: Rulebook, id: str, lang: str) -> dict[str, Any]:
    return {"id": id, "label": rulebook.figures[id].label.say(lang)}


def _parameter_link(rulebook: Rulebook, name: str, lang: str) -> dict[str, Any]:
    return {"name": name, "label": rulebook.parameters[name].label.say(lang)}


def parameter_told(rulebook: Rulebook, name: str, lang: str) -> dict[str, Any]:
    """A parameter whole: its dated values with their sources, and who uses it. Raises KeyError."""
    one, uses, page = rulebook.parameters[name], uses_of(rulebook), page_of(rulebook, lang)
    return {
        "name": name, "label": one.label.say(lang), "unit": unit_of(rulebook, str(one.unit), lang) if one.unit is not None else "",
        "until": one.until, "at": one.at.removesuffix(f": parameter {name}"), "keys": one.keys,
        "dated": [{"since": dated.since, "values": _values(one, dated, page), "source": dated.source} for dated in reversed(one.dated)],
        "used_by": [variable_link(rulebook, other, lang) for other in sorted(uses.parameters.get(name, ()))],
        "figures": [_figure_link(rulebook, other, lang) for other in sorted(uses.parameter_figures.get(name, ()))],
    }  # fmt: skip


def _values(one: ParameterValues, dated: Dated, page: Any) -> list[tuple[str, str]]:
    said = page.speak.amount
    if one.threshold_unit is not None:
        return [(f"≥ {said(low, one.threshold_unit)}", said(value, one.unit)) for low, value in dated.steps]
    return [(", ".join(keys), said(value, one.unit)) for keys, value in dated.values]


def formulas_told(assessment: Assessment, found: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The rules in force that a figure rests on, in words, from what a trace names."""
    return [
        _version(assessment.rulebook, assessment.formulas[one["entity"], one["name"]], lang)
        | {"entity": one["entity"], "name": one["name"], "label": assessment.formulas[one["entity"], one["name"]].label.say(lang)}
        for one in found
    ]  # fmt: skip


def parameters_told(assessment: Assessment, found: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The parameters in force that a figure rests on, with the values of that day."""
    rulebook, day, page = assessment.rulebook, assessment.day, page_of(assessment.rulebook, lang)
    told = []
    for each in found:
        one = rulebook.parameters[each["name"]]
        dated = _dated(one, day)
        told.append(
            {"name": one.name, "label": one.label.say(lang), "since": dated.since, "values": _values(one, dated, page), "source": dated.source}
        )  # fmt: skip
    return told


def _dated(one: ParameterValues, day: date) -> Dated:
    found = one.on(day)
    assert found is not None
    return found
