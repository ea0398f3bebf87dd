"""Results that came back: which assessment judged the households, by which rules, and what it found of each."""

from __future__ import annotations

from django.db import models

from tsampa.office.areas.models import Area
from tsampa.office.register.models import Household

__all__ = ["Gap", "Judgement", "Result", "VillageSummary"]


class Judgement(models.Model):
    """An assessment whose results the office holds. It can be worked out again from the snapshot, so it has no history.

    ``id`` is the SHA-256 of the assessment's manifest; ``snapshot``, ``rulebook`` are the ids of what it was made from.
    ``variables`` tells each variable's kind, unit and decimals, so that results are shown without the rulebook.
    ``recorded_until`` is the moment up to which the register is in it, None where the snapshots do not say. Checks of before
    ``checks_hold_from`` are stale; it is None where nobody knows how old checks were: the programme does not say how long
    they hold, the snapshot was gone, or the results came back before this was kept.
    """

    id = models.CharField(max_length=64, primary_key=True)
    path = models.CharField(max_length=500)
    programme = models.CharField(max_length=64)
    day = models.DateField()
    snapshot = models.CharField(max_length=64)
    rulebook = models.CharField(max_length=64)
    variables = models.JSONField()
    recorded_until = models.DateTimeField(null=True)
    checks_hold_from = models.DateField(null=True)
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=150)

    class Meta:
        """The latest day comes first."""

        ordering = ("-day", "-attached_at")

    def __str__(self) -> str:
        return f"{self.programme} {self.day}"


class Result(models.Model):
    """What a judgement found of a household: each variable in storage form, in the judgement's order.

    ``standing`` and ``per_head`` repeat what the programme shows at a glance, so that lists filter and sort by them.
    ``checked_since`` is the oldest of its guarantees' latest checks, None where nothing of it was ever checked; it says nothing
    where the judgement has no ``checks_hold_from``.
    """

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="results")
    household = models.ForeignKey(Household, models.CASCADE, related_name="results")
    values = models.JSONField()
    standing = models.CharField(max_length=64, null=True)
    per_head = models.BigIntegerField(null=True)
    checked_since = models.DateField(null=True)

    class Meta:
        """A household is judged once by an assessment; found by standing and by age of its checks, ordered by income per head."""

        constraints = (models.UniqueConstraint(fields=["household", "judgement"], name="judged_once"),)
        indexes = (
            models.Index(fields=["judgement", "standing", "household"], name="result_standing"),
            models.Index(fields=["judgement", "per_head", "household"], name="result_per_head"),
            models.Index(fields=["judgement", "checked_since", "household"], name="result_checked_since"),
        )


class Gap(models.Model):
    """That a household misses a light of the programme, or, where not ``known``, that nobody knows whether it does.

    Lists filter by it. What is met has no row.
    """

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="gaps")
    household = models.ForeignKey(Household, models.CASCADE, related_name="gaps")
    light = models.CharField(max_length=64)
    known = models.BooleanField()

    class Meta:
        """Found by light, and by household."""

        constraints = (models.UniqueConstraint(fields=["judgement", "light", "household"], name="gap_once"),)
        indexes = (models.Index(fields=["judgement", "light", "known", "household"], name="gap_light"),)

    def __str__(self) -> str:
        return f"{self.household_id} {self.light} {'gap' if self.known else 'unknown'}"


class VillageSummary(models.Model):
    """What a judgement found of a village, so that a page adds up villages and no households.

    ``standings`` has households by the programme's standing, ``lights`` for each light ``[meets, fails, unknown]``. ``income``
    is the households' income together in minor units, over ``heads``, the members of those whose income is known. Of ``stale``
    households a check no longer held, of ``unchecked`` nothing was ever checked; None where the judgement does not know.
    """

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="villages")
    area = models.ForeignKey(Area, models.PROTECT, related_name="summaries")
    households = models.PositiveIntegerField()
    persons = models.PositiveIntegerField()
    standings = models.JSONField(default=dict)
    lights = models.JSONField(default=dict)
    income = models.BigIntegerField(null=True)
    heads = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(null=True)
    unchecked = models.PositiveIntegerField(null=True)

    class Meta:
        """A village is summed up once."""

        constraints = (models.UniqueConstraint(fields=["judgement", "area"], name="summed_once"),)

    def __str__(self) -> str:
        return f"{self.area_id} {self.households}"
