"""Every other sheet: incomes, checks, statuses and a programme's own tables, each row tied to its household, person or area."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import Any

from tsampa.office.intake.cells import Row
from tsampa.office.intake.households import Households
from tsampa.office.intake.layout import Sheet
from tsampa.office.intake.persons import Persons
from tsampa.office.intake.places import Places
from tsampa.office.intake.plan import Known, Plan
from tsampa.office.intake.spans import FOREVER, colliding, ends_before_it_begins
from tsampa.office.register.codes import Codes
from tsampa.office.register.identity import identity_hash
from tsampa.schema import Kind, Table
from tsampa.sheets.identity import holds_identity

__all__ = ["plan_facts"]

Values = dict[str, Any]

_SAME = {
    "incomes": ("household", "person", "source", "activity", "accounting_year"),
    "checks": ("household", "person", "guarantee", "date"),
    "statuses": ("household", "since"),
    "pools": ("area", "name", "year"),
    "land_parcels": ("household", "kind", "since"),
    "poverty_drivers": ("household", "driver", "since"),
}
"""What tells rows without a code apart. Of a programme's own table: its links and its required columns but amounts."""

_FIT = ("statuses", "poverty_drivers")
"""Tables whose rows of a household must fit together."""


class Others:
    """What a fact may lead to: the rows of the workbook and the register that its cells can name."""

    def __init__(
        self, plan: Plan, known: Known, places: Places, households: Households, persons: Persons
    ) -> None:
        self.plan, self.known, self.places, self.households, self.persons = (
            plan,
            known,
            places,
            households,
            persons,
        )

    def resolve(self, row: Row, target: str, column: str) -> None:
        """Puts the code of what the cell names in its place, or rejects the row."""
        said = row.values.get(column)
        if said is None:
            return
        if target == "households":
            row.values[column] = self.households.find(row, said)
        elif target == "persons":
            number = said.upper() if holds_identity(said.upper()) else ""
            row.values[column] = self.persons.find(row, said, identity_hash(number) if number else None)
        elif target == "areas":
            row.values[column] = self.places.find(said)
            if row.values[column] is None:
                row.reject("area-unknown", f"no area '{said}' in the register", "Write its code.", column)
        elif not self.plan.has(target, said):
            row.reject(
                "link-unknown",
                f"no row '{said}' in the register or this workbook",
                "Correct the code, or add that row.",
                column,
            )


def plan_facts(others: Others, sheet: Sheet, rows: list[Row]) -> None:
    """Plans the rows of one table; those that cannot be are rejected with their reasons."""
    table = sheet.table
    for row in rows:
        for link in table.links:
            if not row.bad:
                others.resolve(row, link.table, link.column)
    rows = [row for row in rows if not row.bad and not row.waiting]
    _read_standing(others.known, table, rows)
    _give_codes(others, table, rows)
    good = [row for row in rows if not row.bad and _complete(others.plan, table, row)]
    for row in good:
        others.plan.put(table.name, row.code, {**row.values, table.key: row.code}, row)
    if table.name == "statuses":
        _follow(others, table, good)
    elif table.name == "poverty_drivers":
        _one_main(others, good)


def _owner(table: Table) -> str:
    """The column by which the register's rows are found: the household, else the person, else the area."""
    columns = {link.table: link.column for link in reversed(table.links)}
    return columns.get("households") or columns.get("persons") or columns.get("areas") or ""


def _read_standing(known: Known, table: Table, rows: list[Row]) -> None:
    """The rows that are named; of the owners of others, and where rows must fit together, all rows."""
    by = _owner(table)
    known.read(table.name, [row.values[table.key] for row in rows if row.values.get(table.key)])
    if by:
        told = rows if table.name in _FIT else [row for row in rows if not row.values.get(table.key)]
        known.read(table.name, {row.values[by] for row in told if row.values.get(by)}, by=by)


def _give_codes(others: Others, table: Table, rows: list[Row]) -> None:
    """A row without a code means the row of the register that says the same where it counts, or a new one."""
    _find_codes(others, table, [row for row in rows if not row.values.get(table.key)], rows)
    seen: dict[str, Row] = {}
    for row in rows:
        code = row.values.get(table.key) or row.code
        if code in seen:
            row.reject(
                "row-twice",
                f"the row says again what row {seen[code].number} says",
                "Leave one of them.",
                table.key,
            )
        else:
            seen[code], row.code = row, code


