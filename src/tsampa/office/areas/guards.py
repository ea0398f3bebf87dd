"""An area never lies in itself, however many areas between."""

from __future__ import annotations

from tsampa.office.history import Guard

__all__ = ["guards"]


def guards() -> tuple[Guard, ...]:
    """The guards of this room."""
    above = (
        'WITH RECURSIVE above("code") AS (SELECT {new}."parent_id" UNION '
        'SELECT area."parent_id" FROM "areas_area" area JOIN above ON area."code" = above."code") '
        'SELECT 1 FROM above WHERE above."code" = {new}."code"'
    )
    return (
        Guard(
            name="area_cycle", table="areas_area", code="area-cycle", message="an area would lie in itself",
            remedy="Put it in an area that does not lie in it.", offence=above, constraints=("area_not_above_itself",),
        ),
    )  # fmt: skip
