"""What history is kept in. Rows are only ever added (triggers refuse all else); a redaction alone takes a payload away."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import models

__all__ = ["Change", "Cut", "Leaves", "Mark", "Redaction", "Seal", "Version"]


class Change(models.Model):
    """Who wrote, when, why and from what source; all that one transaction wrote belongs to it.

    ``actor`` is a username, or ``migration NAME``. Nothing here points elsewhere, so that nothing elsewhere can alter it.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=32, blank=True)
    reference = models.CharField(max_length=200, blank=True)

    class Meta:
        """History is read by who and when."""

        indexes = (models.Index(fields=["actor", "at"], name="change_actor_at"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}"


class Version(models.Model):
    """A row as one change left it; the next version of the same row ends it.

    ``payload`` is the row in JSON exactly as the trigger wrote it (``null`` where it was deleted), ``salt`` sixteen random
    bytes, so that nobody guesses a payload from its hash. Both are empty after a redaction.
    """

    change = models.ForeignKey(Change, models.DO_NOTHING, db_constraint=False, related_name="versions")
    table = models.CharField(max_length=63)
    key = models.CharField(max_length=200)
    operation = models.CharField(max_length=6)
    payload = models.TextField(null=True)
    salt = models.BinaryField(null=True)

    class Meta:
        """A row's versions are found in order; and those that ended a row, which are few."""

        indexes = (
            models.Index(fields=["table", "key", "id"], name="version_row"),
            models.Index(
                fields=["table", "key"], condition=models.Q(operation="delete"), name="version_deleted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.id} {self.operation} {self.table} {self.key}"


class Cut(models.Model):
    """A moment at which history stood still: whatever was recorded by then has a number up to ``version``."""

    version = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} up to {self.version}"


class Seal(models.Model):
    """A signed statement of what history was at a cut.

    ``content`` is the JSON that was signed, byte for byte; ``peaks`` the hashes from which the tree grows on.
    """

    number = models.PositiveIntegerField(primary_key=True)
    cut = models.ForeignKey(Cut, models.DO_NOTHING, db_constraint=False, related_name="seals")
    content = models.TextField()
    signature = models.CharField(max_length=128)
    peaks = models.BinaryField()

    def __str__(self) -> str:
        return f"seal {self.number}"

    @property
    def stated(self) -> dict[str, Any]:
        """What the seal says, read from its content."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class Leaves(models.Model):
    """Numbers and hashes of the versions that a seal was the first to cover: 8 and 32 bytes each, in order."""

    seal = models.ForeignKey(Seal, models.DO_NOTHING, db_constraint=False, related_name="leaves")
    part = models.PositiveIntegerField()
    hashes = models.BinaryField()

    class Meta:
        """Parts follow one another."""

        constraints = (models.UniqueConstraint(fields=["seal", "part"], name="leaves_once"),)

    def __str__(self) -> str:
        return f"leaves {self.part} of seal {self.seal_id}"


class Redaction(models.Model):
    """A signed act by which payloads were taken out of history; their hashes stay."""

    content = models.TextField()
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"redaction {self.id}"

    @property
    def stated(self) -> dict[str, Any]:
        """What the act says, read from its content."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class Mark(models.Model):
    """What this database is, written once when it was made: the real register, or a demonstration with a clock of its own."""

    demonstration = models.BooleanField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return "demonstration" if self.demonstration else "register"


def iso(moment: datetime) -> str:
    """A moment as leaves, seals and receipts write it: UTC, to the microsecond."""
    from datetime import UTC

    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