def _find_codes(others: Others, table: Table, nameless: list[Row], rows: list[Row]) -> None:
    if not nameless:
        return
    same, by = _same(table), _owner(table)
    standing: dict[tuple[Any, ...], str] = {}
    owners = {str(row.values[by]) for row in nameless if row.values.get(by) is not None} if by else set()
    for owner in owners:
        for one in others.known.of(table.name, by, owner):
            standing.setdefault(tuple(one.get(name) for name in same), one[table.key])
    codes = Codes(table.name, owners or {table.name})
    for row in rows:
        if row.values.get(table.key):
            codes.take(row.values[table.key])
    for row in nameless:
        key = tuple(row.values.get(name) for name in same)
        code = standing.get(key)
        if code is None:
            code = standing[key] = codes.give(str(row.values.get(by) or table.name) if by else table.name)
        row.code = code


def _same(table: Table) -> tuple[str, ...]:
    if table.name in _SAME:
        return _SAME[table.name]
    links = [link.column for link in table.links]
    told = [
        one.name for one in table.columns
        if one.required and one.name != table.key and not (one.type.kind is Kind.NUMBER and one.type.unit.currency)
    ]  # fmt: skip
    return tuple(dict.fromkeys([*links, *told]))


def _complete(plan: Plan, table: Table, row: Row) -> bool:
    stands = plan.known.rows[table.name].get(row.code, {})
    whole = {**stands, **row.values, table.key: row.code}
    missing = next((one for one in table.columns if one.required and whole.get(one.name) is None), None)
    if missing is not None:
        row.reject(
            "value-missing", "the cell is empty, and the row needs it", "Fill in the cell.", missing.name
        )
    elif (
        table.since
        and table.until
        and ends_before_it_begins({"since": whole.get(table.since), "until": whole.get(table.until)})
    ):
        row.reject(
            "until-before-since", "the row ends before it begins", "Correct one of the days.", table.until
        )
    return not row.bad


def _by_household(others: Others, table: str, rows: list[Row]) -> dict[str, list[str]]:
    """The codes of all rows of the households that these rows are of, as they will stand."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        now = others.plan.now(table, row.code)
        if now is not None:
            home = now["household"]
            found[home] |= dict.fromkeys(one["code"] for one in others.known.of(table, "household", home))
            found[home][row.code] = None
    return {home: list(codes) for home, codes in found.items()}


def _follow(others: Others, table: Table, rows: list[Row]) -> None:
    """A status ends where the household's next one begins, monitoring apart; what still overlaps is rejected."""
    plan, sources = others.plan, {row.code: row for row in rows}
    for codes in _by_household(others, table.name, rows).values():
        for alike in _standings_and_monitorings(plan, codes):
            for code in alike:
                if code in sources:
                    _end_former(plan, alike, code, sources[code])
            for code in colliding(one for one in (plan.now("statuses", each) for each in alike) if one):
                if code in sources:
                    sources[code].reject(
                        "status-overlaps",
                        "the household has another status at that time",
                        "Correct the days.",
                        "since",
                    )
                    plan.drop(sources[code])


def _standings_and_monitorings(plan: Plan, codes: list[str]) -> tuple[list[str], list[str]]:
    """A household may be monitored beside its standing, but each of the two is one at a time."""
    parts: tuple[list[str], list[str]] = [], []
    for code in codes:
        parts[(plan.now("statuses", code) or {}).get("status") == "monitored"].append(code)
    return parts


def _end_former(plan: Plan, codes: list[str], code: str, row: Row) -> None:
    begun = (plan.now("statuses", code) or {}).get("since", "")
    for other in codes:
        found = plan.now("statuses", other)
        if found and other != code and not found.get("until") and found["since"] < begun:
            plan.put("statuses", other, {"until": begun}, row)


def _one_main(others: Others, rows: list[Row]) -> None:
    sources = {row.code: row for row in rows}
    for codes in _by_household(others, "poverty_drivers", rows).values():
        main = [
            one
            for one in (others.plan.now("poverty_drivers", code) for code in codes)
            if one and one.get("main")
        ]
        for first, second in combinations(main, 2):
            if first["since"] < (second.get("until") or FOREVER) and second["since"] < (
                first.get("until") or FOREVER
            ):
                for one in (first, second):
                    row = sources.get(one["code"])
                    if row is not None and not row.bad:
                        row.reject(
                            "two-main-drivers",
                            "the household would have two main drivers at once",
                            "Leave one main driver.",
                            "main",
                        )
                        others.plan.drop(row)
