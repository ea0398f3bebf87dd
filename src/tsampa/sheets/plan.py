"""The mapping bound to a sheet and a schema: names resolved once, so that each row is only looked up."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tsampa.errors import TsampaError
from tsampa.schema import TEXT, Column, Label, Schema, Table
from tsampa.sheets.cells import Cell, Outcome, clean
from tsampa.sheets.convert import Converter, Reading, make_converter
from tsampa.sheets.expressions import ExpressionError, parse_expression
from tsampa.sheets.grid import Grid
from tsampa.sheets.mapping import Field, Mapping, Record, Source, did_you_mean, normal_header

__all__ = ["Getter", "LevelPlan", "RecordPlan", "SourcePlan", "plan_areas", "plan_source"]

Row = list[Cell]
Place = tuple[str | int, ...]
_MEMO = 1 << 16
_FIRST = {"households": 0, "persons": 1, "memberships": 2}
_IDENTITY = Column("identity", TEXT, Label("identity number", "身份证号"))


@dataclass(slots=True)
class Getter:
    """One value of a record: where it goes (``index``), what the sheet calls it, and how it is read from a row."""

    index: int
    column: Column
    shown: str
    read: Callable[[Row], Outcome]
    strict: bool
    """Whether a bad cell rejects the row: an unreadable end date must not pass for 'still in force'."""


@dataclass(slots=True)
class RecordPlan:
    """A record that rows of a sheet make. ``fill`` maps 'key', 'household', 'person', 'area' to open positions."""

    table: Table
    sheet: str
    per: str
    order: int
    member: int
    getters: list[Getter]
    base: list[Any]
    fill: dict[str, int]
    links: list[tuple[int, str]] = field(default_factory=list)
    when: Callable[[Row], Outcome] | None = None
    presence: list[int] = field(default_factory=list)
    identity: Getter | None = None
    at: dict[str, int] = field(init=False)
    """Where each column of the table stands in ``base``."""

    def __post_init__(self) -> None:
        self.at = {column.name: index for index, column in enumerate(self.table.columns)}

    def shown(self, index: int) -> str:
        """What the sheet calls the value at this position."""
        return next((getter.shown for getter in self.getters if getter.index == index), "")


@dataclass(slots=True)
class LevelPlan:
    """A level of area read from rows."""

    level: str
    code: Getter
    name: Getter


@dataclass(slots=True)
class SourcePlan:
    """All that a sheet's rows make, households first."""

    grid: Grid
    row: str
    records: list[RecordPlan]
    levels: list[LevelPlan] = field(default_factory=list)


@dataclass(frozen=True)
class _Binder:
    """Resolves the names of one sheet's part of the mapping."""

    mapping: Mapping
    source: Source
    schema: Schema
    grid: Grid
    headers: dict[str, int]
    place: Place

    def getter(
        self, index: int, column: Column, one: Field, place: Place, *, code: bool, until: bool = False
    ) -> Getter:
        reading = Reading(
            as_of=self.mapping.as_of,
            missing=frozenset(clean(text) for text in (*self.source.missing, *one.missing)),
            formats=(*one.formats, *self.source.formats),
            decimal=one.decimal or self.source.decimal,
            scale=one.scale,
            code=code,
            future=until,
        )
        convert = make_converter(column, one, reading)
        shown = normal_header(one.column) if one.column is not None else f"({place[-1]})"
        return Getter(index, column, shown, self.read(one, convert, place), column.required or until)

    def read(self, one: Field, convert: Converter, place: Place) -> Callable[[Row], Outcome]:
        if one.constant is not None:
            return self.constant(one.constant, convert, place)
        if one.expression is not None:
            return _converted(self.expression(one.expression, (*place, "expression")), convert)
        position = self.position(one.column or "", place)
        memo: dict[Cell, Outcome] = {}

        def look(row: Row) -> Outcome:
            cell = row[position]
            found = memo.get(cell)
            if found is None:
                found = convert(cell)
                if len(memo) < _MEMO:
                    memo[cell] = found
            return found

        return look

    def constant(self, text: str, convert: Converter, place: Place) -> Callable[[Row], Outcome]:
        outcome = convert(clean(text) or None)
        if outcome[1]:
            raise self.mapping.wrong(
                "mapping-constant", outcome[1].message, (*place, "constant"), outcome[1].remedy
            )
        return lambda row: outcome

    def expression(self, text: str, place: Place) -> Callable[[Row], Outcome]:
        try:
            parsed = parse_expression(text, frozenset(clean(one) for one in self.source.missing))
        except ExpressionError as error:
            remedy = "See the expressions in docs/reference."
            raise self.mapping.wrong("mapping-expression", str(error), place, remedy) from None
        positions = [self.position(name, place) for name in parsed.names]
        return lambda row: parsed.value(tuple([row[position] for position in positions]))

    def position(self, name: str, place: Place) -> int:
        wanted = normal_header(clean(name))
        found = self.headers.get(wanted, self.headers.get(unicodedata.normalize("NFKC", wanted)))
        if found is None:
            remedy = did_you_mean(wanted, [title for title in self.grid.header if title])
            raise self.mapping.wrong(
                "mapping-column-missing", f"the sheet {self.grid.name} has no column '{name}'", place, remedy
            )
        if found < 0:
            remedy = "Rename one of them in the sheet."
            raise TsampaError(
                "sheet-header-duplicate",
                f"two columns are named '{name}'",
                where=self.grid.name,
                remedy=remedy,
            )
        return found


