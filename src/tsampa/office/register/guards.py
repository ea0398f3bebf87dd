"""What the register never holds, whoever writes: a person in two households at once, two heads, two statuses."""

from __future__ import annotations

from tsampa.office.history import Guard

__all__ = ["guards"]


def guards() -> tuple[Guard, ...]:
    """The guards of this room."""
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


def _overlapping(table: str, of: str) -> str:
    """Another row of the same person or household whose time has a day in common."""
    return (
        f'SELECT 1 FROM "{table}" other WHERE other."{of}" = {{new}}."{of}" '
        'AND other."code" <> {new}."code" AND other."code" <> {old_key} '
        'AND (other."until" IS NULL OR {new}."since" < other."until") '
        'AND ({new}."until" IS NULL OR other."since" < {new}."until")'
    )
