"""The rows that measures rest on: for each figure its incomes, lines, weights and design, as columns of numbers and texts.

Measures themselves are worked out by ``tsampa.measures``: SQL has no such sums in a fixed order.
"""

from __future__ import annotations

from dataclasses import dataclass

from tsampa.rules import nodes as n
from tsampa.rules.check import formulas_needed, in_order
from tsampa.rules.columns.bases import FIGURE_KEY
from tsampa.rules.columns.frames import Frame
from tsampa.rules.columns.plan import Plan, Planner
from tsampa.rules.columns.sql import Sql, quoted

__all__ = ["MeasuredColumns", "MeasuredRows", "plan_measures"]

EXACT = 2**53
"""Whole numbers up to here are floats themselves, so that their quotient is rounded once."""


@dataclass(frozen=True)
class MeasuredColumns:
    """Which columns of the query hold the parts of one measure; ``where`` is empty where all rows are in."""

    node: n.Measure
    where: str
    values: tuple[str, ...]
    line: str
    weights: str
    strata: str
    clusters: str
    constant: str


@dataclass(frozen=True)
class MeasuredRows:
    """Rows of one entity, by area (``__area``) and key: what some measures read of them.

    ``floats`` are DOUBLE, NaN for unknown: ``numbers``, rounded once from their exact values, and truths, 1 or 0. Where a
    number's numerator or denominator is no float, it is NaN and ``<name>__exact`` has ``numerator/denominator`` as text.
    """

    entity: str
    key: str
    query: str
    floats: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    measures: dict[str, MeasuredColumns]


def plan_measures(planner: Planner, ids: list[str]) -> tuple[Plan, list[MeasuredRows]]:
    """The plan, and for each frame of rows that the figures' measures stand over one query, for every area of the level."""
    nodes = {one: planner.rulebook.figures[one].node for one in ids}
    needed = formulas_needed(
        planner.formulas, [name for node in nodes.values() for name in planner.rounds.names(node)]
    )
    order = [
        formula
        for formula in in_order(planner.rulebook, planner.day)
        if (formula.entity, formula.name) in needed
    ]
    planner.place_all(order, list(nodes.values()))
    passes: dict[str, _Pass] = {}
    for id, node in nodes.items():
        assert isinstance(node, n.Measure)
        frame = planner.frame(node.rows.entity, planner.rounds.of(node) - 1)
        passes.setdefault(frame.name, _Pass(planner, frame)).add(id, node)
    found = [one.rows() for one in passes.values()]
    return planner.plan_of({}, [one.frame for one in passes.values()]), found


class _Pass:
    """One look at the rows of a frame; measures that read the same share a column."""

    def __init__(self, planner: Planner, frame: Frame) -> None:
        self.planner, self.frame, self.lower = planner, frame, planner.lower(frame)
        self.named: dict[str, str] = {}
        self.numbers: list[str] = []
        self.truths: set[str] = set()
        self.measures: dict[str, MeasuredColumns] = {}

    def add(self, id: str, node: n.Measure) -> None:
        """The columns of one figure."""
        where = self._truth(node.rows.where)
        read = self._truth if node.how == "alkire_foster" else self._number
        self.measures[id] = MeasuredColumns(
            node, where, tuple(map(read, node.values)), self._number(node.line), self._number(node.weights),
            self._text(node.strata), self._text(node.clusters), self._number(node.constant),
        )  # fmt: skip

    def _text(self, node: n.Node | None) -> str:
        return "" if node is None else self._named(self.lower.plain(node))

    def _truth(self, node: n.Node | None) -> str:
        if node is None:
            return ""
        found = self.lower.plain(node)
        name = self._named(Sql(f"CAST({found.text} AS DOUBLE)", found.refs))
        self.truths.add(name)
        return name

    def _number(self, node: n.Node | None) -> str:
        if node is None:
            return ""
        num, den = self.planner._num_and_den_wide(self.lower, self.lower.number(node))
        top, bottom = self.frame.bind(num), self.frame.bind(den)
        refs = top.refs | bottom.refs
        fits = f"ABS({top.text}) <= {EXACT} AND {bottom.text} <= {EXACT}"
        divided = f"CAST({top.text} AS DOUBLE) / CAST({bottom.text} AS DOUBLE)"
        name = self._named(Sql(f"CASE WHEN {fits} THEN {divided} END", refs))
        if name not in self.numbers:
            self.numbers.append(name)
            text = f"CAST({top.text} AS VARCHAR) || '/' || CAST({bottom.text} AS VARCHAR)"
            self.frame.add(f"{name}__exact", Sql(f"CASE WHEN NOT ({fits}) THEN {text} END", refs))
        return name

    def _named(self, value: Sql) -> str:
        if value.text not in self.named:
            name = self.named[value.text] = f"__m{len(self.named)}"
            self.frame.add(name, value)
        return self.named[value.text]

    def rows(self) -> MeasuredRows:
        """The query over all columns that were asked for."""
        key = self.planner.bases.key(self.frame.entity)
        columns = [*self.named.values(), *(f"{name}__exact" for name in self.numbers)]
        self.frame.want({key, FIGURE_KEY, *columns})
        parts = [f"{quoted(FIGURE_KEY)} AS __area", f"{quoted(key)} AS __key"]
        parts += [
            f"COALESCE({quoted(name)}, CAST('NaN' AS DOUBLE)) AS {quoted(name)}"
            if name in self.numbers or name in self.truths
            else quoted(name)
            for name in columns
        ]  # fmt: skip
        area = quoted(FIGURE_KEY)
        query = f"SELECT {', '.join(parts)} FROM {self.frame.name} WHERE {area} IS NOT NULL ORDER BY {area}, {quoted(key)}"
        floats = tuple(sorted({*self.numbers, *self.truths}))
        texts = tuple(sorted(set(self.named.values()) - set(floats)))
        return MeasuredRows(self.frame.entity, key, query, floats, tuple(self.numbers), texts, self.measures)
