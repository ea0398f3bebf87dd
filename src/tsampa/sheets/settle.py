"""After the last row: what several rows say of one record is compared, households are looked at whole, codes given."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import arro3.core as arro

from tsampa.errors import Problem
from tsampa.schema import Column, Kind, Table
from tsampa.sheets.cells import show
from tsampa.sheets.convert import say
from tsampa.sheets.gather import Entry, Gathered

__all__ = ["settle"]

_EPOCH = date(1970, 1, 1).toordinal()
_OWNERS = ("household", "person", "area")
_MOST_ROWS = 6
_TYPES = {Kind.BOOL: arro.DataType.bool, Kind.NUMBER: arro.DataType.int64, Kind.TEXT: arro.DataType.utf8}


def settle(gathered: Gathered) -> dict[str, arro.Table]:
    """The tables in storage form; what was found on the way is added to ``gathered.problems``."""
    settled = {
        table.name: [_merge(gathered, entries) for entries in gathered.groups[table.name].values()]
        for table in gathered.schema.tables
    }
    _check_late_links(gathered, settled)
    _check_parents(gathered, settled["areas"])
    _check_heads(gathered, settled["memberships"])
    _check_households(gathered, settled)
    return {
        table.name: _arrow(table, _with_codes(table, settled[table.name])) for table in gathered.schema.tables
    }


def _merge(gathered: Gathered, entries: list[Entry]) -> Entry:
    first = entries[0]
    if len(entries) == 1:
        return first
    values = list(first.values)
    for index, column in enumerate(first.plan.table.columns):
        said = {entry.values[index] for entry in entries}
        said.discard(None)
        if len(said) == 1:
            values[index] = said.pop()
        elif said:
            # areas and required columns cannot be unknown: the first row is believed, and said so
            kept = column.required or first.plan.table.name == "areas"
            values[index] = first.values[index] if kept and first.values[index] is not None else None
            gathered.problems.append(_conflict(entries, index, column, kept=kept))
    return Entry(first.row, first.plan, values)


def _conflict(entries: list[Entry], index: int, column: Column, *, kept: bool) -> Problem:
    rows: dict[Any, list[int]] = {}
    for entry in entries:
        if entry.values[index] is not None:
            rows.setdefault(entry.values[index], []).append(entry.row)
    plan = entries[0].plan
    shown = plan.shown(index) or column.name
    said = " and ".join(f"{say(column, value)} in {_rows(numbers)}" for value, numbers in rows.items())
    owner = _owner_text(entries[0])
    taken = "; the first is kept" if kept else "; it is taken as unknown"
    last = max(numbers[0] for numbers in rows.values())
    message = f"{owner}: {column.label.en} is {said}{taken}"
    return Problem(
        "conflicting-values",
        message,
        "Find out which is right and write it in every row.",
        plan.sheet,
        last,
        shown,
        "noted" if kept else "value_unknown",
    )


def _owner_text(entry: Entry) -> str:
    table = entry.plan.table
    names = [column.name for column in table.columns]
    if entry.values[names.index(table.key)] is not None:
        return f"{table.entity} {show(entry.values[names.index(table.key)])}"
    owner = next(
        (name for name in _OWNERS if name in names and entry.values[names.index(name)] is not None), table.key
    )
    return f"{table.entity} of {owner} {show(entry.values[names.index(owner)])}"


def _rows(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = f" and {len(numbers) - _MOST_ROWS} more" if len(numbers) > _MOST_ROWS else ""
    return f"rows {', '.join(map(str, numbers[:_MOST_ROWS]))}{more}"


def _check_late_links(gathered: Gathered, settled: dict[str, list[Entry]]) -> None:
    """Links within the main sheet may point to later rows, so they are looked at last."""
    codes = {
        name: {entry.values[entry.plan.at[entry.plan.table.key]] for entry in settled[name]}
        for name in ("households", "persons")
    }
    for name, entries in settled.items():
        kept = [entry for entry in entries if _links_hold(gathered, entry, codes)]
        if len(kept) < len(entries):
            settled[name] = kept


def _links_hold(gathered: Gathered, entry: Entry, codes: dict[str, set[Any]]) -> bool:
    holds = True
    for index, target in entry.plan.links:
        wanted = entry.values[index]
        if wanted is None or target not in codes or wanted in codes[target]:
            continue
        noun, required = gathered.schema.by_name[target].entity, entry.plan.table.columns[index].required
        entry.values[index] = None
        holds = holds and not required
        message = f"{noun} {show(wanted)} is not in the register" + (
            f"; the {entry.plan.table.entity} is not kept" if required else ""
        )
        remedy = f"Correct the code, or add the {noun}."
        gathered.problems.append(
            Problem(
                f"{noun}-unknown",
                message,
                remedy,
                entry.plan.sheet,
                entry.row,
                entry.plan.shown(index),
                "value_unknown",
            )
        )
    return holds


def _check_parents(gathered: Gathered, areas: list[Entry]) -> None:
    codes = {entry.values[entry.plan.at["code"]] for entry in areas}
    for entry in areas:
        index = entry.plan.at["parent"]
        if entry.values[index] is not None and entry.values[index] not in codes:
            message = f"the area above, {show(entry.values[index])}, is not in the register"
            entry.values[index] = None
            gathered.problems.append(
                Problem(
                    "area-unknown",
                    message,
                    "Add the area above, or correct its code.",
                    entry.plan.sheet,
                    entry.row,
                    "parent",
                    "value_unknown",
                )
            )


def _check_heads(gathered: Gathered, memberships: list[Entry]) -> None:
    """One head a household. Only looked at where the mapping says who is the head."""
    homes: dict[Any, list[Entry]] = {}
    names = [column.name for column in gathered.schema.by_name["memberships"].columns]
    where, relation, until = names.index("household"), names.index("relationship"), names.index("until")
    for entry in memberships:
        if entry.values[until] is None or entry.values[until] > gathered.as_of:
            homes.setdefault(entry.values[where], []).append(entry)
    for household, members in homes.items():
        if not any(getter.index == relation for entry in members for getter in entry.plan.getters):
            continue
        heads = [entry for entry in members if entry.values[relation] == "head"]
        if not heads:
            first = members[0]
            gathered.problems.append(
                Problem(
                    "household-no-head",
                    f"household {show(household)} has no head",
                    "Say who is the head, if there is one.",
                    first.plan.sheet,
                    first.row,
                    first.plan.shown(relation),
                    "noted",
                )
            )
        for entry in heads[1:]:
            entry.values[relation] = None
            message = f"household {show(household)} has a head in row {heads[0].row} already; this one's relationship is taken as unknown"
            gathered.problems.append(
                Problem(
                    "household-two-heads",
                    message,
                    "Say which of them is the head.",
                    entry.plan.sheet,
                    entry.row,
                    entry.plan.shown(relation),
                    "value_unknown",
                )
            )


def _check_households(gathered: Gathered, settled: dict[str, list[Entry]]) -> None:
    index = [column.name for column in gathered.schema.by_name["memberships"].columns].index("household")
    inhabited = {entry.values[index] for entry in settled["memberships"]}
    for entry in settled["households"]:
        code = entry.values[entry.plan.at[entry.plan.table.key]]
        if code in gathered.lost_rows:
            message = f"household {show(code)} is kept without {_rows(gathered.lost_rows[code])}, rejected"
            gathered.problems.append(
                Problem(
                    "household-incomplete",
                    message,
                    "Mend the rejected rows and import again.",
                    entry.plan.sheet,
                    entry.row,
                )
            )
        if code not in inhabited:
            message = f"household {show(code)} has no members"
            gathered.problems.append(
                Problem("household-no-members", message, "Add its members.", entry.plan.sheet, entry.row)
            )


def _with_codes(table: Table, entries: list[Entry]) -> list[list[Any]]:
    """Records without a code of their own get their owner's, the kind and a number: ``H01-income-2``."""
    names = [column.name for column in table.columns]
    key, owners = names.index(table.key), [names.index(name) for name in _OWNERS if name in names]
    counts: Counter[Any] = Counter()
    taken = {entry.values[key] for entry in entries}
    for entry in entries:
        if entry.values[key] is not None:
            continue
        owner = next((entry.values[index] for index in owners if entry.values[index] is not None), "all")
        while True:
            counts[owner] += 1
            code = f"{owner}-{table.entity}-{counts[owner]}"
            if code not in taken:
                break
        entry.values[key] = code
    return [entry.values for entry in entries]


def _arrow(table: Table, rows: list[list[Any]]) -> arro.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    return arro.Table.from_pydict(
        {column.name: _array(column, cells) for column, cells in zip(table.columns, columns, strict=True)}
    )


def _array(column: Column, cells: tuple[Any, ...]) -> arro.Array:
    if column.type.kind is Kind.DATE:
        days = [None if day is None else day.toordinal() - _EPOCH for day in cells]
        return arro.Array(days, type=arro.DataType.int32()).cast(arro.DataType.date32())
    return arro.Array(list(cells), type=_TYPES[column.type.kind]())
