"""Who signs in, what each may do and where, and who looked at whose file."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history.recorded import Recorded, ValidTime

__all__ = ["Act", "Done", "Grant", "Look", "User"]


class User(AbstractUser):
    """Somebody who works with the office, named in history by ``username`` for ever: it is never given to another."""


class Grant(Recorded):
    """A role that somebody holds for an area and all below it, for a time; without an area, for the whole register."""

    valid_time = ValidTime("since", "until")

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="grants")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """A grant ends after it began, and stands once."""

        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="grant_until_after_since"
            ),
            # Two, as SQLite has no unique constraint that holds an empty area equal to another.
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=Q(until__isnull=True), name="granted_once"
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(until__isnull=True, area__isnull=True),
                name="granted_once_everywhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area_id or 'everywhere'}"


class Done(models.TextChoices):
    """What was done to an account, besides its roles."""

    INVITED = "invited", _("invited")
    LINKED = "linked", _("given a new link to set a password")
    PASSWORD = "password", _("set a password by the link")
    SWITCHED_OFF = "switched_off", _("switched off")
    SWITCHED_ON = "switched_on", _("switched on again")
    FACTOR_OFF = "factor_off", _("second factor taken off")


class Act(Recorded):
    """That somebody did something to an account, and why.

    Users themselves have no history: a sign-in writes to their row, and a password's hash has no place in seals. What an
    auditor asks of accounts stands here instead, recorded, so that it is sealed with everything else and an altered or missing
    row is found by ``verify``. Rows are only ever added.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="acts")
    done = models.CharField(max_length=32, choices=Done)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Read by user, the latest first."""

        indexes = (models.Index(fields=["user", "at"], name="act_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.done}"


class Look(models.Model):
    """That somebody opened a household's file, and which page of it: the household may ask who did.

    Nothing here points elsewhere, so that nothing elsewhere can alter it.
    """

    household = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    page = models.CharField(max_length=64)

    class Meta:
        """Read by household and by who looked, the latest first."""

        indexes = (
            models.Index(fields=["household", "at"], name="look_household"),
            models.Index(fields=["by", "at"], name="look_by"),
            models.Index(fields=["at"], name="look_at"),
        )

    def __str__(self) -> str:
        return f"{self.by} {self.household}"
