"""Rows in doubt beside the persons of the register they may be: attribute by attribute, with what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.history.clock import is_demonstration
from tsampa.office.intake.cells import Row, RowReader
from tsampa.office.intake.models import Batch, Decision, Doubt, StagedRow
from tsampa.office.intake.reading import ReadSheet
from tsampa.office.intake.showing import layout, say_value
from tsampa.office.intake.staging import cells_of
from tsampa.office.register.columns import schema
from tsampa.office.register.identity import mask, reveal
from tsampa.office.register.models import Household, Membership, Person
from tsampa.schema import Label
from tsampa.sheets.grid import Grid

__all__ = ["ShownCandidate", "ShownDoubt", "looked_at", "shown_doubts"]

_SHOWN = (
    "name",
    "other_name",
    "birth_date",
    "sex",
    "identity",
    "household",
    "village",
    "relationship",
    "kin",
)
KIN = Label("others of the household", "同户人员")
_KIN = 8


@dataclass(frozen=True)
class ShownCandidate:
    """A person whom the row may be. ``known`` is empty where the person is of another area, whose data stays there.

    ``home`` is the household whose file that is a part of: the one they are of, or were last as far as the user may see.
    """

    person: str
    score: int
    reasons: str
    known: dict[str, str]
    decided: Decision | None
    home: str = ""


@dataclass(frozen=True)
class ShownDoubt:
    """A row in doubt. ``lines`` has for each attribute its label, what the row says, and of each candidate what and whether
    that is the same (None where one of them does not say)."""

    row: int
    sheet: str
    candidates: list[ShownCandidate]
    lines: list[tuple[str, str, list[tuple[str, bool | None]]]] = field(default_factory=list)

    @property
    def decided(self) -> bool:
        """Whether somebody said who it is."""
        return bool(self.candidates) and all(one.decided for one in self.candidates)

    @property
    def nobody(self) -> bool:
        """Whether it was said to be none of them."""
        return self.decided and not any(one.decided and one.decided.same for one in self.candidates)


def shown_doubts(scope: Scope, batch: Batch, doubts: Iterable[Doubt], lang: str) -> list[ShownDoubt]:
    """The doubts as a page shows them, in a fixed number of queries."""
    told = list(doubts)
    rows = _staged(batch, told)
    people = _persons(scope, {one["person"] for doubt in told for one in doubt.candidates}, lang)
    decided = _decided(told)
    said = Household.objects.filter(code__in=[row.values.get("household") or "" for row in rows.values()])
    villages = dict(visible_to(scope, said).values_list("code", "area__name"))
    return [_shown(one, rows.get((one.sheet, one.row)), people, decided, villages, lang) for one in told]


def looked_at(doubts: Iterable[ShownDoubt]) -> set[str]:
    """The households of which something is shown."""
    return {one.home for doubt in doubts for one in doubt.candidates if one.home}


def _staged(batch: Batch, doubts: list[Doubt]) -> dict[tuple[str, int], Row]:
    """The rows as their sheets say them."""
    readers = {one["name"]: _reader(batch, one) for one in batch.sheets if one["table"] == "persons"}
    found = StagedRow.objects.filter(batch=batch, table="persons", number__in=[one.row for one in doubts])
    return {
        (one.sheet, one.number): readers[one.sheet].row(one.number, cells_of(one.cells))
        for one in found if one.sheet in readers
    }  # fmt: skip


def _reader(batch: Batch, told: dict[str, Any]) -> RowReader:
    sheet = layout().sheet(told["table"])
    assert sheet is not None
    columns = [sheet.by_name.get(name) if name else None for name in told["columns"]]
    read = ReadSheet(told["name"], sheet, Grid(told["name"], told["header"], []), columns, {})
    return RowReader(read, batch.on, made_up=is_demonstration())


def _persons(scope: Scope, codes: set[str], lang: str) -> dict[str, tuple[dict[str, str], str]]:
    """What is shown of those candidates who stand in the user's areas, and of which household that is."""
    persons = {one.code: one for one in visible_to(scope, Person.objects.filter(code__in=codes))}
    joined = Membership.objects.filter(person__in=persons).select_related("household__area")
    last = {one.person_id: one for one in visible_to(scope, joined).order_by("since", "code")}
    homes = {code: one for code, one in last.items() if one.until is None}
    mates: dict[str, list[Membership]] = defaultdict(list)
    beside = Membership.objects.filter(household__in={one.household_id for one in homes.values()}, until=None)
    for one in beside.select_related("person").order_by("since", "code"):
        mates[one.household_id].append(one)
    return {
        code: (_told(one, homes.get(code), mates, lang), last[code].household_id if code in last else "")
        for code, one in persons.items()
    }


