"""All sheets of a workbook together: from rows to a plan, each row that cannot be taken with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tsampa.office.intake.cells import Row
from tsampa.office.intake.facts import Others, plan_facts
from tsampa.office.intake.households import Households
from tsampa.office.intake.layout import Layout
from tsampa.office.intake.linking import Decided, Someone
from tsampa.office.intake.persons import Persons
from tsampa.office.intake.places import Places, plan_areas
from tsampa.office.intake.plan import Known, Plan
from tsampa.office.intake.whereabouts import refuse_outside, refuse_rows_outside
from tsampa.office.register.identity import identity_hash
from tsampa.office.register.models import Membership
from tsampa.sheets.identity import holds_identity

__all__ = ["check_rows"]

Progress = Callable[[str, int, int], None]
Rows = dict[str, list[Row]]


def check_rows(
    layout: Layout, rows: Rows, decided: Decided, progress: Progress | None = None, areas: frozenset[str] | None = None
) -> tuple[Plan, Persons]:  # fmt: skip
    """The plan of these rows, by table. Rows that cannot be taken are marked ``bad``, doubtful ones ``waiting``.

    ``areas`` are those that the sender may write about; None where that is everywhere.
    """
    tell = progress or (lambda stage, done, total: None)
    known = Known(layout.schema)
    plan = Plan(known)
    places = Places(known, plan)
    tell("checking", 0, 4)
    _read_named(known, layout, rows)
    plan_areas(plan, rows.get("areas", []), layout.schema)
    households = Households(plan, known, rows.get("households", []), places)
    persons = Persons(plan, known, rows.get("persons", []), households)
    if areas is not None:
        refuse_rows_outside(households, rows.get("households", []), rows.get("persons", []), areas)
    tell("checking", 1, 4)
    persons.match(decided, _everybody)
    households.settle(*persons.homes())
    persons.settle()
    tell("checking", 2, 4)
    persons.check_heads()
    tell("checking", 3, 4)
    others = Others(plan, known, places, households, persons)
    for sheet in layout.sheets:
        name = sheet.table.name
        if name not in ("areas", "households", "persons") and name in rows:
            plan_facts(others, sheet, rows[name])
    if areas is not None:
        refuse_outside(plan, areas)
    tell("checking", 4, 4)
    return plan, persons


def _read_named(known: Known, layout: Layout, rows: Rows) -> None:
    """Reads, in a handful of statements, the households and persons that the sheets speak of, and looks for what cells lead to."""
    people = rows.get("persons", [])
    hashes = set(_said(people, "identity_hash"))
    links: dict[str, set[str]] = {}
    for sheet in layout.sheets:
        for column in sheet.columns:
            if column.does == "link":
                links.setdefault(_target(sheet.table, column.name), set()).update(
                    _said(rows.get(sheet.table.name, []), column.name)
                )
    hashes |= {
        identity_hash(said.upper()) for said in links.get("persons", ()) if holds_identity(said.upper())
    }
    known.read("households", {*_said(rows.get("households", []), "code"), *_said(people, "household")})
    known.read("persons", _said(people, "code"))
    known.read("persons", hashes, by="identity_hash")
    for table, said in links.items():
        known.look(table, said)


def _target(table: Any, column: str) -> str:
    """The table that a link's column leads to; a person's household is the membership's."""
    return next((link.table for link in table.links if link.column == column), "households")


def _said(rows: Iterable[Row], column: str) -> Iterable[str]:
    return (row.values[column] for row in rows if row.values.get(column) is not None)


def _everybody() -> list[Someone]:
    """All persons of the register with the household they are of."""
    homes = {
        person: (household, village, relationship)
        for person, household, village, relationship in Membership.objects.filter(until=None)
        .values_list("person", "household", "household__area", "relationship")
        .iterator(10_000)
    }
    from tsampa.office.register.models import Person

    return [
        Someone(
            code, name, other or None, born.isoformat() if born else None, sex,
            homes.get(code, ("", None, ""))[1], homes.get(code, (None,))[0], homes.get(code, ("", "", None))[2], hashed,
        )
        for code, name, other, born, sex, hashed in Person.objects.values_list(
            "code", "name", "other_name", "birth_date", "sex", "identity_hash"
        ).iterator(10_000)
    ]  # fmt: skip
