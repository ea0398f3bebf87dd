"""What a list shows of each of its households: read for a page or a part of an export at once, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Gap, Judgement, Result
from tsampa.office.register.columns import schema
from tsampa.office.register.lists import CHECKS, COLUMNS
from tsampa.office.register.models import Household, Membership, Status
from tsampa.office.register.said import say_number, say_status
from tsampa.office.web.language import language

__all__ = [
    "Light",
    "Listed",
    "cells",
    "check_labels",
    "heads",
    "in_parts",
    "light_labels",
    "listed",
    "say_standing",
    "standing_labels",
    "status_labels",
]

PART = 1_000


class Light(NamedTuple):
    """One part of the standard: ``state`` is ``meets``, ``fails`` or ``unknown``."""

    name: str
    label: str
    state: str

    @property
    def word(self) -> str:
        """The state in words."""
        if self.state == "unknown":
            return _("unknown")
        return _("meets") if self.state == "meets" else _("does not meet")


@dataclass(frozen=True)
class Listed:
    """A household as a list shows it. ``lights`` are empty where no judgement found it."""

    code: str
    head: str
    other_name: str
    area: str
    village: str
    members: int
    status: str
    since: date | None
    standing: str
    standing_word: str
    lights: tuple[Light, ...]
    per_head: int | None
    line: int | None
    address: str
    checked: date | None

    @property
    def short(self) -> bool:
        """Whether the income per head is known to be below the line."""
        return self.per_head is not None and self.line is not None and self.per_head < self.line


def light_labels(judgement: Judgement | None) -> dict[str, str]:
    """Each light by its name, as the rules call it."""
    glance = glance_of()
    told = judgement.variables if judgement else {}
    return {one: told.get(one, {}).get(language(), one) for one in (glance.lights if glance else ())}


def status_labels() -> list[tuple[str, str]]:
    """Each status that a list may be filtered by, in words."""
    labels = schema().by_name["statuses"].by_name["status"].choice_labels
    return [(one, label.say(language())) for one, label in labels.items()] + [("none", _("nothing recorded"))]


def check_labels() -> list[tuple[str, str]]:
    """How old checks may be asked to be, in words."""
    return list(zip(CHECKS, (_("a check is stale"), _("nothing was ever checked")), strict=True))


def standing_labels() -> list[tuple[str, str]]:
    """Each standing of the programme, in words."""
    glance, at = glance_of(), 1 if language() == "zh" else 0
    return [(one, words[at]) for one, words in glance.standings.items()] if glance else []


def say_standing(standing: str | None) -> str:
    """A word of the programme's standing."""
    glance = glance_of()
    if standing is None or glance is None or standing not in glance.standings:
        return _("not counted yet") if standing is None else standing
    en, zh = glance.standings[standing]
    return zh if language() == "zh" else en


def listed(codes: Sequence[str], judgement: Judgement | None) -> list[Listed]:
    """These households, in this order. They passed the door before: only codes of the scope come here."""
    homes = {one.code: one for one in Household.objects.filter(pk__in=codes).select_related("area")}
    counts, names = _members(codes)
    statuses = _statuses(codes)
    found = _results(codes, judgement)
    labels = light_labels(judgement)
    return [
        _row(homes[code], counts.get(code, 0), names.get(code, ("", "")), statuses.get(code), found.get(code), labels)
        for code in codes
        if code in homes
    ]  # fmt: skip


def in_parts(rows: QuerySet[Household], judgement: Judgement | None) -> Iterator[Listed]:
    """All of the households, read a part at a time."""
    part: list[str] = []
    for code in rows.values_list("code", flat=True).iterator(PART):
        part.append(code)
        if len(part) == PART:
            yield from listed(part, judgement)
            part = []
    yield from listed(part, judgement)


def _members(codes: Sequence[str]) -> tuple[dict[str, int], dict[str, tuple[str, str]]]:
    counts: dict[str, int] = {}
    names: dict[str, tuple[str, str]] = {}
    now = Membership.objects.filter(household__in=codes, until=None)
    for home, relationship, name, other in now.values_list(
        "household_id", "relationship", "person__name", "person__other_name"
    ):
        counts[home] = counts.get(home, 0) + 1
        if relationship == "head":
            names[home] = (name, other)
    return counts, names


def _statuses(codes: Sequence[str]) -> dict[str, Status]:
    """How each stands now; a monitoring counts before the standing beside it."""
    found: dict[str, Status] = {}
    for one in Status.objects.filter(household__in=codes, until=None).order_by("code"):
        if one.status == "monitored" or one.household_id not in found:
            found[one.household_id] = one
    return found


def _results(codes: Sequence[str], judgement: Judgement | None) -> dict[str, dict[str, Any]]:
    if judgement is None:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for code, values, since in Result.objects.filter(judgement=judgement, household__in=codes).values_list("household_id", "values", "checked_since"):  # fmt: skip
        found[code] = {"values": values, "gaps": {}, "checked": since}
    for code, light, known in Gap.objects.filter(judgement=judgement, household__in=codes).values_list("household_id", "light", "known"):  # fmt: skip
        if code in found:
            found[code]["gaps"][light] = "fails" if known else "unknown"
    return found


def _row(home: Household, members: int, name: tuple[str, str], status: Status | None, found: dict[str, Any] | None, labels: dict[str, str]) -> Listed:  # fmt: skip
    glance = glance_of()
    values = found["values"] if found and glance else {}
    lights = tuple(
        Light(one, label, found["gaps"].get(one, "meets")) for one, label in labels.items() if found
    )
    word = values.get(glance.standing) if glance else None
    return Listed(
        code=home.code, head=name[0], other_name=name[1], area=home.area_id, village=home.area.name, members=members,
        status=say_status(status.status, status.kind) if status else say_status(None), since=status.since if status else None,
        standing=say_standing(word), standing_word=word or "", lights=lights, per_head=values.get(glance.per_head) if glance else None,
        line=values.get(glance.line) if glance else None, address=home.address,
        checked=found["checked"] if found else None,
    )  # fmt: skip


def heads(columns: Iterable[str], judgement: Judgement | None) -> dict[str, str]:
    """What each column is called."""
    glance = glance_of()
    told = judgement.variables if judgement else {}
    words = {
        "head": _("head of household"), "village": _("village"), "members": _("members"), "status": _("status"), "since": _("status since"), "standing": _("standing"),
        "lights": _("parts of the standard"), "checked": _("oldest check"), "per_head": _("income per head"), "line": _("the line"), "address": _("address"),
    }  # fmt: skip
    if glance:
        for name, variable in (("standing", glance.standing), ("per_head", glance.per_head), ("line", glance.line)):  # fmt: skip
            words[name] = told.get(variable, {}).get(language(), words[name])
    return {one: words[one] for one in columns if one in COLUMNS}


def cells(row: Listed, columns: Iterable[str], digits: int) -> list[Any]:
    """The row as an export has it: a light is a cell of its own, an amount a text with its decimals."""
    made: list[Any] = [row.code]
    for one in columns:
        if one == "lights":
            made += [light.word for light in row.lights]
        elif one in ("per_head", "line"):
            value = getattr(row, one)
            made.append("" if value is None else say_number(value, digits).replace(",", ""))
        elif one in ("since", "checked"):
            day = getattr(row, one)
            made.append(day.isoformat() if day else "")
        else:
            made.append(getattr(row, one))
    return made
