"""Where households are and were: the village now in ``Household.area``, those before in ``Placement``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from tsampa.errors import TsampaError
from tsampa.office.register.models import Household, Placement

__all__ = ["area_on", "place_households"]

_CHUNK = 10_000


def place_households(households: Iterable[str], area: str, on: date) -> None:
    """These households are in this village from this day on; call it inside a change. Raises TsampaError ``register-placed``."""
    ordered = sorted(households)
    for start in range(0, len(ordered), _CHUNK):
        chosen = Household.objects.filter(code__in=ordered[start : start + _CHUNK]).exclude(area=area)
        left = list(chosen.annotate(since=Max("placements__until")).values_list("code", "area_id", "since"))
        if any(since is not None and since >= on for _, _, since in left):
            raise TsampaError(
                "register-placed", "a household was moved on that day or later already",
                remedy="Look at where it was placed, and give a later day.",
            )  # fmt: skip
        Placement.objects.bulk_create(
            Placement(household_id=code, area_id=former, since=since, until=on)
            for code, former, since in left
        )
        Household.objects.filter(code__in=[code for code, _, _ in left]).update(area=area)


def area_on(household: Household, on: date) -> str:
    """The code of the village the household was in on this day."""
    found = household.placements.filter(until__gt=on).order_by("until").first()
    return found.area_id if found else household.area_id
