"""Who a row is that names neither code nor identity number: asked of record linkage, and of people where it is in doubt.

This is the only place that knows ``tsampa.linkage``. Without its extra only what is plainly equal is matched.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings

from tsampa.documents import canonical_json

__all__ = ["Candidate", "Decided", "Proposal", "Someone", "propose", "row_key"]

_MARKS = ("name", "other_name", "birth_date", "sex", "village")


class Someone(NamedTuple):
    """A person as linkage sees one, of the sheet (``id`` is the row's key) or of the register (the person's code)."""

    id: str
    name: str
    other_name: str | None
    birth_date: str | None
    sex: str | None
    village: str | None
    household: str | None
    relationship: str | None
    identity_hash: str | None


class Candidate(NamedTuple):
    """A person of the register whom a row may be: how likely (0 to 1), and why, in both languages."""

    person: str
    probability: float
    en: str
    zh: str


class Proposal(NamedTuple):
    """What is proposed of a row: ``matched``, ``doubtful`` or ``new``; the candidates, the likeliest first."""

    outcome: str
    candidates: list[Candidate]


class Decided(NamedTuple):
    """What people decided before: pairs of a row's key and a person's code."""

    same: list[tuple[str, str]]
    different: list[tuple[str, str]]


def row_key(values: dict[str, Any], times: int) -> str:
    """What a row is known by when the same sheet, or another one, brings it again; nobody reads names from it."""
    said = canonical_json([*(values.get(one) for one in _MARKS), times])
    return hmac.new(settings.IDENTITY_KEY, b"tsampa row key" + said, hashlib.sha256).hexdigest()[:32]


def propose(incoming: list[Someone], known: list[Someone], decided: Decided) -> dict[str, Proposal]:
    """What is proposed of each row, by its key."""
    if not incoming or not known:
        return {one.id: Proposal("new", []) for one in incoming}
    if _installed():
        return _linked(incoming, known, decided)
    return _plainly(incoming, known, decided)


def _installed() -> bool:
    parts = ("tsampa.linkage", "splink", "pypinyin", "opencc")
    return all(importlib.util.find_spec(one) is not None for one in parts)


def _linked(incoming: list[Someone], known: list[Someone], decided: Decided) -> dict[str, Proposal]:
    linkage = importlib.import_module("tsampa.linkage")
    found = linkage.link_records(
        _table(incoming), _table(known), same=decided.same, different=decided.different
    )
    candidates: dict[str, list[Candidate]] = defaultdict(list)
    for one in found.candidates.to_struct_array().to_pylist():
        said = Candidate(
            one["register_id"], one["probability"], str(one["reasons_en"]), str(one["reasons_zh"])
        )
        candidates[one["id"]].append(said)
    return {
        one["id"]: Proposal(one["outcome"], candidates[one["id"]])
        for one in found.rows.to_struct_array().to_pylist()
    }


def _table(people: list[Someone]) -> Any:
    import arro3.core as arro

    names = ["alternative_name" if one == "other_name" else one for one in Someone._fields]
    columns = zip(*people, strict=True)
    return arro.Table.from_pydict(
        {
            name: arro.Array(list(column), type=arro.DataType.string())
            for name, column in zip(names, columns, strict=True)
        }
    )


def _plainly(incoming: list[Someone], known: list[Someone], decided: Decided) -> dict[str, Proposal]:
    """Equal in name, date of birth, sex and village, and the only one on both sides: matched. Equal in name and date: doubtful."""
    people: dict[tuple[Any, ...], list[Someone]] = defaultdict(list)
    for one in known:
        people[(one.name, one.birth_date)].append(one)
    times = Counter((one.name, one.birth_date) for one in incoming)
    same, apart = dict(decided.same), set(decided.different)
    found = {}
    for one in incoming:
        near = [
            other
            for other in people[(one.name, one.birth_date)]
            if (one.id, other.id) not in apart and _may_be(one, other)
        ]
        if one.id in same:
            found[one.id] = Proposal(
                "matched", [Candidate(same[one.id], 1.0, "decided before", "此前已认定")]
            )
        elif len(near) == 1 and times[(one.name, one.birth_date)] == 1 and _equal(one, near[0]):
            found[one.id] = Proposal("matched", list(_candidates(near)))
        else:
            found[one.id] = Proposal("doubtful" if near else "new", list(_candidates(near)))
    return found


def _may_be(one: Someone, other: Someone) -> bool:
    return not (one.identity_hash and other.identity_hash and one.identity_hash != other.identity_hash)


def _equal(one: Someone, other: Someone) -> bool:
    return one.birth_date is not None and one.sex == other.sex and one.village == other.village


def _candidates(near: Iterable[Someone]) -> Iterable[Candidate]:
    people = list(near)
    return (
        Candidate(one.id, 1 / len(people), "same name and date of birth", "姓名和出生日期相同")
        for one in people
    )
