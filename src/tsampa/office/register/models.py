"""Households, persons and the dated facts about them, column for column as ``schema/register.yaml`` has them.

A programme's own columns stand in ``own``, its own tables in ``Record``, both in storage form (numbers as whole multiples of
their smallest part), checked by the programme's schema when they are written. Keys are the codes people use: a row of a
snapshot, of a sheet and of history is found without a translation.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tsampa.office.areas.models import Area
from tsampa.office.history.recorded import Recorded, ValidTime

__all__ = [
    "Check",
    "Evidence",
    "Export",
    "ExportedVillage",
    "Household",
    "HouseholdNames",
    "Income",
    "LandParcel",
    "Membership",
    "Person",
    "Placement",
    "Pool",
    "PovertyDriver",
    "Record",
    "SavedView",
    "SentForm",
    "Status",
]

CODE = 64
"""Longest code of a row."""
WORD = 32
"""Longest word of a choice; which words there are is the schema's, since a programme may add some."""


def _after(name: str) -> models.CheckConstraint:
    """A row ends after it began."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("since")), name=f"{name}_until_after_since"
    )


class Fact(Recorded):
    """A row with a code and the programme's own columns."""

    code = models.CharField(max_length=CODE, primary_key=True)
    own = models.JSONField(default=dict, blank=True)

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        return self.code


class Household(Fact):
    """People who live and keep house together, in a village."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="households")
    address = models.CharField(max_length=200, blank=True)


class HouseholdNames(models.Model):
    """The names of those who live in a household, in small letters, a person on a line: derived (``derived.py``), and no fact.

    A household in which nobody lives has none. The foreign key is not checked: triggers write these rows.
    """

    household = models.OneToOneField(Household, models.CASCADE, primary_key=True, related_name="names", db_constraint=False)  # fmt: skip
    names = models.TextField()

    def __str__(self) -> str:
        return self.household_id


class Placement(Recorded):
    """Where a household was placed before: ``until`` is the first day it no more was, an empty ``since`` as long as known.

    Where it is now says ``Household.area``.
    """

    valid_time = ValidTime("since", "until")

    household = models.ForeignKey(Household, models.PROTECT, related_name="placements")
    area = models.ForeignKey(Area, models.PROTECT, related_name="placements")
    since = models.DateField(null=True, blank=True)
    until = models.DateField()

    class Meta:
        """A household leaves one place a day."""

        constraints = (
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__gt=F("since")), name="placement_until_after_since"
            ),
            models.UniqueConstraint(fields=["household", "until"], name="placed_once"),
        )

    def __str__(self) -> str:
        return f"{self.household_id} in {self.area_id} until {self.until}"


class Person(Fact):
    """Somebody of the register. An identity number is kept encrypted, and found by its keyed hash.

    ``other_name`` is the name in another script: romanised, or as the person writes it. Neither name nor number ever leaves
    the office in a snapshot.
    """

    name = models.CharField(max_length=200)
    other_name = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=WORD, null=True, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    work_capacity = models.CharField(max_length=WORD, null=True, blank=True)
    identity_cipher = models.BinaryField(null=True, blank=True)
    identity_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)

    class Meta:
        """Names are searched by their beginning and by any part."""

        indexes = (models.Index(fields=["name"], name="person_name"),)


class Membership(Fact):
    """A person in a household, for a time; never in two at once, and one head at a time (guards hold both)."""

    valid_time = ValidTime("since", "until")

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    relationship = models.CharField(max_length=WORD, null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """Those in force are held apart by indexes; all others by the guards in ``guards.py``."""

        constraints = (
            _after("membership"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="one_household_at_once"
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until__isnull=True, relationship="head"),
                name="one_head_at_once",
            ),
        )


class Income(Fact):
    """What a household earned or spent of one kind in an accounting year, in minor units; unknown amounts stay unknown.

    ``gross`` and ``norm`` say how a net amount came about by a customary cost norm (a share of 10,000); empty where it was told.
    """

    valid_time = ValidTime(year="accounting_year")

    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="incomes")
    source = models.CharField(max_length=WORD)
    activity = models.CharField(max_length=WORD, null=True, blank=True)
    accounting_year = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField(null=True, blank=True)
    gross = models.BigIntegerField(null=True, blank=True)
    norm = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        """Bounds as in the schema."""

        constraints = (
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0), name="income_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(norm__isnull=True) | Q(norm__lte=10_000), name="norm_is_a_share"
            ),
        )


class LandParcel(Fact):
    """Land a household works, its size in hundredths of a mu."""

    valid_time = ValidTime("since", "until")

    household = models.ForeignKey(Household, models.PROTECT, related_name="land_parcels")
    kind = models.CharField(max_length=WORD)
    size = models.BigIntegerField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """Dates in order."""

        constraints = (_after("land_parcel"),)


class Check(Fact):
    """What was found of one guarantee on a day, with its evidence."""

    valid_time = ValidTime("date")

    household = models.ForeignKey(Household, models.PROTECT, related_name="checks")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="checks")
    guarantee = models.CharField(max_length=WORD)
    grade = models.CharField(max_length=WORD, null=True, blank=True)
    value = models.BigIntegerField(null=True, blank=True)
    date = models.DateField()


class Evidence(Recorded):
    """A file that shows what a check found; the file lies by its SHA-256 in the office's folder."""

    check_row = models.ForeignKey(Check, models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()

    class Meta:
        """A file is shown once for a check."""

        constraints = (models.UniqueConstraint(fields=["check_row", "sha256"], name="evidence_once"),)


class Status(Fact):
    """How a household stands with the programme, for a time: one standing at a time, and beside it at most one monitoring."""

    valid_time = ValidTime("since", "until")

    household = models.ForeignKey(Household, models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=WORD)
    kind = models.CharField(max_length=WORD, null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """Those in force are held apart by indexes; earlier ones by a guard."""

        constraints = (
            _after("status"),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until__isnull=True) & ~Q(status="monitored"),
                name="one_standing_at_once",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until__isnull=True, status="monitored"),
                name="one_monitoring_at_once",
            ),
        )
        # Lists ask who stands so now.
        indexes = (
            models.Index(fields=["status", "household"], condition=Q(until__isnull=True), name="status_now"),
        )


