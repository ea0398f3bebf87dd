"""Rows gathered into records: each row whole or not at all, households put together from the rows of their members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tsampa.errors import Problem
from tsampa.schema import Schema
from tsampa.sheets.cells import Cell, Trouble, show
from tsampa.sheets.identity import mask, read_identity
from tsampa.sheets.plan import Getter, RecordPlan, SourcePlan

__all__ = ["Entry", "Gathered", "gather_source"]

_STEP = 5000
Progress = Callable[[str, int, int], None]


class Entry(NamedTuple):
    """A record as one row gives it."""

    row: int
    plan: RecordPlan
    values: list[Any]


class Stay(NamedTuple):
    """Where a person is a member, and in which row that was read."""

    household: str | None
    since: date | None
    until: date | None
    row: int
    sheet: str

    def overlaps(self, other: Stay) -> bool:
        """Whether there is a day on which both hold."""
        return _before(self.since, other.until) and _before(other.since, self.until)


def _before(since: date | None, until: date | None) -> bool:
    return since is None or until is None or since < until


@dataclass(slots=True)
class Gathered:
    """All that was read so far. ``groups`` holds, by table and key, the entries that make one record together."""

    schema: Schema
    as_of: date
    groups: dict[str, dict[Any, list[Entry]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)
    members: Counter[str] = field(default_factory=Counter)
    lost_rows: dict[str, list[int]] = field(default_factory=dict)
    """Rejected rows by the household they named: the household stands, with fewer people than the sheet says."""

    def __post_init__(self) -> None:
        for table in self.schema.tables:
            self.groups.setdefault(table.name, {})


@dataclass(slots=True)
class _Staged:
    """A row while it is being read; nothing of it is kept if it is rejected."""

    row: int
    sheet: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: bool = False
    household: str | None = None
    area: str | None = None
    areas: list[list[Any]] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)
    stays: list[tuple[str, Stay]] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)

    @property
    def only_twice(self) -> bool:
        """Whether the row says nothing but what another said: without it the household lacks nobody."""
        return {one.code for one in self.problems if one.effect == "row_rejected"} == {"person-duplicate"}

    def report(self, trouble: Trouble, column: str, effect: str) -> None:
        self.problems.append(Problem(*trouble, self.sheet, self.row, column, effect))
        self.rejected = self.rejected or effect == "row_rejected"


def gather_source(gathered: Gathered, plan: SourcePlan, progress: Progress | None, stage: str) -> int:
    """Takes every row of the sheet; returns how many were good. What was wrong is in ``gathered.problems``."""
    kept = 0
    total = len(plan.grid.rows)
    gathered.problems += plan.grid.problems
    for done, (number, cells) in enumerate(plan.grid.rows):
        if progress and done % _STEP == 0:
            progress(stage, done, total)
        staged = _stage(gathered, plan, number, cells)
        gathered.problems += staged.problems
        if not staged.rejected:
            _keep(gathered, plan, staged)
            kept += 1
        elif staged.household is not None and not staged.only_twice:
            gathered.lost_rows.setdefault(staged.household, []).append(number)
    if progress:
        progress(stage, total, total)
    return kept


def _stage(gathered: Gathered, plan: SourcePlan, number: int, cells: list[Cell]) -> _Staged:
    staged = _Staged(number, plan.grid.name)
    if plan.levels:
        _stage_areas(plan, staged, cells)
    for record in plan.records:
        if record.presence and all(cells[position] is None for position in record.presence):
            continue
        if record.when is not None and not _holds(record, staged, cells):
            continue
        values = _read(record, staged, cells)
        if record.table.name == "households" or (
            staged.household is None and record.table.name == "memberships"
        ):
            _name_household(record, staged, values)
        if record.identity is not None:
            _identify(gathered, record, staged, values, cells)
        staged.entries.append(Entry(number, record, values))
    if not staged.rejected:
        _check_keys(gathered, plan, staged)
    if not staged.rejected:
        _check_people(gathered, staged)
    return staged


def _holds(record: RecordPlan, staged: _Staged, cells: list[Cell]) -> bool:
    assert record.when is not None
    value, trouble = record.when(cells)
    shown = f"({record.table.name})"
    if trouble:
        staged.report(trouble, shown, "noted")
    elif value is None:
        remedy = "Fill the cells the condition reads, or write known(…) in the mapping."
        staged.report(
            Trouble(
                "condition-unknown",
                f"whether to make a record of {record.table.name} is unknown; none was made",
                remedy,
            ),
            shown,
            "noted",
        )
    elif value not in ("true", "false"):
        staged.report(
            Trouble("expression-failed", "the condition is neither true nor false", "Write a comparison."),
            shown,
            "noted",
        )
    return bool(value == "true")


def _read(record: RecordPlan, staged: _Staged, cells: list[Cell]) -> list[Any]:
    values = record.base.copy()
    for getter in record.getters:
        value, trouble = getter.read(cells)
        if trouble is not None:
            staged.report(trouble, getter.shown, "row_rejected" if getter.strict else "value_unknown")
        elif value is None:
            if getter.column.required:
                _missing(staged, getter)
        else:
            values[getter.index] = value
    return values


def _missing(staged: _Staged, getter: Getter) -> None:
    trouble = Trouble("value-missing", f"{getter.column.label.en} is missing and cannot be", "Fill the cell.")
    staged.report(trouble, getter.shown, "row_rejected")


def _stage_areas(plan: SourcePlan, staged: _Staged, cells: list[Cell]) -> None:
    above = None
    for level in plan.levels:
        both = []
        for getter in (level.code, level.name):
            value, trouble = getter.read(cells)
            if trouble is not None:
                staged.report(trouble, getter.shown, "row_rejected")
            elif value is None:
                _missing(staged, getter)
            both.append(value)
        staged.areas.append([*both, level.level, above])
        above = both[0]
    staged.area = above


def _name_household(record: RecordPlan, staged: _Staged, values: list[Any]) -> None:
    name = record.table.key if record.table.name == "households" else "household"
    staged.household = values[record.at[name]]


def _identify(
    gathered: Gathered, record: RecordPlan, staged: _Staged, values: list[Any], cells: list[Cell]
) -> None:
    """Checks the number, compares it with date of birth and sex, fills them where blank, and finds people twice."""
    getter = record.identity
    assert getter is not None
    cell, failed = getter.read(cells)
    identity, trouble = (None, failed) if failed else read_identity(cell, gathered.as_of)
    if trouble is not None:
        staged.report(trouble, getter.shown, "noted" if identity else "value_unknown")
    if identity is None:
        return
    spoilt = {problem.column for problem in staged.problems}
    for name in ("birth_date", "sex"):
        index, says = record.at[name], getattr(identity, name)
        if values[index] is None and record.shown(index) not in spoilt:
            values[index] = says
        elif values[index] not in (None, says):
            message = f"{name} is {values[index]} and {mask(identity.number)} says otherwise"
            values[index] = None
            staged.report(
                Trouble("identity-disagrees", message, "Compare both with the identity card."),
                record.shown(index),
                "value_unknown",
            )
    staged.numbers[record.member] = identity.number


def _check_keys(gathered: Gathered, plan: SourcePlan, staged: _Staged) -> None:
    for entry in staged.entries:
        table, key = entry.plan.table, entry.plan.at[entry.plan.table.key]
        given = entry.values[key]
        merges = table.name == "persons" or (table.name == "households" and plan.row == "person")
        if given is not None and not merges and given in gathered.groups[table.name]:
            first = gathered.groups[table.name][given][0].row
            message = f"{table.entity} {show(given)} stands in row {first} already"
            trouble = Trouble(
                f"{table.entity}-duplicate", message, "Remove one of the rows, or correct the code."
            )
            staged.report(trouble, entry.plan.shown(key), "row_rejected")
        for index, target in entry.plan.links:
            _check_link(gathered, plan, staged, entry, index, target)


def _check_link(
    gathered: Gathered, plan: SourcePlan, staged: _Staged, entry: Entry, index: int, target: str
) -> None:
    """Areas are all known when rows are read; households and persons only once the main sheet was read."""
    wanted = entry.values[index]
    if wanted is None or (target != "areas" and plan.records and _makes(plan, target)):
        return
    if target == "areas" and (wanted == staged.area or _is_home(gathered, wanted, entry.plan.table.name)):
        return
    if target != "areas" and wanted in gathered.groups[target]:
        return
    noun = gathered.schema.by_name[target].entity
    required = entry.plan.table.columns[index].required
    if not required:
        entry.values[index] = None
    message = f"{noun} {show(wanted)} is not in the register"
    trouble = Trouble(f"{noun}-unknown", message, f"Correct the code, or add the {noun}.")
    staged.report(trouble, entry.plan.shown(index), "row_rejected" if required else "value_unknown")


def _makes(plan: SourcePlan, target: str) -> bool:
    return any(record.table.name == target for record in plan.records)


def _is_home(gathered: Gathered, code: str, table: str) -> bool:
    """Households live in areas of the lowest level; a pool may belong to any."""
    found = gathered.groups["areas"].get(code)
    level = found[0].values[found[0].plan.at["level"]] if found else None
    return bool(found) and (table != "households" or level == gathered.schema.home_level)


def _check_people(gathered: Gathered, staged: _Staged) -> None:
    """Gives people their codes and refuses a row that would put one person in two places at once."""
    count = gathered.members[staged.household or ""]
    dates = {
        entry.plan.member: _dates(entry) for entry in staged.entries if entry.plan.table.name == "memberships"
    }
    for entry in staged.entries:
        if entry.plan.table.name != "persons":
            continue
        key, member = entry.plan.at[entry.plan.table.key], entry.plan.member
        number = staged.numbers.get(member)
        known = None if number is None else gathered.identities.get(number) or staged.identities.get(number)
        count += 1
        code = entry.values[key] or known or f"{staged.household}-person-{count}"
        entry.values[key] = staged.people[member] = code
        if number is not None:
            _check_number(staged, entry, number, known or code)
            staged.identities[number] = code
        stay = Stay(staged.household, *dates.get(member, (None, None)), staged.row, staged.sheet)
        here = [one for other, one in staged.stays if other == code]
        _check_stays(staged, entry, code, stay, [*gathered.stays.get(code, ()), *here])
        staged.stays.append((code, stay))


def _check_number(staged: _Staged, entry: Entry, number: str, known: str) -> None:
    if known == entry.values[entry.plan.at[entry.plan.table.key]]:
        return
    message = f"{mask(number)} is already the number of person {show(known)}"
    trouble = Trouble("identity-duplicate", message, "Correct the number, or remove one of the rows.")
    staged.report(trouble, entry.plan.identity.shown if entry.plan.identity else "", "row_rejected")


def _dates(entry: Entry) -> tuple[date | None, date | None]:
    return entry.values[entry.plan.at["since"]], entry.values[entry.plan.at["until"]]


def _check_stays(staged: _Staged, entry: Entry, code: str, stay: Stay, others: Sequence[Stay]) -> None:
    clash = next((other for other in others if other.overlaps(stay)), None)
    if clash is None:
        return
    column = entry.plan.shown(entry.plan.at[entry.plan.table.key]) or (
        entry.plan.identity.shown if entry.plan.identity else ""
    )
    if clash.household == stay.household:
        trouble = Trouble(
            "person-duplicate",
            f"person {show(code)} stands in row {clash.row} already",
            "Remove one of the rows, or correct the code.",
        )
    else:
        trouble = Trouble(
            "person-in-two-households",
            f"person {show(code)} is in household {show(clash.household)} (row {clash.row}) at the same time",
            "Remove the person from one household, or give the dates of each membership.",
        )
    staged.report(trouble, column, "row_rejected")


def _keep(gathered: Gathered, plan: SourcePlan, staged: _Staged) -> None:
    for code, stay in staged.stays:
        gathered.stays.setdefault(code, []).append(stay)
    gathered.identities.update(staged.identities)
    if staged.household is not None:
        gathered.members[staged.household] += len(staged.people)
    _keep_areas(gathered, plan, staged)
    for entry in staged.entries:
        _fill(entry, staged)
        gathered.groups[entry.plan.table.name].setdefault(_group(entry, staged, plan), []).append(entry)


def _keep_areas(gathered: Gathered, plan: SourcePlan, staged: _Staged) -> None:
    areas = gathered.groups["areas"]
    for level, said in zip(plan.levels, staged.areas, strict=bool(plan.levels)):
        known = areas.setdefault(said[0], [])
        values = _area_values(gathered, said)
        if all(values != entry.values for entry in known):
            record = known[0].plan if known else _area_record(gathered, level.name, plan.grid.name)
            known.append(Entry(staged.row, record, values))


def _area_values(gathered: Gathered, said: list[Any]) -> list[Any]:
    """Code, name, level and the area above in the order of the table; a programme's own columns stay unknown."""
    given = dict(zip(("code", "name", "level", "parent"), said, strict=True))
    return [given.get(column.name) for column in gathered.schema.by_name["areas"].columns]


def _area_record(gathered: Gathered, name: Getter, sheet: str) -> RecordPlan:
    table = gathered.schema.by_name["areas"]
    return RecordPlan(table, sheet, "area", 0, 0, [name], [None] * len(table.columns), {})


def _fill(entry: Entry, staged: _Staged) -> None:
    known = {
        "household": staged.household,
        "person": staged.people.get(entry.plan.member),
        "area": staged.area,
    }
    for what, index in entry.plan.fill.items():
        if what != "key":
            entry.values[index] = known[what]


def _group(entry: Entry, staged: _Staged, plan: SourcePlan) -> Any:
    """What entries share that make one record: their code, their household, or nothing."""
    given = entry.values[entry.plan.at[entry.plan.table.key]]
    if given is not None:
        return given
    if entry.plan.per == "household" and plan.row == "person":
        return entry.plan.sheet, entry.plan.order, staged.household
    return entry.plan.sheet, entry.row, entry.plan.order
