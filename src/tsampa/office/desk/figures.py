"""How somebody's area stands: tiles, pictures and the map of the start page, from the sums of villages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope
from tsampa.office.areas.tree import TOP, Place, Tree, tree_of
from tsampa.office.bridge.models import Judgement
from tsampa.office.desk import charts
from tsampa.office.desk.links import Links
from tsampa.office.desk.sums import (
    Sum,
    incomes_by_day,
    judgement_days,
    judgement_on,
    sums_of,
)
from tsampa.office.desk.visits import stale_checks, visits_due
from tsampa.office.desk.waiting import Waiting
from tsampa.office.web.choropleth import draw_map
from tsampa.office.web.maps import SHARES, AreaMap, Cell, Row
from tsampa.office.web.templatetags.web import money
from tsampa.schema import Glance, ProgrammeFile, read_programme

__all__ = ["Asked", "NoSuchAreaError", "Standing", "standing_of"]


class NoSuchAreaError(LookupError):
    """An area or day that is not there, or not the user's."""


@dataclass(frozen=True)
class Asked:
    """What of the start page is wanted: an area, a day of the judgements, and which standing the map shows."""

    lang: str
    area: str = ""
    on: date | None = None
    show: str = ""


@dataclass(frozen=True)
class Tile:
    """A number with its name, and where it leads."""

    label: str
    value: str
    url: str = ""
    about: str = ""


@dataclass(frozen=True)
class Standing:
    """How the chosen area stands."""

    area: Place | None
    way: list[tuple[Place, str]]
    day: date
    days: list[date]
    tiles: list[Tile]
    pictures: list[dict[str, Any]]
    map: AreaMap
    drawn: dict[str, Any] | None
    shown: str
    standings: dict[str, str]
    waiting: list[Waiting]
    households: str


@dataclass(frozen=True)
class _Found:
    scope: Scope
    asked: Asked
    glance: Glance
    judgement: Judgement
    days: list[Judgement]
    tree: Tree
    sums: dict[str, Sum]
    links: Links
    code: str

    @property
    def standings(self) -> dict[str, str]:
        return {key: words[self.asked.lang == "zh"] for key, words in self.glance.standings.items()}

    @property
    def lights(self) -> dict[str, str]:
        told = self.judgement.variables
        return {one: told.get(one, {}).get(self.asked.lang) or one for one in self.glance.lights}

    @property
    def total(self) -> Sum:
        return self.sums.get(self.code, Sum())


@cache
def _programme(folder: Path) -> ProgrammeFile:
    return read_programme(folder)


def standing_of(scope: Scope, asked: Asked) -> Standing | None:
    """How the area stands; None where nothing was counted yet. Raises NoSuchAreaError for an area or day that is not there."""
    glance, days = _programme(settings.PROGRAMME).glance, judgement_days()
    if glance is None or not days:
        return None
    judgement, tree = judgement_on(days, asked.on), tree_of(scope, May.SEE_FIGURES)
    code = asked.area or tree.start()
    if judgement is None or (code != TOP and code not in tree.places):
        raise NoSuchAreaError(asked.area)
    links = Links(scope, None if judgement is days[0] else judgement.day)
    sums = sums_of(scope, judgement, tree)
    return _told(_Found(scope, asked, glance, judgement, days, tree, sums, links, code))


def _told(found: _Found) -> Standing:
    shown = found.asked.show if found.asked.show in found.standings else _worst(found.glance)
    title = _("Share of households: %(standing)s") % {"standing": found.standings[shown]}
    told = AreaMap(title, "%", SHARES, _grid(found, shown), True, _blank(found))
    return Standing(
        area=found.tree.places.get(found.code), way=_way(found), day=found.judgement.day, days=[one.day for one in found.days],
        tiles=_tiles(found), pictures=_pictures(found), map=told, drawn=draw_map(found.scope, told, May.SEE_FIGURES), shown=shown,
        standings=found.standings, waiting=_waiting(found), households=found.links.households(found.code),
    )  # fmt: skip