class PovertyDriver(Fact):
    """Why a household is poor, as found with it; one of them may be the main one."""

    valid_time = ValidTime("since", "until")

    household = models.ForeignKey(Household, models.PROTECT, related_name="poverty_drivers")
    driver = models.CharField(max_length=WORD)
    main = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """One main driver at a time."""

        constraints = (
            _after("poverty_driver"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(until__isnull=True, main=True), name="one_main_driver"
            ),
        )


class Pool(Fact):
    """Money an area shares out in a year, in minor units."""

    valid_time = ValidTime(year="year")

    area = models.ForeignKey(Area, models.PROTECT, related_name="pools")
    name = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()


class Record(Recorded):
    """A row of a programme's own table, until a room of the office has that table; its columns stand in ``own``.

    ``household``, ``person`` and ``area`` repeat what the row's links say, so that one door can guard all rows.
    """

    table = models.CharField(max_length=64)
    code = models.CharField(max_length=CODE)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="records")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="records")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="records")
    own = models.JSONField(default=dict)

    class Meta:
        """A code is given once in a table."""

        constraints = (models.UniqueConstraint(fields=["table", "code"], name="record_once"),)

    def __str__(self) -> str:
        return f"{self.table} {self.code}"


class SavedView(models.Model):
    """A list of households as somebody looks at it again and again: ``query`` is what its address asks for."""

    owner = models.CharField(max_length=150)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)

    class Meta:
        """A name is used once by one user."""

        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="view_named_once"),)
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """That somebody took a list of households out: how many, by which filters and with which columns, and never a name.

    Nothing here points elsewhere, so that nothing elsewhere can alter it.
    """

    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)
    households = models.PositiveIntegerField()
    filters = models.JSONField(default=dict)
    columns = models.JSONField(default=list)

    class Meta:
        """Read the latest first, or by who took it."""

        indexes = (
            models.Index(fields=["at"], name="export_at"),
            models.Index(fields=["by", "at"], name="export_by"),
        )

    def __str__(self) -> str:
        return f"{self.by} {self.households}"


class ExportedVillage(models.Model):
    """How many households of one village an export had: who audits the village sees that, and of others nothing."""

    export = models.ForeignKey(Export, models.PROTECT, related_name="villages")
    area = models.CharField(max_length=CODE)
    households = models.PositiveIntegerField()

    class Meta:
        """Found by village."""

        indexes = (models.Index(fields=["area"], name="exported_village"),)

    def __str__(self) -> str:
        return f"{self.area} {self.households}"


class SentForm(models.Model):
    """That a form was sent and acted upon, so that a second click or the way back does not act again.

    ``id`` was given to the form when it was shown; ``result`` is the code of what it made, if anything.
    """

    id = models.CharField(max_length=64, primary_key=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(db_index=True)
    result = models.CharField(max_length=CODE, blank=True)

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"
