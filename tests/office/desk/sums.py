"""Judgements by village, as a count would have left them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tsampa.office.bridge.models import Judgement, VillageSummary

LIGHTS = ("income_meets_line", "food", "clothing", "education", "health_coverage", "housing", "safe_water")


def add_judgement(day: date, villages: dict[str, tuple[int, int, int]], *, income: int = 100_00) -> Judgement:
    """``villages``: how many households meet the standard, are in need and are to be checked."""
    variables = {one: {"kind": "bool", "digits": None, "en": one, "zh": "灯"} for one in LIGHTS}
    made = Judgement.objects.create(
        id=f"{day}", path="nowhere", programme="bailang", day=day, snapshot="s", rulebook="r", variables=variables,
        attached_at=datetime(2020, 7, 1, tzinfo=UTC), attached_by="test",
    )  # fmt: skip
    for code, (meets, need, check) in villages.items():
        all_ = meets + need + check
        VillageSummary.objects.create(
            judgement=made, area_id=code, households=all_, persons=all_ * 4, income=income * all_ * 4, heads=all_ * 4,
            standings={"meets": meets, "in_need": need, "to_check": check},
            lights={one: [meets, need, check] for one in LIGHTS},
        )  # fmt: skip
    return made
