"""What is kept of figures, the bulletins that were prepared and published, and reforms that were tried."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.history.recorded import Recorded, ValidTime

__all__ = ["AreaFigures", "Publication", "PublishedFile", "State", "Trial"]


class AreaFigures(models.Model):
    """All figures of one area by one judgement, so that a page looks them up: a judgement never changes.

    ``values`` has of each figure its value as text, and of a measure besides what it rests on; see ``known.py``.
    """

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="figures")
    area = models.ForeignKey(Area, models.PROTECT, related_name="figures")
    values = models.JSONField()

    class Meta:
        """An area's figures are kept once."""

        constraints = (models.UniqueConstraint(fields=["judgement", "area"], name="figures_once"),)

    def __str__(self) -> str:
        return f"{self.area_id} {self.judgement_id}"


class State(models.TextChoices):
    """Where a bulletin stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for approval")
    APPROVED = "approved", _("approved, being published")
    PUBLISHED = "published", _("published")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Publication(Recorded):
    """A bulletin of an area: who prepared and who approved it, and the seal under which it was published.

    ``judgement`` is the id of the assessment whose figures it prints; ``snapshot``, ``rulebook`` and ``day`` tell it when that
    is no longer attached. ``reason`` says why it was refused or withdrawn.
    """

    valid_time: ClassVar[ValidTime | None] = None

    area = models.ForeignKey(Area, models.PROTECT, related_name="publications")
    judgement = models.CharField(max_length=64)
    day = models.DateField()
    snapshot = models.CharField(max_length=64)
    rulebook = models.CharField(max_length=64)
    languages = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    prepared_by = models.CharField(max_length=150)
    prepared_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    seal = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        """Who prepares a bulletin does not decide on it; that stands in the database too."""

        indexes = (models.Index(fields=["state", "area"], name="publication_state"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "published", "refused", "withdrawn"])
                | ~models.Q(decided_by=models.F("prepared_by")),
                name="decided_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"


class PublishedFile(Recorded):
    """A file of a published bulletin, and what its bytes are; it lies in ``TSAMPA_HOME/bulletins``."""

    valid_time: ClassVar[ValidTime | None] = None

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    name = models.CharField(max_length=64)
    lang = models.CharField(max_length=8)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        """A publication has a file of a name once."""

        constraints = (models.UniqueConstraint(fields=["publication", "name"], name="published_file_once"),)

    def __str__(self) -> str:
        return self.name


class Trial(models.Model):
    """A reform that somebody tried on a judgement: parameters set otherwise, and what that did in the area.

    ``found`` is what ``tsampa whatif`` prints. Which households gain or lose lies in ``TSAMPA_HOME/whatif``.
    """

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="trials")
    area = models.ForeignKey(Area, models.PROTECT, related_name="trials")
    values = models.JSONField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    job = models.BigIntegerField(null=True)
    found = models.JSONField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.area_id} {', '.join(self.values)}"