def _converted(read: Callable[[Row], Outcome], convert: Converter) -> Callable[[Row], Outcome]:
    def look(row: Row) -> Outcome:
        cell, trouble = read(row)
        return (None, trouble) if trouble or cell is None else convert(cell)

    return look


def _headers(grid: Grid) -> dict[str, int]:
    """Positions by header (-1: named twice), also by the form Python gives a variable of that name."""
    found: dict[str, int] = {}
    for position, title in enumerate(grid.header):
        if title:
            found[title] = -1 if title in found else position
    return {unicodedata.normalize("NFKC", title): position for title, position in found.items()} | found


def plan_source(
    mapping: Mapping, source: Source, schema: Schema, grid: Grid, place: Place = ()
) -> SourcePlan:
    """The plan of a sheet. Raises TsampaError ``mapping-…`` naming the mapping's line, or ``sheet-header-duplicate``."""
    binder = _Binder(mapping, source, schema, grid, _headers(grid), place)
    plans: list[RecordPlan] = []
    for name in source.tables:
        table = _table(mapping, schema, name, (*place, "tables", name))
        for number, record in enumerate(source.records(name)):
            listed = isinstance(source.tables[name], list)
            at = (*place, "tables", name, *([number] if listed else []))
            plans += _plan_record(binder, table, record, at, len(plans))
    plans = _with_memberships(binder, plans)
    _share_presence(plans)
    plans.sort(key=lambda plan: (_FIRST.get(plan.table.name, 9), plan.order))
    levels = _plan_levels(binder) if source is mapping else []
    return SourcePlan(grid, source.row, plans, levels)


def plan_areas(mapping: Mapping, schema: Schema, grid: Grid) -> SourcePlan:
    """The plan of a file of areas."""
    areas = mapping.areas
    assert areas is not None
    record = Record(fields=areas.fields)
    source = Source(row="area", tables={"areas": record}, encoding=areas.encoding, delimiter=areas.delimiter)
    binder = _Binder(mapping, source, schema, grid, _headers(grid), ("areas",))
    return SourcePlan(grid, "area", _plan_record(binder, schema.by_name["areas"], record, ("areas",), 0))


def _table(mapping: Mapping, schema: Schema, name: str, place: Place) -> Table:
    if name not in schema.by_name:
        remedy = did_you_mean(name, schema.by_name)
        raise mapping.wrong("mapping-table-unknown", f"the programme has no table '{name}'", place, remedy)
    return schema.by_name[name]


def _plan_levels(binder: _Binder) -> list[LevelPlan]:
    mapping, areas = binder.mapping, binder.schema.by_name["areas"]
    given = mapping.areas.levels if mapping.areas else {}
    if given and tuple(given) != binder.schema.levels:
        remedy = f"Give {', '.join(binder.schema.levels)}, from the widest."
        raise mapping.wrong(
            "mapping-areas", "the levels are not the programme's", ("areas", "levels"), remedy
        )
    plans = []
    for level, spec in given.items():
        both = []
        for name in ("code", "name"):
            value = getattr(spec, name)
            one = Field(column=value) if isinstance(value, str) else value
            column = areas.by_name[name]
            place = ("areas", "levels", level, name)
            both.append(binder.getter(areas.columns.index(column), column, one, place, code=name == "code"))
        plans.append(LevelPlan(level, *both))
    return plans


def _plan_record(binder: _Binder, table: Table, record: Record, place: Place, order: int) -> list[RecordPlan]:
    _check_fields(binder, table, record, place)
    of_member = record.repeats or (binder.source.members and table.name in ("persons", "memberships"))
    numbers = range(1, binder.source.members + 1) if of_member else [0]
    return [_plan_one(binder, table, record, place, order + i, n) for i, n in enumerate(numbers)]


