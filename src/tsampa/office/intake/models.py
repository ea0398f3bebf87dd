"""What is taken in, before it is the register's. These tables are a workplace: only what is applied has a history."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["Batch", "Decision", "Doubt", "PlannedRow", "RowProblem", "StagedRow", "Step", "Touched"]


class State(models.TextChoices):
    """How far a batch has come."""

    UPLOADED = "uploaded", _("uploaded")
    REFUSED = "refused", _("refused")
    STAGED = "staged", _("staged")
    CHECKED = "checked", _("checked")
    ACCEPTED = "accepted", _("accepted")
    APPLIED = "applied", _("applied")
    UNDONE = "undone", _("undone")


class Batch(models.Model):
    """A file that somebody sent. Its id cannot be guessed; who may see it is asked all the same.

    ``layout`` is the version of the definitions it was read by, ``on`` the day it was sent, ``sheets`` what was found in it. ``counts`` has new, changed and
    unchanged rows by table, ``rows`` what became of the sheets' rows. ``change`` and ``undo`` number the changes of history.
    ``job`` is the latest that was asked for about it, ``reason`` why that is to undo it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    layout = models.CharField(max_length=16)
    on = models.DateField()
    prepared_by = models.CharField(max_length=150)
    sent_at = models.DateTimeField(default=timezone.now)
    sheets = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)
    change = models.BigIntegerField(null=True)
    undo = models.BigIntegerField(null=True)
    job = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        """The newest first, and those of one person."""

        indexes = (
            models.Index(fields=["sent_at"], name="batch_sent_at"),
            models.Index(fields=["prepared_by", "sent_at"], name="batch_of_sender"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Touched(models.Model):
    """An area whose rows the batch would add or change, by its code; empty for what is of no area.

    Nothing here points to the area: it may be one that the batch brings.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="touched")
    area = models.CharField(max_length=64, blank=True)

    class Meta:
        """Named once."""

        constraints = (models.UniqueConstraint(fields=["batch", "area"], name="touched_once"),)

    def __str__(self) -> str:
        return self.area or "everywhere"


class Step(models.Model):
    """That a batch came into a state: by whom, when, and why."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=16, choices=State)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.state} by {self.by}"


class StagedRow(models.Model):
    """A row as it stood in its sheet, its cells encrypted: they may hold identity numbers."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="staged")
    table = models.CharField(max_length=64)
    sheet = models.CharField(max_length=255)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    cells = models.BinaryField()

    class Meta:
        """Rows are read in the order of the sheet."""

        indexes = (models.Index(fields=["batch", "table", "number"], name="staged_in_order"),)

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class RowProblem(models.Model):
    """Something wrong with a row (``row`` 0: with the sheet), as ``tsampa.errors.Problem`` says it."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="problems")
    table = models.CharField(max_length=64)
    sheet = models.CharField(max_length=255)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=255)
    code = models.CharField(max_length=64)
    message = models.TextField()
    remedy = models.TextField()
    effect = models.CharField(max_length=16)

    class Meta:
        """Problems are shown by row, all or those of one code."""

        indexes = (
            models.Index(fields=["batch", "table", "row"], name="problem_in_order"),
            models.Index(fields=["batch", "code", "table", "row"], name="problem_by_code"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.sheet} {self.row}"


class PlannedRow(models.Model):
    """A row of the register that the batch adds or changes: what is shown is what is applied, and what an undo restores."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="planned")
    table = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    row = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    stood = models.CharField(max_length=32, blank=True)

    class Meta:
        """A row is planned once; those that change are shown before those that are new."""

        constraints = (models.UniqueConstraint(fields=["batch", "table", "code"], name="planned_once"),)
        indexes = (models.Index(fields=["batch", "kind", "table", "id"], name="planned_in_order"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.code}"


class Doubt(models.Model):
    """A row that may be somebody of the register: ``key`` knows it again in another sheet."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="doubts")
    sheet = models.CharField(max_length=255)
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=32)
    candidates = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class Decision(models.Model):
    """Whether a row is that person, as somebody found; asked once, remembered for every later sheet."""

    key = models.CharField(max_length=32)
    person = models.CharField(max_length=64)
    same = models.BooleanField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        """A pair is decided once; the latest word stands."""

        constraints = (models.UniqueConstraint(fields=["key", "person"], name="decided_once"),)

    def __str__(self) -> str:
        return f"{self.key} {'is' if self.same else 'is not'} {self.person}"
