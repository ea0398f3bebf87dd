"""Checks a whole rulebook when it is loaded: names, units, entities, dates, cycles. Every error names file, line, formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import pairwise

from tsampa.errors import TsampaError
from tsampa.rules import nodes as n
from tsampa.rules.relations import link_target, relation_target
from tsampa.rules.rulebook import Figure, Formula, Name, Rulebook
from tsampa.rules.shapes import Shapes
from tsampa.schema import Kind, Schema

DATE_PARTS = ("day", "month", "year")
"""How much of a date a figure publishes."""

__all__ = ["DATE_PARTS", "check_rulebook", "formulas_needed", "in_order", "variables_needed"]


def check_rulebook(rulebook: Rulebook) -> Shapes:
    """The shapes of the rulebook's variables. Raises TsampaError for the first mistake found."""
    for versions in rulebook.formulas.values():
        _fail_if_names_clash(versions[0], rulebook)
        _fail_if_above_partition(versions[0], rulebook.schema)
        _fail_if_dates_overlap(versions)
    shapes = Shapes(rulebook)
    for day in _days(rulebook):
        order = in_order(rulebook, day)
        for formula in order:  # each after those it needs, so that long chains do not exhaust the stack
            _named(
                f"formula {formula.name}",
                formula.at,
                partial(shapes.variable, (formula.entity, formula.name)),
            )
    for formula in rulebook.all_formulas():
        _named(f"formula {formula.name}", formula.at, partial(_check_formula, formula, rulebook, shapes))
    for one in rulebook.figures.values():
        _named(f"figure {one.id}", one.at, partial(_check_figure, one, shapes))
    _fail_if_shows_unknown(rulebook)
    return shapes


def _named(what: str, at: str, check: Callable[[], object]) -> None:
    """Runs a check; an error that does not say which formula it is in gets told so."""
    try:
        check()
    except TsampaError as error:
        place = error.where if what in error.where else f"{error.where or at}: {what}"
        raise TsampaError(error.code, error.message, where=place, remedy=error.remedy) from None


def _check_formula(formula: Formula, rulebook: Rulebook, shapes: Shapes) -> None:
    shapes.declared(formula)
    shapes.variable((formula.entity, formula.name))
    _fail_if_date_missing(formula, rulebook, shapes)


def _check_figure(one: Figure, shapes: Shapes) -> None:
    shape = shapes.of(one.node)
    if shape.kind is Kind.DATE:
        _fail_if_no_part_of_date(one)
        return
    if shape.kind is not Kind.NUMBER:
        raise TsampaError(
            "figure-kind",
            f"a figure is a number or a date, and this is {shape.said()}",
            where=one.at,
            remedy="Count the rows of which it is true.",
        )
    unit = shapes.unit(one.unit, one.at)
    if shape.unit is not None and shape.unit != unit:
        raise TsampaError(
            "rule-wrong-unit",
            f"it declares the unit {unit} but gives {shape.unit}",
            where=one.at,
            remedy="Declare the unit it has.",
        )
    if not isinstance(one.digits, int) or not 0 <= one.digits <= 12:
        raise TsampaError(
            "figure-digits",
            f"{one.digits} decimals",
            where=one.at,
            remedy="Publish between 0 and 12 decimals.",
        )


def _fail_if_no_part_of_date(one: Figure) -> None:
    if one.unit not in DATE_PARTS:
        raise TsampaError(
            "rule-wrong-unit",
            f"it declares the unit {one.unit or 'none'} but gives a date",
            where=one.at,
            remedy=f"Say how much of the date is published: {', '.join(DATE_PARTS)}.",
        )


def _fail_if_names_clash(formula: Formula, rulebook: Rulebook) -> None:
    schema, entity, name = rulebook.schema, formula.entity, formula.name
    place = f"{formula.at}: formula {name}"
    table = schema.by_entity[entity]
    if name in table.by_name or link_target(schema, entity, name) or relation_target(schema, entity, name):
        raise TsampaError(
            "rule-name-taken",
            f"a {entity} of the register already has '{name}'",
            where=place,
            remedy="Choose another name.",
        )
    if "__" in name or name.startswith("_"):
        raise TsampaError(
            "rule-name-taken",
            f"'{name}' is kept for Tsampa's own columns",
            where=place,
            remedy="Use single underscores inside the name only.",
        )


def _fail_if_above_partition(formula: Formula, schema: Schema) -> None:
    """Files are counted one partition after the other, so nothing may be worked out for more than one of them."""
    levels = schema.levels
    if formula.entity in levels and levels.index(formula.entity) < levels.index(schema.partition):
        raise TsampaError(
            "rule-above-partition",
            f"a {formula.entity} spans several of the {schema.partition} files that are counted one by one",
            where=f"{formula.at}: formula {formula.name}",
            remedy=f"Make it a figure, which is worked out for any area, or a formula of the {schema.partition}.",
        )


