"""Areas as a tree of codes. A village that merged or was renamed keeps its row with the last day it was in force."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tsampa.office.history.recorded import Recorded, ValidTime


class Area(Recorded):
    """A province, county, township or village; ``level`` is one of the programme's levels.

    ``geometry`` is GeoJSON. ``until`` is the first day it is no more; ``succeeded_by`` the area its rows then belong to.
    ``own`` has the programme's own columns, in storage form.
    """

    valid_time = ValidTime("since", "until")

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=32)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    succeeded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    geometry = models.JSONField(null=True, blank=True)
    own = models.JSONField(default=dict, blank=True)

    class Meta:
        """Constraints that the database holds itself."""

        constraints = (
            models.CheckConstraint(condition=~Q(code=F("parent")), name="area_not_above_itself"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gt=F("since")),
                name="area_until_after_since",
            ),
        )
        indexes = (models.Index(fields=["level", "code"], name="area_level"),)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
