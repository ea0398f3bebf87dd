"""What waits in this room: bulletins to approve."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from tsampa.office.accounts.scope import Scope
from tsampa.office.desk.waiting import Waiting, waits
from tsampa.office.publish.queries import waiting_of

__all__: list[str] = []


@waits
def bulletins(scope: Scope) -> Iterator[Waiting]:
    """Bulletins that somebody else put forward."""
    count = waiting_of(scope)["to_approve"]
    yield Waiting(
        count, ngettext("bulletin to approve", "bulletins to approve", count), reverse("publish:bulletins")
    )
