"""Lists that somebody keeps to look at again: saved, found and forgotten by their owner only."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict

from tsampa.errors import TsampaError
from tsampa.office.register.models import SavedView

__all__ = ["forget_view", "save_view", "views_of"]

MOST = 50
KEPT = (
    "q",
    "who",
    "area",
    "status",
    "standing",
    "light",
    "gap",
    "unknown",
    "checks",
    "on",
    "sort",
    "size",
    "column",
)


def views_of(owner: str) -> QuerySet[SavedView]:
    """The owner's saved lists, by name."""
    return SavedView.objects.filter(owner=owner)


def save_view(*, by: str, name: str, query: QueryDict) -> SavedView:
    """Keeps what the address asks for under this name; a name used before means this list from now on.

    Raises TsampaError ``view-name`` or ``view-many``.
    """
    said = name.replace("\0", "").strip()
    if not 0 < len(said) <= 80:
        raise TsampaError("view-name", "a saved list has a name of at most 80 characters", remedy="Give it a short name.")  # fmt: skip
    kept = QueryDict(mutable=True)
    for one in KEPT:
        kept.setlist(one, [value[:300] for value in query.getlist(one)[:30] if value])
    if not views_of(by).filter(name=said).exists() and views_of(by).count() >= MOST:
        raise TsampaError("view-many", f"there are {MOST} saved lists already", remedy="Delete one of them first.")  # fmt: skip
    try:
        with transaction.atomic():
            return SavedView.objects.update_or_create(
                owner=by, name=said, defaults={"query": kept.urlencode()}
            )[0]
    except IntegrityError:  # saved by another click at the same moment
        return SavedView.objects.get(owner=by, name=said)


def forget_view(*, by: str, number: int) -> None:
    """Forgets one of the owner's saved lists."""
    views_of(by).filter(pk=number).delete()
