"""Where planned rows stand: the areas that a sheet is about, so that nobody writes beyond those that are theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from tsampa.office.intake.cells import Row
from tsampa.office.intake.households import Households
from tsampa.office.intake.plan import Plan, Planned, Values
from tsampa.office.register.models import Household, Membership
from tsampa.schema import Table

__all__ = ["NOWHERE", "areas_planned", "refuse_outside", "refuse_rows_outside"]

NOWHERE = ""
"""Stands for what is of no area: only who works for the whole register writes it."""
_CHUNK = 10_000


class Whereabouts:
    """The areas of planned rows, as they stand and as they will; households and persons are looked up all at once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._columns: dict[str, dict[str, list[str]]] = {
            table.name: _by_target(table) for table in plan.known.schema.tables
        }
        told, persons = set[str](), set[str]()
        for one in plan:
            if one.table == "households":
                told.add(one.code)
            elif homes := self._linked(one, "households"):
                told |= homes
            else:
                persons |= self._linked(one, "persons")
        self._homes = _homes(persons)
        self._villages = _villages(told | set(self._homes.values()))
        self._standing: dict[str, set[str]] = {}

    def of(self, one: Planned) -> set[str]:
        """The areas of this row; ``NOWHERE`` among them where it is of none. Who moves an area needs the one it comes under."""
        if one.table == "areas":
            above = one.after.get("parent") if one.stood else None
            return {self._area(one), above} if above else {self._area(one)}
        if one.table == "households":
            found = {self._villages.get(one.code), one.after.get("area")} - {None}
        elif homes := self._linked(one, "households"):
            found = {place for code in homes for place in self._village(code)}
        elif persons := self._linked(one, "persons"):
            found = {place for code in persons for place in self._of_person(code)}
        else:
            found = set(self._linked(one, "areas"))
        return {place or NOWHERE for place in found} or {NOWHERE}

    def _area(self, one: Planned) -> str:
        """The area itself; of a new one the nearest above it that stands."""
        at, passed = one.code, set[str]()
        while at not in self._plan.known.rows["areas"] and at not in passed:
            passed.add(at)
            at = (self._plan.now("areas", at) or {}).get("parent") or NOWHERE
        return NOWHERE if at in passed else at

    def _linked(self, one: Planned, target: str) -> set[str]:
        """The rows of a table that this row leads to, or led to."""
        if one.table == "persons" and target == "persons":
            return {one.code}
        columns = self._columns[one.table].get(target)
        if not columns:
            return set()
        stands: Values = self._plan.known.rows[one.table].get(one.code, {}) if one.stood else {}
        return {code for name in columns for told in (stands, one.after) if (code := told.get(name))}

    def _village(self, code: str) -> set[str]:
        """Where a household stands, and will."""
        if code not in self._standing:
            planned = self._plan.now("households", code) or {}
            self._standing[code] = {
                place for place in (self._villages.get(code), planned.get("area")) if place
            }
        return self._standing[code]

    def _of_person(self, code: str) -> set[str]:
        joined = {one.after.get("household") for one in self._joins.get(code, ())} | {self._homes.get(code)}
        return {place for home in joined if home for place in self._village(home)}

    @cached_property
    def _joins(self) -> dict[str, list[Planned]]:
        found: dict[str, list[Planned]] = defaultdict(list)
        for one in self._plan.planned("memberships"):
            for person in self._linked(one, "persons"):
                found[person].append(one)
        return found


def _by_target(table: Table) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in table.links:
        found.setdefault(link.table, []).append(link.column)
    return found


def _homes(persons: set[str]) -> dict[str, str]:
    """The household each person is of, or was of last."""
    found: dict[str, str] = {}
    for chunk in _chunks(persons):
        rows = Membership.objects.filter(person__in=chunk).order_by("since", "pk")
        found |= dict(rows.exclude(until=None).values_list("person", "household"))
        found |= dict(rows.filter(until=None).values_list("person", "household"))
    return found


def _villages(households: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in _chunks(households):
        found |= dict(Household.objects.filter(code__in=chunk).values_list("code", "area"))
    return found


def _chunks(codes: Iterable[str]) -> Iterable[list[str]]:
    ordered = sorted(codes)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))


def areas_planned(plan: Plan) -> set[str]:
    """All areas that what is planned is about."""
    where = Whereabouts(plan)
    return {place for one in plan if one.kind != "unchanged" for place in where.of(one)}


def refuse_rows_outside(
    households: Households, homes: list[Row], people: list[Row], areas: frozenset[str]
) -> None:
    """Rejects rows of households, and of their members, in other areas, before anybody is compared with them."""
    for row in homes:
        said = row.values.get("code") or ""
        places = {row.values.get("area"), households.standing(said)} - {None}
        if not row.bad and not places <= areas:
            _refuse(row, "area")
    for row in people:
        place = households.village(row.values.get("household") or "")
        if not row.bad and place is not None and place not in areas:
            _refuse(row, "household")


def refuse_outside(plan: Plan, areas: frozenset[str]) -> None:
    """Takes back what is planned in other areas, each row with its reason, and what would lead to it."""
    where = Whereabouts(plan)
    wrong = [one for one in plan if not where.of(one) <= areas]
    for row in _rows(wrong):
        if not row.bad:
            _refuse(row, "area" if "area" in row.sheet.by_name else "household")
        plan.drop(row)
    while wrong and (wrong := [one for one in plan if _leads_nowhere(plan, one)]):
        for row in _rows(wrong):
            row.reject(
                "link-unknown", "the row that this one leads to is not taken", "Correct that row first."
            )
            plan.drop(row)


def _rows(planned: Iterable[Planned]) -> list[Row]:
    return list({id(one.row): one.row for one in planned if one.row is not None}.values())


def _leads_nowhere(plan: Plan, one: Planned) -> bool:
    links = plan.known.schema.by_name[one.table].links
    told = ((link.table, one.after.get(link.column)) for link in links)
    return any(code and target != "areas" and not _is_there(plan, target, code) for target, code in told)


def _is_there(plan: Plan, target: str, code: str) -> bool:
    # A code of the register that was read for its owner only is there too: what is missing is what was taken back.
    return plan.has(target, code) or (target, code) not in plan.dropped


def _refuse(row: Row, column: str) -> None:
    row.reject(
        "intake-outside-area", "the row is about an area that is not yours",
        "Leave it to who keeps that area's register, or have your areas widened.", column,
    )  # fmt: skip
