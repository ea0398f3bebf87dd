"""What the register never holds, whoever writes: a person in two households at once, two heads, two statuses, a member not yet
born, a household outside a village, a net income that is not its gross less its costs, and what the schema does not declare."""

from __future__ import annotations

from tsampa.office.history import Guard
from tsampa.office.register.columns import schema
from tsampa.office.register.declared import declared_guards

__all__ = ["guards"]


def guards() -> tuple[Guard, ...]:
    """The guards of this room."""
    return (*_apart(), *_of_one_row(), *_born(), *declared_guards())


def _apart() -> tuple[Guard, ...]:
    """Rows that may not hold at the same time."""
    return (
        Guard(
            name="two_households", table="register_membership", code="register-two-households",
            message="a person would be in two households at once",
            remedy="End the earlier membership on the day the new one begins.",
            offence=_overlapping("register_membership", "person_id"), locks=("register_person", "code", "person_id"),
            constraints=("one_household_at_once",),
        ),
        Guard(
            name="two_heads", table="register_membership", code="register-two-heads",
            message="a household would have two heads at once",
            remedy="End the earlier head's membership, or give one of them another relationship.",
            offence=_overlapping("register_membership", "household_id")
            + " AND {new}.relationship = 'head' AND other.relationship = 'head'",
            locks=("register_household", "code", "household_id"), constraints=("one_head_at_once",),
        ),
        Guard(
            name="two_statuses", table="register_status", code="register-two-statuses",
            message="a household would have two statuses at once",
            remedy="End the earlier status on the day the new one begins.",
            offence=_overlapping("register_status", "household_id")
            + " AND ({new}.status = 'monitored') = (other.status = 'monitored')",
            locks=("register_household", "code", "household_id"), constraints=("one_standing_at_once", "one_monitoring_at_once"),
        ),
    )  # fmt: skip


def _of_one_row() -> tuple[Guard, ...]:
    village = schema().home_level
    return (
        Guard(
            name="home_level", table="register_household", code="register-home-level",
            message="a household would be placed in an area that is no village",
            remedy="Place it in the village it lives in.", waits=False,
            offence='SELECT 1 FROM "areas_area" area WHERE area."code" = {new}."area_id" ' + f"AND area.\"level\" <> '{village}'",
        ),
        Guard(
            name="net_income", table="register_income", code="register-net-income",
            message="an income by a cost norm is not its gross less its costs",
            remedy="Give gross and norm together; the amount is gross less the norm's share, half a fen rounded up.", waits=False,
            # coalesce: with one of the three unknown nothing is right.
            offence='SELECT 1 WHERE ({new}."gross" IS NOT NULL OR {new}."norm" IS NOT NULL) AND NOT coalesce({new}."gross" >= 0 AND '
            '{new}."amount" = ({new}."gross" * (10000 - {new}."norm") + 5000) / 10000, 1 = 0)',
            constraints=("norm_is_a_share",),
        ),
    )  # fmt: skip


def _born() -> tuple[Guard, ...]:
    return (
        _born_later(
            "born_later", "register_membership", ("register_person", "code", "person_id"),
            'SELECT 1 FROM "register_person" person WHERE person."code" = {new}."person_id" '
            'AND person."birth_date" > {new}."since"',
        ),
        _born_later(
            "born_later_person", "register_person", None,
            'SELECT 1 FROM "register_membership" other WHERE other."person_id" = {new}."code" '
            'AND other."since" < {new}."birth_date"',
        ),
    )  # fmt: skip


def _born_later(name: str, table: str, locks: tuple[str, str, str] | None, offence: str) -> Guard:
    return Guard(
        name=name, table=table, code="register-born-later", message="a person would be of a household before being born",
        remedy="Correct the date of birth, or the day the membership begins.", offence=offence, locks=locks, waits=False,
    )  # fmt: skip


def _overlapping(table: str, of: str) -> str:
    """Another row of the same person or household whose time has a day in common."""
    return (
        f'SELECT 1 FROM "{table}" other WHERE other."{of}" = {{new}}."{of}" '
        'AND other."code" <> {new}."code" AND other."code" <> {old_key} '
        'AND (other."until" IS NULL OR {new}."since" < other."until") '
        'AND ({new}."until" IS NULL OR other."since" < {new}."until")'
    )
