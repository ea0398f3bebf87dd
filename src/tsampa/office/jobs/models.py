"""A job and what it said while it ran."""

from __future__ import annotations

from django.db import models

__all__ = ["Job", "Line", "State"]


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(models.Model):
    """Work of one ``kind`` with its ``arguments``: paths, days and numbers, never anything about a person.

    ``worker`` names the process that runs it. ``outcome`` is what the work gave; ``error`` a TsampaError's code, message and
    remedy. A job that failed or was killed may be asked again: each kind either does all of its work or none.
    """

    kind = models.CharField(max_length=32)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    outcome = models.JSONField(null=True)
    error = models.JSONField(null=True)

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Line(models.Model):
    """One line of a job's log."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="lines")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        """As they were said."""

        ordering = ("id",)
