"""A household's file as its page shows it: facts of a day, what the latest judgement found, and pictures of its income."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.checks import is_stale
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Judgement, Result
from tsampa.office.history import Cut, cut_at
from tsampa.office.history.clock import is_demonstration
from tsampa.office.register.columns import row_of, schema
from tsampa.office.register.identity import mask, reveal
from tsampa.office.register.listed import Light, light_labels, say_standing
from tsampa.office.register.models import Check, Evidence, Household, Income, Membership, Person, Record
from tsampa.office.register.queries import Everything, HouseholdFile
from tsampa.office.register.said import NOTHING, say_choice, say_column, say_number, say_value
from tsampa.office.web.language import language
from tsampa.schema import ProgrammeFile, Table, read_programme

__all__ = [
    "Judged", "Member", "Told", "cut_of_evening", "default_day", "home_of", "judged", "light_cards", "members_of", "programme", "records_of",
    "say_variable", "table_rows",
]  # fmt: skip


def home_of(scope: Scope, code: str, may: May = May.SEE_HOUSEHOLDS) -> Household | None:
    """The household of this code, where the user may do this with it."""
    return visible_to(scope, Household.objects.filter(pk=code), may).select_related("area__parent").first()


def default_day(today: date) -> date:
    """The day a file is shown for: today; in a demonstration, whose time ended long ago, the day of its latest judgement."""
    last = Judgement.objects.first() if is_demonstration() else None
    return last.day if last else today


def cut_of_evening(day: date) -> Cut:
    """What had been recorded by the evening of this day. Raises TsampaError ``history-no-cut``."""
    if day.year >= 9999:
        day = date(9998, 12, 31)
    return cut_at(timezone.make_aware(datetime.combine(day + timedelta(days=1), time())))


@cache
def _programme(folder: Path) -> ProgrammeFile:
    return read_programme(folder)


def programme() -> ProgrammeFile:
    """The office's programme."""
    return _programme(settings.PROGRAMME)


@dataclass(frozen=True)
class Told:
    """A column or variable with its value, in words."""

    label: str
    value: str
    name: str = ""


@dataclass(frozen=True)
class Member:
    """A member as the file shows one; the identity number is masked."""

    membership: Membership
    person: Person
    age: int | None
    relationship: str
    sex: str
    work_capacity: str
    identity: str
    more: tuple[Told, ...]


def members_of(found: Everything, file: HouseholdFile, on: date) -> list[Member]:
    """The members of the day, the head first."""
    rows = [one for one in file.memberships if one.person_id in found.persons]
    rows.sort(key=lambda one: (one.relationship != "head", one.since, one.code))
    return [_member(one, found.persons[one.person_id], on) for one in rows]


def _member(one: Membership, person: Person, on: date) -> Member:
    table = schema().by_name["persons"]
    own = (Told(column.label.say(language()), say_value(column, person.own[name])) for name, column in table.by_name.items() if name in person.own)  # fmt: skip
    return Member(
        one, person, _age(person.birth_date, on), say_choice("memberships", "relationship", one.relationship),
        say_choice("persons", "sex", person.sex), say_choice("persons", "work_capacity", person.work_capacity), _masked(person), tuple(own),
    )  # fmt: skip


def _age(born: date | None, on: date) -> int | None:
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _masked(person: Person) -> str:
    if not person.identity_cipher:
        return NOTHING
    try:
        return mask(reveal(bytes(person.identity_cipher)))
    except TsampaError:  # written with another key: the file is read all the same
        return "••••"


@dataclass(frozen=True)
class Judged:
    """What the latest judgement not after a day found of a household. ``earlier`` are all judgements by then, the latest first."""

    judgement: Judgement
    values: dict[str, Any] | None
    earlier: list[tuple[Judgement, dict[str, Any]]]
    latest: bool

    def digits(self, name: str) -> int:
        """The decimals of a variable."""
        return int(self.judgement.variables.get(name, {}).get("digits") or 0)


def judged(household: str, on: date) -> Judged | None:
    """None where nothing was counted by that day."""
    all_of_them = list(Judgement.objects.all())
    then = [one for one in all_of_them if one.day <= on]
    if not then:
        return None
    by = {one.judgement_id: one.values for one in Result.objects.filter(household=household, judgement__in=[one.pk for one in then])}  # fmt: skip
    seen: set[date] = set()
    earlier = []
    for one in then:  # of two judgements of a day the later one counts
        if one.pk in by and one.day not in seen:
            seen.add(one.day)
            earlier.append((one, by[one.pk]))
    return Judged(then[0], by.get(then[0].pk), earlier, then[0] == all_of_them[0])