def _told(
    person: Person, home: Membership | None, mates: dict[str, list[Membership]], lang: str
) -> dict[str, str]:
    found = {
        "name": person.name, "other_name": person.other_name, "birth_date": str(person.birth_date or ""), "sex": _word("sex", person.sex, lang),
        "identity": mask(reveal(bytes(person.identity_cipher))) if person.identity_cipher else "",
    }  # fmt: skip
    if home is not None:
        kin = [one for one in mates[home.household_id] if one.person_id != person.code]
        found |= {
            "household": home.household_id, "village": home.household.area.name,
            "relationship": _word("relationship", home.relationship, lang),
            "kin": "、".join(f"{one.person.name}（{_word('relationship', one.relationship, lang)}）" for one in kin[:_KIN]),
        }  # fmt: skip
    return found


def _word(column: str, value: Any, lang: str) -> str:
    table = schema().by_name["memberships" if column == "relationship" else "persons"]
    return say_value(table.by_name.get(column), value, lang) if value else ""


def _decided(doubts: list[Doubt]) -> dict[tuple[str, str], Decision]:
    found = Decision.objects.filter(key__in=[one.key for one in doubts])
    return {(one.key, one.person): one for one in found}


def _shown(
    doubt: Doubt, row: Row | None, people: dict[str, tuple[dict[str, str], str]], decided: dict[tuple[str, str], Decision],
    villages: dict[str, str], lang: str,
) -> ShownDoubt:  # fmt: skip
    candidates = [
        ShownCandidate(
            one["person"], round(100 * one["probability"]), one[lang], known, decided.get((doubt.key, one["person"])), home
        )
        for one in doubt.candidates for known, home in [people.get(one["person"], ({}, ""))]
    ]  # fmt: skip
    says = _row_says(row, villages, lang) if row else {}
    lines = [
        (label, says.get(name, ""), [_compared(says.get(name, ""), one.known.get(name, ""), name) for one in candidates])
        for name, label in _labels(lang)
        if says.get(name) or any(one.known.get(name) for one in candidates)
    ]  # fmt: skip
    return ShownDoubt(doubt.row, doubt.sheet, candidates, lines)


def _row_says(row: Row, villages: dict[str, str], lang: str) -> dict[str, str]:
    values = row.values
    return {
        "name": values.get("name") or "", "other_name": values.get("other_name") or "", "birth_date": values.get("birth_date") or "",
        "sex": _word("sex", values.get("sex"), lang), "identity": mask(row.identity) if row.identity else "",
        "household": values.get("household") or "", "village": villages.get(values.get("household") or "", ""),
        "relationship": _word("relationship", values.get("relationship"), lang),
    }  # fmt: skip


def _labels(lang: str) -> list[tuple[str, str]]:
    sheet = layout().sheet("persons")
    assert sheet is not None
    named = {name: one.label for name, one in sheet.by_name.items()}
    home = schema().level_labels[schema().home_level]
    return [
        (name, (KIN if name == "kin" else home if name == "village" else named[name]).say(lang)) for name in _SHOWN
    ]  # fmt: skip


def _compared(said: str, known: str, name: str) -> tuple[str, bool | None]:
    if name == "kin" or not said or not known:
        return known, None
    return known, said == known
