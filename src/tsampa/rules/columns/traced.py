"""The rows behind a figure: for each fold of its tree, the rows it looked at, and whether and how each was counted."""

from __future__ import annotations

from dataclasses import dataclass

from tsampa.rules import nodes as n
from tsampa.rules.check import formulas_needed, in_order
from tsampa.rules.columns.bases import FIGURE_KEY
from tsampa.rules.columns.plan import Plan, Planner
from tsampa.rules.columns.sql import Sql, quoted
from tsampa.rules.relations import FIGURE_AREA

__all__ = ["TracedFold", "plan_trace"]


@dataclass(frozen=True)
class TracedFold:
    """One fold of a figure. ``query`` gives its rows: key, area, whether ``counted`` (null: undecided), and the ``term``.

    ``digits`` says how many decimals the term has, None where it is true or false. ``reads`` names the register's and the
    assessment's columns beside them, with the decimals of those that are stored as whole multiples of a smaller part.
    """

    node: n.Fold
    entity: str
    key: str
    digits: int | None
    reads: dict[str, int]
    query: str


def plan_trace(planner: Planner, figure: str) -> tuple[Plan, list[TracedFold]]:
    """The plan that lays the figure's rows open, for every area of the planner's level."""
    node = planner.rulebook.figures[figure].node
    needed = formulas_needed(planner.formulas, planner.rounds.names(node))
    order = [
        formula
        for formula in in_order(planner.rulebook, planner.day)
        if (formula.entity, formula.name) in needed
    ]
    planner.place_all(order, [node])
    found = [one for one in n.walk(node) if isinstance(one, n.Fold) and one.rows.parent == FIGURE_AREA]
    traced = [_traced(planner, fold, index) for index, fold in enumerate(found)]
    frames = [planner.frame(one.node.rows.entity, planner.rounds.of(one.node) - 1) for one in traced]
    return planner.plan_of({}, frames), traced


def _traced(planner: Planner, fold: n.Fold, index: int) -> TracedFold:
    frame = planner.frame(fold.rows.entity, planner.rounds.of(fold) - 1)
    lower = planner.lower(frame)
    where = Sql("TRUE") if fold.rows.where is None else lower.plain(fold.rows.where)
    frame.add(f"__counted{index}", where)
    digits: int | None = None
    term = Sql("TRUE")
    if fold.term is not None and lower.is_number(fold.term):
        number = lower.number(fold.term)
        term, digits = number.num, number.digits
    elif fold.term is not None:
        term = lower.plain(fold.term)
    frame.add(f"__term{index}", term)
    reads = _reads(planner, fold)
    key = planner.bases.key(fold.rows.entity)
    frame.want({key, FIGURE_KEY, f"__counted{index}", f"__term{index}", *reads})
    parts = [quoted(key), f"{quoted(FIGURE_KEY)} AS {quoted('__area')}"]
    parts += [
        f"{quoted(f'__counted{index}')} AS counted",
        f"{quoted(f'__term{index}')} AS term",
        *map(quoted, reads),
    ]
    query = f"SELECT {', '.join(parts)} FROM {frame.name}"
    return TracedFold(fold, fold.rows.entity, key, digits, reads, query)


def _reads(planner: Planner, fold: n.Fold) -> dict[str, int]:
    """The columns of the row itself that its condition and term read: links by their keys, a quotient by both its parts."""
    below = [part for part in (fold.rows.where, fold.term) if part is not None]
    found = {
        name: digits
        for part in below
        for one in n.walk(part)
        if isinstance(one, (n.Value, n.Up)) and one.entity == fold.rows.entity
        for name, digits in _stored(planner, one).items()
    }
    own = {planner.bases.key(fold.rows.entity), "counted", "term"}
    return {name: found[name] for name in sorted(found.keys() - own)}


def _stored(planner: Planner, one: n.Value | n.Up) -> dict[str, int]:
    """The columns the value is stored in, and how many decimals each has."""
    if isinstance(one, n.Value):
        name = (one.entity, one.name)
        digits = planner.shapes.variable(name).digits or 0
        return dict.fromkeys(planner.stored_names(name), digits)
    link = planner.schema.by_entity[one.entity].link(one.link)
    # A person's household and an area's areas above come from elsewhere than the row's own columns.
    return {link.column: 0} if link is not None and one.entity != "person" else {}
