"""Rows of a batch as people read them: labels of the schema in their language, choices in words, identity numbers masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tsampa.messages import say_message
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.intake.layout import Layout, read_layout
from tsampa.office.intake.models import PlannedRow, RowProblem
from tsampa.office.register.columns import read_rows, schema
from tsampa.office.register.identity import from_text, mask, reveal
from tsampa.office.register.models import Household, Membership, Person
from tsampa.schema import Column, Kind, Label, from_minor

__all__ = [
    "ShownChange",
    "ShownProblem",
    "ShownRow",
    "layout",
    "looked_at",
    "say_value",
    "shown_problems",
    "shown_rows",
    "table_label",
]

_IDENTITY = "identity_cipher"
_HIDDEN = ("identity_hash",)


@dataclass(frozen=True)
class ShownChange:
    """A column of a row, with what stands in it and what would."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownRow:
    """A planned row. ``whose`` names the person it is about, where it is about one the register knows; ``url`` is the
    household's page."""

    table: str
    code: str
    kind: str
    row: int
    whose: str
    household: str
    url: str
    changes: list[ShownChange]


@dataclass(frozen=True)
class ShownProblem:
    """A problem in the reader's language."""

    sheet: str
    row: int
    column: str
    code: str
    message: str
    remedy: str
    effect: str


def layout() -> Layout:
    """The sheets of this register."""
    return _layout(schema().levels)


@cache
def _layout(_levels: tuple[str, ...]) -> Layout:
    return read_layout(schema())


def table_label(name: str, lang: str) -> str:
    """What a table is called."""
    found = schema().by_name.get(name)
    return found.label.say(lang) if found else name


def shown_rows(scope: Scope, rows: Iterable[PlannedRow], lang: str) -> list[ShownRow]:
    """The rows, with the names of areas and persons they are about, where the user may see them: four queries, however
    many they are."""
    told = list(rows)
    areas = {value for one in told for value in _areas_in(one)}
    places = dict(visible_to(scope, Area.objects.filter(code__in=areas)).values_list("code", "name"))
    names = _names(scope, told)
    homes = {_home(one) for one in told} - {""}
    there = set(visible_to(scope, Household.objects.filter(code__in=homes)).values_list("code", flat=True))
    return [_shown(one, lang, places, names, there) for one in told]


def _names(scope: Scope, told: list[PlannedRow]) -> dict[str, str]:
    """By the code of the person, or of the membership. A sheet may name a person of another area, who stays without a name."""
    persons = {one.code if one.table == "persons" else str(one.after.get("person") or "") for one in told}
    known = visible_to(scope, Person.objects.filter(code__in=persons - {""}))
    joined = [one.code for one in told if one.table == "memberships" and one.stood]
    members = visible_to(scope, Membership.objects.filter(code__in=joined))
    return dict(known.values_list("code", "name")) | dict(members.values_list("code", "person__name"))


def looked_at(rows: Iterable[PlannedRow]) -> set[str]:
    """The households of the register of which the rows show something; of a person, the one they are of, or were last. Two
    queries, and one for each table of which rows would change."""
    told = list(rows)
    stands = _stands(told)
    homes, persons = set[str](), set[str]()
    for one in told:
        row, codes = stands.get((one.table, one.code), {}), set[str]()
        if one.table == "households":
            codes.add(one.code)
        codes |= {str(said["household"]) for said in (row, one.before, one.after) if said.get("household")}
        homes |= codes
        if not codes:
            persons.add(one.code if one.table == "persons" else str(row.get("person") or one.after.get("person") or ""))  # fmt: skip
    joined = Membership.objects.filter(person__in=persons).order_by("since", "code")
    homes |= set(dict(joined.values_list("person", "household")).values())
    return set(Household.objects.filter(code__in=homes).values_list("code", flat=True))


def _stands(told: list[PlannedRow]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows that would change, as they stand: a planned row has those columns only that change."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for one in told:
        if one.stood and one.table not in ("areas", "households", "persons"):
            by_table[one.table].append(one.code)
    return {
        (name, row[table.key]): row
        for name, codes in by_table.items() for table in (schema().by_name[name],) for row in read_rows(table, codes)
    }  # fmt: skip


def _home(one: PlannedRow) -> str:
    return one.code if one.table == "households" else str(one.after.get("household") or "")


def _page_of(household: str) -> str:
    """The household's file, where the office has that page."""
    try:
        return reverse("register:file", args=[household])
    except NoReverseMatch:
        return ""


def _areas_in(one: PlannedRow) -> Iterable[str]:
    table = schema().by_name[one.table]
    columns = [link.column for link in table.links if link.table == "areas"]
    return (said[name] for name in columns for said in (one.before, one.after) if said.get(name))


def _shown(
    one: PlannedRow, lang: str, places: dict[str, str], names: dict[str, str], there: set[str]
) -> ShownRow:
    links = {link.column: link.table for link in schema().by_name[one.table].links}
    changes = [
        ShownChange(
            _label(one.table, name).say(lang), _value(one, name, one.before, lang, links, places), _value(one, name, one.after, lang, links, places)
        )
        for name in one.after if name not in (*_HIDDEN, schema().by_name[one.table].key)
    ]  # fmt: skip
    whose = names.get(str(one.after.get("person") or one.code), "")
    home = _home(one)
    return ShownRow(
        table_label(one.table, lang), one.code, one.kind, one.row, whose or str(one.after.get("name") or ""), home,
        _page_of(home) if home in there else "", changes,
    )  # fmt: skip


def _value(
    one: PlannedRow, name: str, values: dict[str, Any], lang: str, links: dict[str, str], places: dict[str, str]
) -> str:  # fmt: skip
    value = values.get(name)
    if name == _IDENTITY:
        return mask(reveal(from_text(value))) if value else "–"
    if links.get(name) == "areas" and value in places:
        return f"{places[value]} {value}"
    column = schema().by_name[one.table].by_name.get(name)
    return say_value(column, value, lang)


def say_value(column: Column | None, value: Any, lang: str) -> str:
    """A value in storage form, as people write it; a dash for what is not known."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column is None:
        return str(value)
    if column.type.kind is Kind.NUMBER and isinstance(value, int):
        return f"{from_minor(value, column.type.digits):,f}"
    found = column.choice_labels.get(value)
    return found.say(lang) if found else str(value)


def _label(table: str, name: str) -> Label:
    """What a column is called; those that only the office keeps are named by the sheet."""
    column = schema().by_name[table].by_name.get(name)
    if column is not None:
        return column.label
    sheet = layout().sheet(table)
    known = sheet.by_name.get("identity" if name == _IDENTITY else name) if sheet else None
    return known.label if known else Label(name, name)


def shown_problems(problems: Iterable[RowProblem], lang: str) -> list[ShownProblem]:
    """The problems in the reader's language."""
    return [
        ShownProblem(
            one.sheet, one.row, _said_column(one.table, one.column, lang), one.code,
            say_message(one.message, lang), say_message(one.remedy, lang), one.effect,
        )
        for one in problems
    ]  # fmt: skip


def _said_column(table: str, column: str, lang: str) -> str:
    """The column's header; problems name the Chinese one."""
    sheet = layout().sheet(table)
    found = next((one for one in sheet.columns if one.label.zh == column), None) if sheet else None
    return found.label.say(lang) if found else column
