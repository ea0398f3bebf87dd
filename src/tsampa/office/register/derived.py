"""What a household is searched by: the names of those who live in it, in one text.

To look for a part of a name in the table of persons, and then for their households, takes a second among a million persons.
"""

from __future__ import annotations

from tsampa.office.history import Derived, Origin

__all__ = ["derived"]

NAMES = Derived(
    name="names", table="register_householdnames",
    origins=(
        Origin(
            "register_membership", ("household_id", "person_id", "until"), 'SELECT "household_id" FROM {rows}'
        ),
        Origin(
            "register_person", ("code", "name", "other_name"),
            'SELECT lives."household_id" FROM "register_membership" lives WHERE lives."until" IS NULL '
            'AND lives."person_id" IN (SELECT "code" FROM {rows})',
        ),
    ),
    refresh=(
        'DELETE FROM "register_householdnames" WHERE "household_id" IN ({of})',
        'INSERT INTO "register_householdnames" ("household_id", "names") '
        "SELECT lives.\"household_id\", {lines[0]}lower(person.\"name\" || ' ' || person.\"other_name\"){lines[1]} "
        'FROM "register_membership" lives JOIN "register_person" person ON person."code" = lives."person_id" '
        'WHERE lives."until" IS NULL AND lives."household_id" IN ({of}) GROUP BY lives."household_id"',
    ),
    every='SELECT "code" FROM "register_household"',
    locks=("register_household", "code"),
)  # fmt: skip


def derived() -> tuple[Derived, ...]:
    """The derived tables of this room."""
    return (NAMES,)
