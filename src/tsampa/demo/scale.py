"""How large the demonstration is: what the page tells of the county, and the same in proportion at another size."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

__all__ = ["AS_OF", "NOTICE_DAYS", "Scale", "scale_for"]

AS_OF = date(2020, 6, 30)
"""The last day of the demonstration's register."""
NOTICE_DAYS = 7
"""The least days of a public notice in the exit procedure."""
MEMBERS_A_HOUSEHOLD = 4
"""Of a thousand households this makes about four thousand people."""


@dataclass(frozen=True)
class Scale:
    """The quantities that rows are drawn to add up to. Land in tenths of a mu, weight of a kg, length of a metre; money in fen."""

    people: int = 50_000
    farming: int = 46_700
    lifted: int = 4_071
    jobs: int = 563
    lead_firms: int = 11
    cooperatives: int = 282
    family_farms: int = 700
    large_growers: int = 251
    vegetable_cooperatives: int = 29
    vegetable_people: int = 2_000
    technicians: int = 1_000
    land: int = 208_940
    produce: int = 280_000_000
    cloth: int = 410_000
    wolfberry_wages: int = 3_200_000_000
    wolfberry_rent: int = 2_000_000_000
    other_rent: int = 2_365_430_000


_LEAST = {
    "vegetable_cooperatives": 1,
    "lead_firms": 2,
    "cooperatives": 1,
    "family_farms": 1,
    "large_growers": 1,
}


def scale_for(households: int | None) -> Scale:
    """The page's own county, or one of about so many households with all else in proportion."""
    whole = Scale()
    if households is None:
        return whole
    people = households * MEMBERS_A_HOUSEHOLD

    def part(name: str) -> int:
        of_whole: int = getattr(whole, name)
        return max(_LEAST.get(name, 0), of_whole * people // whole.people)

    return replace(whole, **{one.name: part(one.name) for one in fields(Scale)})