def _fail_if_dates_overlap(versions: tuple[Formula, ...]) -> None:
    for formula in versions:
        if formula.until is not None and formula.until <= formula.since:
            raise TsampaError(
                "rule-dates-empty",
                f"it ends ({formula.until}) before it begins ({formula.since})",
                where=f"{formula.at}: formula {formula.name}",
                remedy="Mend since or until.",
            )
    for earlier, later in pairwise(versions):
        if earlier.until is None or earlier.until > later.since:
            raise TsampaError(
                "rule-dates-overlap", f"two versions are in force on {later.since}", where=f"{later.at}: formula {later.name}",
                remedy=f"Give the earlier version (at {earlier.at}) until=\"{later.since}\".",
            )  # fmt: skip


def _fail_if_date_missing(formula: Formula, rulebook: Rulebook, shapes: Shapes) -> None:
    """Everything a formula needs must be in force as long as it is."""
    for node in n.walk(formula.node):
        if isinstance(node, (n.Parameter, n.Tariff)):
            found = shapes.named_parameter(node.name, node)
            periods = [(found.dated[0].since, found.until)]
            _fail_if_uncovered(formula, f"the parameter '{node.name}' has no value", periods, node)
        elif isinstance(node, n.Value) and (node.entity, node.name) in rulebook.formulas:
            versions = rulebook.formulas[node.entity, node.name]
            _fail_if_uncovered(
                formula, f"'{node.name}' is not in force", [(v.since, v.until) for v in versions], node
            )


def _fail_if_uncovered(
    formula: Formula, said: str, periods: list[tuple[date, date | None]], node: n.Node
) -> None:
    day: date | None = formula.since
    for since, until in periods:
        if day is not None and since <= day and (until is None or until > day):
            day = until
    if day is not None and (formula.until is None or day < formula.until):
        code = "rule-parameter-date" if isinstance(node, (n.Parameter, n.Tariff)) else "rule-formula-date"
        raise TsampaError(
            code,
            f"{said} on {day}, when this formula is in force",
            where=node.at,
            remedy=f"Add what holds from {day}, or let the formula begin or end in step.",
        )


def _fail_if_shows_unknown(rulebook: Rulebook) -> None:
    for name in rulebook.shows:
        if ("household", name) not in rulebook.formulas:
            raise TsampaError(
                "rule-name-unknown",
                f"'shows' names '{name}', and no formula of a household is called so",
                where="programme.yaml",
                remedy="Name formulas of the household.",
            )


def _days(rulebook: Rulebook) -> list[date]:
    return sorted({formula.since for formula in rulebook.all_formulas()})


def variables_needed(node: n.Node) -> Iterator[Name]:
    """The columns and formulas that the node reads, each as often as it does."""
    return ((one.entity, one.name) for one in n.walk(node) if isinstance(one, n.Value))


def formulas_needed(found: dict[Name, Formula], names: list[Name]) -> set[Name]:
    """The formulas among ``found`` that ``names`` rest on, themselves included."""
    needed: set[Name] = set()
    waiting = [name for name in names if name in found]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(other for other in variables_needed(found[name].node) if other in found)
    return needed


def in_order(rulebook: Rulebook, day: date) -> list[Formula]:
    """The formulas in force on the day, each after those it needs. Raises TsampaError ``rule-cycle``."""
    found = rulebook.on(day)
    needs = {
        name: [other for other in dict.fromkeys(variables_needed(formula.node)) if other in found]
        for name, formula in found.items()
    }
    done: dict[Name, bool] = {}
    order: list[Formula] = []
    for name in found:
        _visit(name, needs, done, order, found)
    return order


def _visit(
    start: Name,
    needs: dict[Name, list[Name]],
    done: dict[Name, bool],
    order: list[Formula],
    found: dict[Name, Formula],
) -> None:
    """Depth first without recursion: chains of formulas may be long."""
    path: list[tuple[Name, Iterator[Name]]] = []
    if start not in done:
        done[start] = False
        path.append((start, iter(needs[start])))
    while path:
        name, rest = path[-1]
        other = next(rest, None)
        if other is None:
            path.pop()
            done[name] = True
            order.append(found[name])
        elif other not in done:
            done[other] = False
            path.append((other, iter(needs[other])))
        elif not done[other]:
            raise _cycle([step for step, _ in path], other, found)


def _cycle(path: list[Name], again: Name, found: dict[Name, Formula]) -> TsampaError:
    names = [name for _, name in path[path.index(again) :]] + [again[1]]
    first = found[again]
    return TsampaError(
        "rule-cycle",
        f"it needs itself: {' -> '.join(names)}",
        where=f"{first.at}: formula {first.name}",
        remedy="Break the circle: a value cannot rest on itself.",
    )