def say_variable(judgement: Judgement, name: str, value: Any) -> Told:
    """A variable of the rules with its value."""
    told, glance = judgement.variables.get(name, {}), glance_of()
    label = str(told.get(language(), name))
    if value is None:
        return Told(label, _("unknown"), name)
    if glance and name == glance.standing:
        return Told(label, say_standing(value), name)
    if isinstance(value, bool):
        return Told(label, _("yes") if value else _("no"), name)
    if isinstance(value, int):
        return Told(label, say_number(value, int(told.get("digits") or 0)), name)
    return Told(label, _word(str(value)), name)


def _word(value: str) -> str:
    """A word of the rules is as a rule one of the register's choices."""
    if value == "none":
        return _("none")
    for column in schema().by_name["statuses"].columns:
        if value in column.choice_labels:
            return column.choice_labels[value].say(language())
    return value


@dataclass(frozen=True)
class LightCard:
    """A part of the standard with the checks it rests on, the day of the latest, and whether that one is stale."""

    light: Light
    checks: tuple[Check, ...]
    since: date | None
    stale: bool


def light_cards(found: Judged | None, file: HouseholdFile, on: date) -> list[LightCard]:
    """Each light; a part that is named as a guarantee rests on the checks of it, which are stale or not on this day."""
    if found is None or found.values is None:
        return []
    cards = []
    for name, label in light_labels(found.judgement).items():
        value = found.values.get(name)
        state = "unknown" if value is None else "meets" if value else "fails"
        checks = tuple(one for one in file.checks if one.guarantee == name)
        since = max((one.date for one in checks), default=None)
        stale = is_stale(name, since, found.values, on)
        cards.append(LightCard(Light(name, label, state), checks, since, stale))
    return cards


def table_rows(name: str, rows: Iterable[Any], skip: Iterable[str] = ()) -> tuple[list[str], list[dict[str, Any]]]:  # fmt: skip
    """Rows of a model as a table of words: the heads of the columns that some row fills, and for each row its code and cells."""
    table, given = schema().by_name[name], list(rows)
    read = [(one, row_of(table, {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields})) for one in given]  # fmt: skip
    return _as_table(table, read, {table.key, "household", *skip})


def records_of(rows: list[Record], on: date) -> list[dict[str, Any]]:
    """The programme's own records that had begun by the day, table by table, the latest first."""
    found = []
    by: dict[str, list[Record]] = {}
    for one in rows:
        by.setdefault(one.table, []).append(one)
    for table in schema().tables:
        mine = [one for one in by.get(table.name, ()) if _begun(one, table, on)]
        if mine:
            mine.sort(key=lambda one: (str(one.own.get(table.since or "") or ""), one.code), reverse=True)
            heads, told = _as_table(table, [(one, {table.key: one.code, **one.own}) for one in mine], {table.key, "household"})  # fmt: skip
            found.append(
                {"name": table.name, "label": table.label.say(language()), "heads": heads, "rows": told}
            )
    return found


def _begun(one: Record, table: Table, on: date) -> bool:
    since = one.own.get(table.since) if table.since else None
    return not since or str(since) <= on.isoformat()


def _as_table(table: Table, rows: list[tuple[Any, dict[str, Any]]], skip: set[str]) -> tuple[list[str], list[dict[str, Any]]]:  # fmt: skip
    columns = [one for one in table.columns if one.name not in skip and any(row.get(one.name) is not None for _, row in rows)]  # fmt: skip
    told = [
        {"row": one, "code": row.get(table.key), "cells": [(column.type.kind == "number", say_value(column, row.get(column.name))) for column in columns]}
        for one, row in rows
    ]  # fmt: skip
    return [say_column(table.name, one.name) for one in columns], told


def evidence_of(checks: Iterable[Check]) -> dict[str, list[Evidence]]:
    """The files of these checks, by the check's code."""
    found: dict[str, list[Evidence]] = {}
    for one in Evidence.objects.filter(check_row__in=[one.pk for one in checks]).order_by("pk"):
        found.setdefault(one.check_row_id, []).append(one)
    return found


def incomes_by_year(rows: list[Income], upto: int) -> tuple[list[int], dict[str, dict[int, int | None]]]:
    """The years that have accounts, and by source what each year brought; None where an amount of it is not known."""
    mine = [one for one in rows if one.accounting_year <= upto]
    years = sorted({one.accounting_year for one in mine})
    found: dict[str, dict[int, int | None]] = {}
    for one in mine:
        year = found.setdefault(one.source, {})
        before = year.get(one.accounting_year, 0)
        year[one.accounting_year] = None if before is None or one.amount is None else before + one.amount
    return years, found


def area_path(area: Area) -> str:
    """Township and village."""
    return f"{area.parent.name} · {area.name}" if area.parent else area.name
