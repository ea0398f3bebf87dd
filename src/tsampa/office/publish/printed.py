"""Which assessments bulletins print: they stay, so that every printed number opens to its rows."""

from __future__ import annotations

from tsampa.office.publish.models import Publication, State

__all__ = ["printed_judgements"]


def printed_judgements() -> frozenset[str]:
    """The ids of the judgements of all bulletins but refused ones: published and withdrawn, and those that still may be."""
    found = Publication.objects.exclude(state=State.REFUSED).values_list("judgement", flat=True)
    return frozenset(found)
