"""The rules that the office counts by: the programme's, with the parameters that were approved here since."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from tsampa.office.operations.models import Proposal
from tsampa.rules import Rulebook, amend, load_rulebook

__all__ = ["office_rulebook"]


def office_rulebook() -> Rulebook:
    """The programme's rulebook with every approved parameter, in the order of approval. Its version changes with them.

    Raises TsampaError as ``load_rulebook``, and ``overlay-…`` where the programme has no such parameter any more.
    """
    found = _loaded(settings.PROGRAMME)
    approved = Proposal.objects.filter(kind=Proposal.Kind.PARAMETER, state=Proposal.State.APPROVED)
    for one in approved.order_by("decided_at", "pk"):
        assert one.since
        found = amend(found, one.since, {one.name: one.value}, one.source)
    return found


@cache
def _loaded(programme: Path) -> Rulebook:
    return load_rulebook(programme)
