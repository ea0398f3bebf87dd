"""Plans a rulebook for one day: which frames there are, which pass over which rows feeds them, and in what order.

Every look at other rows (up, fold, pick) costs a round; within a round everything is row by row. All passes over the same
rows for the same parent in the same round are one pass. What comes out is a list of SQL statements, nothing of it public.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from tsampa.rules import nodes as n
from tsampa.rules.check import formulas_needed, in_order
from tsampa.rules.columns.bases import BaseQueries
from tsampa.rules.columns.folds import Folds
from tsampa.rules.columns.frames import Base, Frame, Join, Statement
from tsampa.rules.columns.lower import Lower
from tsampa.rules.columns.numbers import Number
from tsampa.rules.columns.sharing import Sharing
from tsampa.rules.columns.sql import Dialect, Sql, quoted, sql
from tsampa.rules.relations import FIGURE_AREA
from tsampa.rules.rounds import Rounds
from tsampa.rules.rulebook import Formula, Name, Rulebook
from tsampa.rules.shapes import Shape, Shapes
from tsampa.schema import INT64, Kind

__all__ = ["PLACE", "AlignedRows", "Output", "Plan", "Planner", "Sources"]

PLACE = "__place"
"""The column that says which row of its file a row is, from nought."""

MOST = 2**40
"""Rows there can be of anything where nobody says how many there are."""


@dataclass(frozen=True)
class Sources:
    """Where rows come from: SQL that stands after FROM, for each table and for each entity's variables already known.

    ``rows`` says of a table how many rows it has at most; then counts and sums are known to stay in 64 bits. ``placed`` has the
    rows of a table with one column more, ``PLACE``, where they come in the order of their results' keys.
    """

    tables: dict[str, str]
    results: dict[str, str]
    rows: dict[str, int] = field(default_factory=dict)
    aligned: AlignedRows | None = None
    placed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AlignedRows:
    """Persons and memberships that stand row beside row, and the others, as text that stands after FROM."""

    persons: str
    memberships: str
    other_persons: str
    other_memberships: str


@dataclass(frozen=True)
class Output:
    """The result for one entity: key columns, variables, and the query whose ``columns`` are of these kinds, in order.

    Where it is ``placed`` the query has ``PLACE`` too: numbers from nought in the order of the keys.
    """

    entity: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    query: str
    columns: dict[str, Kind] = field(default_factory=dict)
    placed: bool = False


@dataclass(frozen=True)
class Plan:
    """Statements to run in order, then one query for each entity."""

    statements: tuple[Statement, ...]
    outputs: dict[str, Output]


class Planner:
    """Builds a plan. ``given`` names variables that are known already and read from ``sources.results``."""

    def __init__(
        self, rulebook: Rulebook, day: date, dialect: Dialect, sources: Sources, *, given: frozenset[Name] = frozenset(),
        level: str | None = None, shapes: Shapes | None = None,
    ) -> None:  # fmt: skip
        self.rulebook, self.day, self.dialect, self.given, self.level = rulebook, day, dialect, given, level
        self.schema = rulebook.schema
        self.shapes = shapes or Shapes(rulebook)
        self.formulas = {name: formula for name, formula in rulebook.on(day).items() if name not in given}
        self.rounds = Rounds(self.formulas)
        self.sources = sources
        self.bases = BaseQueries(self.schema, day, dialect, sources, given, level)
        self.folds, self.sharing = Folds(self), Sharing(self)
        self._frames: dict[str, dict[int, Frame]] = {}
        self._lowers: dict[str, Lower] = {}
        self._crossings: dict[n.Node, Number | Sql] = {}
        self._bounds: dict[Name, tuple[int | None, int | None]] = {}

    def variables(self, names: list[Name] | None = None) -> Plan:
        """The plan that works out the variables (default: all in force)."""
        found = self.rulebook.on(self.day)
        needed = formulas_needed(self.formulas, list(found if names is None else names))
        order = [
            formula
            for formula in in_order(self.rulebook, self.day)
            if (formula.entity, formula.name) in needed
        ]
        self.place_all(order)
        wanted: dict[str, list[str]] = {}
        for formula in order:
            if names is None or (formula.entity, formula.name) in names:
                wanted.setdefault(formula.entity, []).append(formula.name)
        return self.plan_of({entity: self._output(entity, sorted(own)) for entity, own in wanted.items()})

    def figures(self, ids: list[str]) -> Plan:
        """The plan that works out figures for every area of ``level``; each as numerator ``<n>__n`` over ``<n>__d``.

        A date stands in ``<n>__n`` alone.
        """
        nodes = [self.rulebook.figures[one].node for one in ids]
        needed = formulas_needed(self.formulas, [name for node in nodes for name in self.rounds.names(node)])
        order = [
            formula
            for formula in in_order(self.rulebook, self.day)
            if (formula.entity, formula.name) in needed
        ]
        self.place_all(order, nodes)
        return self.plan_of({FIGURE_AREA: self._figures_output(nodes)})

    def most(self, entity: str) -> int:
        """How many rows of the entity there can be."""
        return self.sources.rows.get(self.bases.table(entity), MOST)

    # frames

    def place_all(self, order: list[Formula], figures: list[n.Node] | None = None) -> None:
        """Makes the frames and puts every formula into its own, in an order in which each finds what it needs."""
        for formula in order:
            self.shapes.variable((formula.entity, formula.name))
            self.rounds.collect(formula.entity, formula.node)
        for node in figures or []:
            self.rounds.collect(FIGURE_AREA, node)
        self._make_frames()
        for formula in sorted(order, key=lambda f: self.rounds.variable((f.entity, f.name))):
            self._place((formula.entity, formula.name))

    def _make_frames(self) -> None:
        for entity, number in sorted(self.rounds.needed(), key=lambda pair: (pair[1], pair[0])):
            own = self._frames.setdefault(entity, {})
            if number and 0 not in own:
                self._new_frame(entity, 0)
            self._new_frame(entity, number)

    def _new_frame(self, entity: str, number: int) -> None:
        own = self._frames.setdefault(entity, {})
        if number not in own:
            before = own[max(own)] if own else None
            name = f"t_{entity}_{number}"
            own[number] = Frame(name, entity, self.bases.key(entity), before, None if before else Base())

    def frame(self, entity: str, number: int) -> Frame:
        """The latest frame of the entity that is done by the end of round ``number``."""
        if entity not in self._frames:
            self._new_frame(entity, 0)
        own = self._frames[entity]
        return own[max(one for one in own if one <= number)]

    def lower(self, frame: Frame) -> Lower:
        """The writer of expressions over the frame."""
        if frame.name not in self._lowers:
            self._lowers[frame.name] = Lower(self, frame)
        return self._lowers[frame.name]

    def _place(self, name: Name) -> None:
        """Adds a formula's column (two, for a quotient) to its frame."""
        formula = self.formulas[name]
        frame = self.frame(formula.entity, self.rounds.variable(name))
        lower, shape = self.lower(frame), self.shapes.of(formula.node)
        if not shape.is_number:
            assert shape.kind is not None
            frame.add(formula.name, lower.typed(formula.node, shape.kind))
            return
        declared, number = self.shapes.declared(formula), lower.number(formula.node)
        if declared.digits is not None:
            kept = lower.numbers.scaled(number, declared.digits)
            self._bounds[name] = (kept.low, kept.high)
            frame.add(formula.name, lower.numbers.narrowed(kept))
            return
        num, den = self._num_and_den(lower, number)
        frame.add(f"{formula.name}__n", num)
        frame.add(f"{formula.name}__d", den)

    def _num_and_den(self, lower: Lower, number: Number) -> tuple[Sql, Sql]:
        """A quotient as it is stored: two whole numbers, both null where it is unknown."""
        numbers = lower.numbers
        ten = numbers.constant(None) if number.digits < 0 else numbers._whole(10**number.digits, 0)
        den = numbers.multiply(numbers.below(number), ten)
        num = replace(number.over(None), digits=0)
        bottom, top = lower.frame.bind(numbers.narrowed(den)), lower.frame.bind(numbers.narrowed(num))
        top_out = sql("CASE WHEN {} IS NOT NULL THEN {} END", bottom, top) if bottom.nullable else top
        return top_out, sql("CASE WHEN {} IS NOT NULL THEN {} END", top, bottom) if top.nullable else bottom

    # variables

    def variable_number(self, frame: Frame, name: Name) -> Number:
        """A column or formula that gives a number, read at the frame."""
        shape, numbers = self.shapes.variable(name), self.lower(frame).numbers
        versions = self.rulebook.formulas.get(name)
        word = name[1]
        if versions is None:
            column = self.shapes.column(name)
            assert column is not None
            assert shape.digits is not None
            return numbers.column(_ref(word, not column.required), shape.digits, shape.low, shape.high)
        own = self.formulas.get(name) or next(one for one in versions if one.in_force(self.day))
        declared, nullable = self.shapes.declared(own), self._nullable(frame, name)
        if declared.digits is not None:
            found = numbers.column(_ref(word, nullable), declared.digits, shape.low, shape.high)
            return found.within(*self._bounds.get(name, (None, None)))
        return Number(
            _ref(f"{word}__n", nullable),
            0,
            _ref(f"{word}__d", nullable),
            *self._num_bounds(shape),
            False,
            INT64,
        )

    def _num_bounds(self, shape: Shape) -> tuple[int, int]:
        return (0 if shape.low is not None and shape.low >= 0 else -INT64), INT64

    def _nullable(self, frame: Frame, name: Name) -> bool:
        """Whether the formula's column can be null, as its own expression says."""
        if name in self.given:
            return True
        home = self.frame(name[0], self.rounds.variable(name))
        found = home.columns.get(name[1]) or home.columns.get(f"{name[1]}__n")
        return found.nullable if found is not None else True

    def stored_names(self, name: Name) -> list[str]:
        """The columns a variable is stored in: one, or two for a quotient."""
        shape = self.shapes.variable(name)
        return [f"{name[1]}__n", f"{name[1]}__d"] if shape.is_number and shape.digits is None else [name[1]]

    def variable_plain(self, frame: Frame, name: Name) -> Sql:
        """A column or formula that gives true or false, a text or a date, read at the frame."""
        if name in self.rulebook.formulas:
            return _ref(name[1], self._nullable(frame, name))
        column = self.shapes.column(name)
        assert column is not None
        return _ref(name[1], not column.required)

    # what looks at other rows

    def crossing_number(self, frame: Frame, node: n.Up | n.Fold | n.Pick | n.Share) -> Number:
        """What the node gives, as columns of the frame of its round."""
        found = self._crossing(frame.entity, node)
        assert isinstance(found, Number)
        return found

    def crossing_plain(self, frame: Frame, node: n.Up | n.Fold | n.Pick) -> Sql:
        """The same for true or false, texts and dates."""
        found = self._crossing(frame.entity, node)
        assert isinstance(found, Sql)
        return found

    def _crossing(self, entity: str, node: n.Up | n.Fold | n.Pick | n.Share) -> Number | Sql:
        found = self._crossings.get(node)
        if found is None:
            home = self.frame(entity, self.rounds.of(node))
            found = self._crossings[node] = self._cross(home, node)
        return found

    def _cross(self, home: Frame, node: n.Up | n.Fold | n.Pick | n.Share) -> Number | Sql:
        if isinstance(node, n.Up):
            return self._up(home, node)
        if isinstance(node, n.Share):
            return self.sharing.share(home, node)
        return self.folds.gathered(home, node)

    def _up(self, home: Frame, node: n.Up) -> Number | Sql:
        """Joins the linked row and reads the value there."""
        target = self.bases.link_target(node.entity, node.link)
        there = self.frame(target, self.rounds.of(node) - 1)
        lower = self.lower(there)
        sure = self.bases.always_linked(node.entity, node.link)
        join = self._join(home, there, self.bases.link_column(node.entity, node.link))
        if not self.shapes.of(node.value).is_number:
            return self._seen(home, join, lower.plain(node.value), sure)
        number = lower.number(node.value)
        num = self._seen(home, join, number.num, sure)
        return replace(
            number, num=num, den=None if number.den is None else self._seen(home, join, number.den, sure)
        )

    def _join(self, home: Frame, there: Frame, key: str) -> Join:
        for join in home.joins:
            if join.frame is there and join.key == key:
                return join
        home.joins.append(Join(there, key, f"j{len(home.joins)}"))
        return home.joins[-1]

    def _seen(self, home: Frame, join: Join, value: Sql, sure: bool) -> Sql:
        """A value of the joined row under a name here."""
        if value.refs and not (len(value.refs) == 1 and value.text == quoted(next(iter(value.refs)))):
            name = f"__u{len(join.frame.columns)}_{join.frame.name}"
            join.frame.add(name, value)
            value = Sql(quoted(name), frozenset((name,)), value.nullable)
        join.columns |= value.refs
        text = (
            f"{join.name}.{value.text}"
            if value.refs
            else value.text
            if sure
            else f"CASE WHEN {join.name}.{quoted(join.frame.key)} IS NOT NULL THEN {value.text} END"
        )
        join.columns.add(join.frame.key)
        return self.crossed(home, text, value.nullable or not sure)

    def crossed(self, home: Frame, text: str, nullable: bool) -> Sql:
        """A column of the frame that comes from other rows; the same text gets the same column."""
        name = next((name for name, other in home.crossed.items() if other == text), None)
        if name is None:
            name = f"__x{len(home.crossed)}_{home.name}"
            home.crossed[name] = text
        return Sql(quoted(name), frozenset((name,)), nullable)

    # outputs

    def _output(self, entity: str, names: list[str]) -> Output:
        last = self.frame(entity, self.rounds.last)
        kinds = {
            part: kind for name in names for part, kind in self._output_columns(last, (entity, name)).items()
        }
        keys = self.bases.output_keys(entity)
        placed = [PLACE] if self.bases.table(entity) in self.sources.placed else []
        last.want({key for key, _ in keys} | {*kinds, *placed})
        shown = tuple(name for _, name in keys)
        parts = [f"{quoted(key)} AS {quoted(name)}" for key, name in keys] + [
            quoted(column) for column in (*kinds, *placed)
        ]
        query = f"SELECT {', '.join(parts)} FROM {last.name}"
        columns = dict.fromkeys(shown, Kind.TEXT) | kinds
        return Output(entity, shown, tuple(names), query, columns, bool(placed))

    def _output_columns(self, last: Frame, name: Name) -> dict[str, Kind]:
        formula = self.formulas[name]
        shape = self.shapes.of(formula.node)
        assert shape.kind is not None
        if not shape.is_number or self.shapes.declared(formula).digits is not None:
            return {formula.name: shape.kind}
        lower = self.lower(last)
        shown = lower.numbers.round(
            self.variable_number(last, name), "half_even", self.shapes.shown_digits(formula)
        )
        last.add(f"{formula.name}", lower.numbers.narrowed(shown))
        return dict.fromkeys((formula.name, f"{formula.name}__n", f"{formula.name}__d"), Kind.NUMBER)

    def _figures_output(self, nodes: list[n.Node]) -> Output:
        last = self.frame(FIGURE_AREA, self.rounds.last)
        lower, columns = self.lower(last), []
        for index, node in enumerate(nodes):
            if self.shapes.of(node).is_number:
                num, den = self._num_and_den_wide(lower, lower.number(node))
            else:
                num, den = lower.typed(node, Kind.DATE), Sql("NULL")
            last.add(f"f{index}__n", num)
            last.add(f"f{index}__d", den)
            columns += [f"f{index}__n", f"f{index}__d"]
        last.want({*columns, last.key})
        parts = [
            quoted(last.key),
            *(f"CAST({quoted(column)} AS VARCHAR) AS {quoted(column)}" for column in columns),
        ]
        return Output(FIGURE_AREA, (last.key,), tuple(columns), f"SELECT {', '.join(parts)} FROM {last.name}")

    def _num_and_den_wide(self, lower: Lower, number: Number) -> tuple[Sql, Sql]:
        numbers = lower.numbers
        ten = numbers._whole(10**number.digits, 0)
        return number.num, (numbers.multiply(numbers.below(number), ten)).num

    def plan_of(self, outputs: dict[str, Output], others: list[Frame] | None = None) -> Plan:
        """The statements that the outputs, and the other frames somebody reads, rest on."""
        frames = sorted(
            (number, frame.name, frame) for own in self._frames.values() for number, frame in own.items()
        )
        ordered = [frame for _, _, frame in frames]
        uses = {frame.name: 0 for frame in ordered}
        for entity in outputs:
            uses[self.frame(entity, self.rounds.last).name] += 1
        for frame in others or []:
            uses[frame.name] += 1
        for frame in reversed(ordered):
            self._want_others(frame, uses)
        statements = [
            Statement(frame.name, frame.query(self._source(frame), self.dialect.fence), uses[frame.name])
            for frame in ordered
            if uses[frame.name]
        ]
        return Plan((*self.bases.statements(), *statements), outputs)

    def _want_others(self, frame: Frame, uses: dict[str, int]) -> None:
        """Tells the frames that this one reads which of their columns it needs; unread passes are dropped."""
        if not uses[frame.name]:
            return
        frame.want({frame.key})
        for aggregate in frame.aggregates:
            aggregate.frame.want(aggregate.refs | {aggregate.key})
            uses[aggregate.frame.name] += 1
        for join in frame.joins:
            join.frame.want(join.columns | {join.frame.key})
            uses[join.frame.name] += 1
        if frame.before is not None:
            beside = {one.beside for one in frame.aggregates} - {""}
            frame.before.want({frame.before.key, *(join.key for join in frame.joins), *beside})
            uses[frame.before.name] += 1

    def _source(self, frame: Frame) -> str:
        if frame.before is not None:
            return frame.source(frame.before.name)
        assert frame.base is not None
        return self.bases.query(frame.entity, sorted(frame.base.wanted))


def _ref(name: str, nullable: bool) -> Sql:
    return Sql(quoted(name), frozenset((name,)), nullable)