def _worst(glance: Glance) -> str:
    """The standing after the first, which is that of who meets the standard."""
    return list(glance.standings)[min(1, len(glance.standings) - 1)]


def _way(found: _Found) -> list[tuple[Place, str]]:
    return [(one, found.links.area(one.code)) for one in found.tree.way(found.code)]


def _tiles(found: _Found) -> list[Tile]:
    total, links = found.total, found.links
    programme = _programme(settings.PROGRAMME)
    people = ngettext("%(count)s person", "%(count)s persons", total.persons) % {
        "count": f"{total.persons:,}"
    }
    tiles = [Tile(_("households"), f"{total.households:,}", links.households(found.code), people)]
    for key, word in found.standings.items():
        number = total.standings.get(key, 0)
        share = f"{Decimal(100) * number / total.households:.1f} %" if total.households else ""
        tiles.append(Tile(word, f"{number:,}", links.households(found.code, standing=key), share))
    known = f"{Decimal(100) * total.heads / total.persons:.1f} %" if total.persons else ""
    about = _("%(currency)s; known of %(share)s of persons") % {
        "currency": programme.currency,
        "share": known,
    }
    tiles.append(Tile(_("income per head"), money(total.per_head), "", about if known else ""))
    visits = stale_checks(found.scope, links, found.code, total)
    return [*tiles, Tile(*visits)] if visits else tiles


def _pictures(found: _Found) -> list[dict[str, Any]]:
    programme = _programme(settings.PROGRAMME)
    below = [one for one in found.tree.children(found.code) if one.code in found.sums]
    earned = incomes_by_day(found.scope, found.days, found.tree, found.code)
    pictures = [
        charts.gaps(found.code, found.total, found.lights, found.links),
        charts.incomes(earned, programme.currency, programme.exponent),
    ]
    if below:
        pictures.insert(0, charts.standings(below, found.sums, found.standings, found.links))
    return pictures


def _grid(found: _Found, shown: str) -> list[Row]:
    """The areas below, each with those below it; a lowest area but one is a line of its own."""
    below = [one for one in found.tree.children(found.code) if one.code in found.sums]
    here = found.tree.places.get(found.code)
    if here and below and not any(found.tree.below.get(one.code) for one in below):
        return [Row(_cell(found, here, shown), [_cell(found, one, shown) for one in below])]
    return [
        Row(
            _cell(found, one, shown),
            [_cell(found, each, shown) for each in found.tree.children(one.code) if each.code in found.sums],
        )
        for one in below
    ]


def _blank(found: _Found) -> list[Place]:
    """The areas of the grid in which there are no households."""
    below = found.tree.children(found.code)
    wider = [each for one in below for each in found.tree.children(one.code)]
    return [one for one in below + wider if one.code not in found.sums and one.until is None]


def _cell(found: _Found, place: Place, shown: str) -> Cell:
    there = found.sums.get(place.code, Sum())
    number = there.standings.get(shown, 0)
    share = (Decimal(100) * number / there.households).quantize(Decimal("0.1")) if there.households else None
    return Cell(place, number, SHARES.step(share), found.links.area(place.code), share)


def _waiting(found: _Found) -> list[Waiting]:
    """Households that somebody should look at, in all that the user sees: to visit, to check, and not known."""
    home = found.tree.start()
    total, links = found.sums.get(home, Sum()), Links(found.scope, None)
    if found.judgement is not found.days[0]:
        return []
    visits = visits_due(found.scope, found.tree, found.sums)
    if not links.households(home):
        return visits
    told = [
        Waiting(
            total.standings.get(key, 0), _("households: %(standing)s") % {"standing": found.standings[key]},
            links.households(home, standing=key),
        )
        for key in list(found.glance.standings)[1:]
    ]  # fmt: skip
    told += [
        Waiting(
            total.lights.get(light, [0, 0, 0])[2], _("households of which nobody knows: %(light)s") % {"light": word},
            links.households(home, light=light, gap="unknown"),
        )
        for light, word in found.lights.items()
    ]  # fmt: skip
    return visits + [one for one in told if one.count]
