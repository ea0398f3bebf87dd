"""What is proposed for money and rules: prepared by one, approved or refused by another, and kept with its history."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tsampa.office.areas.models import Area
from tsampa.office.history.recorded import Recorded

__all__ = ["Proposal"]


class Proposal(Recorded):
    """A pool of an ``area`` and ``year`` (``name``, ``amount`` in minor units), or a parameter from the day ``since`` on.

    A parameter's ``name`` is written as rules are overlaid (``grant[wheat]``), its ``value`` as in parameter files. ``source``
    names the document it rests on.
    """

    class Kind(models.TextChoices):
        """What is proposed."""

        POOL = "pool", _("pool")
        PARAMETER = "parameter", _("parameter")

    class State(models.TextChoices):
        """How far it has come."""

        OPEN = "open", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="proposals")
    name = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.BigIntegerField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    value = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=300)
    reason = models.TextField()
    prepared_by = models.CharField(max_length=150)
    prepared_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)

    class Meta:
        """Whole of its kind, and decided by another than who prepared it."""

        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(decided_by=F("prepared_by")), name="proposal_decided_by_another"),
            models.CheckConstraint(
                condition=Q(kind="pool", area__isnull=False, year__isnull=False, amount__gte=0)
                | Q(kind="parameter", area__isnull=True, since__isnull=False, value__gt=""),
                name="proposal_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by="") | (~Q(state="open") & Q(decided_by__gt="")), name="proposal_decided"
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["state", "kind"], name="proposal_state"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.state})"
