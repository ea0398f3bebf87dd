"""Where the households that answer stand: how many in each village, and in the area above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db.models import Count
from django.utils.translation import gettext as _

from tsampa.office.accounts.scope import Scope
from tsampa.office.areas.models import Area
from tsampa.office.areas.tree import TOP, Place, Tree, grown
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.lists import Asked, find
from tsampa.office.web.maps import AreaMap, Cell, Row, scale_for

__all__ = ["spread_of"]

Address = Callable[[str], str]


def spread_of(
    scope: Scope, asked: Asked, judgement: Judgement | None, areas: Sequence[Area], to: Address
) -> AreaMap:
    """The households of the scope that answer, by area; ``areas`` are all of the scope, and ``to`` gives where one leads.

    An area that is no more is told of while households stand in it.
    """
    counts = _counted(scope, asked, judgement, areas)
    tree = grown(areas)
    inside = _inside(tree, asked.area)
    lowest = [tree.places[one] for one in sorted(inside) if one in counts or _has_none(tree, one)]
    scale = scale_for(max(counts.values(), default=0))

    def cell(place: Place, count: int) -> Cell:
        return Cell(place, count, scale.step(count), to(place.code))

    below: dict[str, list[Cell]] = defaultdict(list)
    for one in lowest:
        below[one.parent if one.parent in inside else one.code].append(cell(one, counts.get(one.code, 0)))
    rows = [_row(tree.places[code], cells, cell) for code, cells in sorted(below.items())]
    return AreaMap(_("Households by area"), _("households"), scale, rows)


def _counted(
    scope: Scope, asked: Asked, judgement: Judgement | None, areas: Sequence[Area]
) -> dict[str, int]:
    rows = find(scope, replace(asked, sort="code"), judgement, areas).order_by()
    return dict(rows.values_list("area").annotate(Count("pk")))


def _inside(tree: Tree, root: str) -> set[str]:
    """The area asked for and all below it; of one that is not of the scope, nothing."""
    return set(tree.within(root)) - {TOP} if root in tree.places or root == TOP else set()


def _has_none(tree: Tree, code: str) -> bool:
    """Whether this is one of the narrowest areas, in force, in which no household answers."""
    return not tree.below.get(code) and tree.places[code].until is None


def _row(place: Place, cells: list[Cell], cell: Callable[[Place, int], Cell]) -> Row:
    """The area with those below it, or alone where it is one of the narrowest itself."""
    alone = [one.place for one in cells] == [place]
    return Row(cell(place, sum(one.count for one in cells)), [] if alone else cells)
