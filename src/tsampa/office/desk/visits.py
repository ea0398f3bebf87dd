"""Visits that are due because a check is stale or was never made: the start page's tile, and what waits for who makes them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope
from tsampa.office.areas.tree import TOP, Tree
from tsampa.office.desk.links import Links
from tsampa.office.desk.sums import Sum
from tsampa.office.desk.waiting import Waiting

__all__ = ["stale_checks", "visits_due"]


def stale_checks(scope: Scope, links: Links, area: str, total: Sum) -> tuple[str, str, str, str] | None:
    """Name, number, address and remark of the tile; None for who makes no visits there, and where nobody knows how old checks are."""
    if total.stale is None or not _visits(scope, area):
        return None
    about = _("and %(count)s never checked") % {"count": f"{total.unchecked:,}"} if total.unchecked else ""
    return _("visit due: a check is stale"), f"{total.stale:,}", links.households(area, checks="stale"), about


def visits_due(scope: Scope, tree: Tree, sums: dict[str, Sum]) -> list[Waiting]:
    """In each area where the user makes visits: the households of which a check is stale, and those without any."""
    roots, links = list(_roots(scope, tree)), Links(scope, None)
    found = []
    for one in roots:
        there = sums.get(one, Sum())
        place = f" ({tree.places[one].name})" if len(roots) > 1 else ""
        for count, asked in ((there.stale or 0, "stale"), (there.unchecked or 0, "none")):
            found.append(Waiting(count, _said(asked, count) + place, links.households(one, checks=asked)))
    return [one for one in found if one.count]


def _said(asked: str, count: int) -> str:
    if asked == "stale":
        return ngettext(
            "household to visit: a check is stale", "households to visit: a check is stale", count
        )
    return ngettext(
        "household to visit: nothing was ever checked", "households to visit: nothing was ever checked", count
    )


def _visits(scope: Scope, area: str) -> bool:
    """Whether the user makes visits in the whole area."""
    if area != TOP:
        return scope.holds(May.EDIT_HOUSEHOLDS, area)
    return scope.areas(May.EDIT_HOUSEHOLDS) == scope.areas(May.SEE_FIGURES)


def _roots(scope: Scope, tree: Tree) -> Iterator[str]:
    """Where the tree begins, if the user makes visits in all of it; else the highest areas in which they do."""
    if _visits(scope, tree.start()):
        yield tree.start()
        return
    mine = scope.roots(May.EDIT_HOUSEHOLDS)
    for one in sorted(mine & tree.places.keys()):
        if not mine & {place.code for place in tree.way(one) if place.code != one}:
            yield one
