"""Results that came back: which assessment judged the households, by which rules, and what it found of each."""

from __future__ import annotations

from django.db import models

from tsampa.office.register.models import Household

__all__ = ["Judgement", "Result"]


class Judgement(models.Model):
    """An assessment whose results the office holds. It can be worked out again from the snapshot, so it has no history.

    ``id`` is the SHA-256 of the assessment's manifest; ``snapshot``, ``rulebook`` are the ids of what it was made from.
    ``variables`` tells each variable's kind, unit and decimals, so that results are shown without the rulebook.
    """

    id = models.CharField(max_length=64, primary_key=True)
    path = models.CharField(max_length=500)
    programme = models.CharField(max_length=64)
    day = models.DateField()
    snapshot = models.CharField(max_length=64)
    rulebook = models.CharField(max_length=64)
    variables = models.JSONField()
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=150)

    class Meta:
        """The latest day comes first."""

        ordering = ("-day", "-attached_at")

    def __str__(self) -> str:
        return f"{self.programme} {self.day}"


class Result(models.Model):
    """What a judgement found of a household: each variable in storage form, in the judgement's order."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="results")
    household = models.ForeignKey(Household, models.CASCADE, related_name="results")
    values = models.JSONField()

    class Meta:
        """A household is judged once by an assessment."""

        constraints = (models.UniqueConstraint(fields=["household", "judgement"], name="judged_once"),)