def _check_fields(binder: _Binder, table: Table, record: Record, place: Place) -> None:
    known = [*table.by_name, *(["identity"] if table.name == "persons" else [])]
    for name in record.fields:
        if name not in known:
            at = (*place, "fields", name)
            raise binder.mapping.wrong(
                "mapping-field-unknown", f"{table.name} has no column '{name}'", at, did_you_mean(name, known)
            )


def _per(binder: _Binder, table: Table, record: Record, member: int) -> str:
    if table.name == "households":
        return "household"
    if table.name in ("persons", "memberships") or member:
        return "person"
    return record.per or binder.source.row


def _plan_one(
    binder: _Binder, table: Table, record: Record, place: Place, order: int, member: int
) -> RecordPlan:
    per = _per(binder, table, record, member)
    targets = {link.column: link.table for link in table.links}
    plan = RecordPlan(table, binder.grid.name, per, order, member, [], [None] * len(table.columns), {})
    for index, column in enumerate(table.columns):
        one = record.field(column.name)
        if one is None:
            _fill(binder, plan, index, column, targets.get(column.name), place)
            continue
        code = column.name == table.key or column.name in targets
        at = (*place, "fields", column.name)
        if table.name == "areas" and column.name == "level":
            column = replace(column, type=replace(TEXT, choices=binder.schema.levels))
        getter = binder.getter(
            index, column, one.member(member), at, code=code, until=column.name == table.until
        )
        plan.getters.append(getter)
        if column.name in targets:
            plan.links.append((index, targets[column.name]))
    _plan_rest(binder, plan, record, place)
    return plan


def _plan_rest(binder: _Binder, plan: RecordPlan, record: Record, place: Place) -> None:
    identity = record.field("identity") if plan.table.name == "persons" else None
    if identity is not None:
        one, at = identity.member(plan.member), (*place, "fields", "identity")
        # the number itself is read raw: its own check says more than a converter could
        raw = binder.read(one, lambda cell: (cell, None), at)
        plan.identity = Getter(-1, _IDENTITY, one.column or "(identity)", raw, strict=False)
    if record.when is not None:
        plan.when = binder.expression(record.when.replace("{n}", str(plan.member)), (*place, "when"))
    if plan.member:
        plan.presence = _presence(binder, record, plan.member)


def _presence(binder: _Binder, record: Record, member: int) -> list[int]:
    fields = [one for name in record.fields if (one := record.field(name))]
    names = [one.member(member).column or "" for one in fields if one.column and "{n}" in one.column]
    return [binder.position(name, binder.place) for name in names]


def _share_presence(plans: list[RecordPlan]) -> None:
    """A member is there if any of its cells is filled, whichever table it is for."""
    of_member: dict[int, list[int]] = {}
    for plan in plans:
        of_member.setdefault(plan.member, []).extend(plan.presence)
    for plan in plans:
        plan.presence = sorted(set(of_member[plan.member]))


def _fill(
    binder: _Binder, plan: RecordPlan, index: int, column: Column, target: str | None, place: Place
) -> None:
    """A column the mapping leaves out: known from the row, from a default date, or unknown if it may be."""
    table = plan.table
    if column.name == table.key and table.name not in ("households", "areas"):
        plan.fill["key"] = index
    elif target == "households" and plan.per != "area":
        plan.fill["household"] = index
    elif target == "persons" and plan.per == "person":
        plan.fill["person"] = index
    elif (
        target == "areas"
        and plan.per != "area"
        and binder.source is binder.mapping
        and binder.mapping.areas
        and binder.mapping.areas.levels
    ):
        plan.fill["area"] = index
    elif column.name == table.since:
        plan.base[index] = _default_date(binder.mapping, table)
    elif column.required:
        remedy = f"Add '{column.name}:' with a column, an expression or a constant."
        raise binder.mapping.wrong(
            "mapping-field-missing", f"{table.name} needs '{column.name}'", place, remedy
        )


def _default_date(mapping: Mapping, table: Table) -> date:
    return min(mapping.dates.get(table.name, mapping.as_of), mapping.as_of)


def _with_memberships(binder: _Binder, plans: list[RecordPlan]) -> list[RecordPlan]:
    """Every person made from a row belongs to the row's household, whether or not the mapping says so."""
    have = {plan.member for plan in plans if plan.table.name == "memberships"}
    table = binder.schema.by_name["memberships"]
    missing = [plan for plan in plans if plan.table.name == "persons" and plan.member not in have]
    made = [
        replace(
            _plan_one(binder, table, Record(fields={}), binder.place, len(plans) + plan.member, plan.member),
            when=plan.when,
        )
        for plan in missing
    ]  # fmt: skip
    return [*plans, *made]
