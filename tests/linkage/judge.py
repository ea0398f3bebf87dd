"""How well a linkage did, by the truth that the error model knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from linkage.mistakes import Case
from tsampa.linkage import Linkage


@dataclass(frozen=True)
class Quality:
    """Of the register's persons who are in the sheet, the share found; of what was matched, the share that is right, and how
    many are wrong; of the sheet's rows, the share that a person is asked about, and of these the share among whose candidates
    the right one is."""

    recall: float
    precision: float
    wrong: int
    doubtful: float
    helped: float


def judge(case: Case, linkage: Linkage) -> Quality:
    """The quality of what was proposed."""
    rows, candidates = linkage.rows, linkage.candidates
    matched = {
        row: person
        for row, person in zip(rows["id"].to_pylist(), rows["register_id"].to_pylist(), strict=True)
        if person
    }
    asked = {row for row, outcome in _outcomes(linkage) if outcome == "doubtful"}
    right = {
        row
        for row, person in zip(
            candidates["id"].to_pylist(), candidates["register_id"].to_pylist(), strict=True
        )
        if case.truth[row] == person
    }
    return Quality(
        *_rates(case, matched), len(asked) / len(case.sheet), len(asked & right) / max(1, len(asked))
    )


def judge_exact_keys(case: Case) -> Quality:
    """What comparing keys as they are written finds: the identity number, else name, birth date and village, if one person has them."""
    numbers = {row["identity_hash"]: str(row["id"]) for row in case.register if row["identity_hash"]}
    keys = Counter(_key(row) for row in case.register)
    persons = {_key(row): str(row["id"]) for row in case.register if keys[_key(row)] == 1}
    found = {
        str(row["id"]): numbers.get(row["identity_hash"]) or persons.get(_key(row)) for row in case.sheet
    }
    return Quality(*_rates(case, {row: person for row, person in found.items() if person}), 0.0, 0.0)


def _rates(case: Case, matched: dict[str, str]) -> tuple[float, float, int]:
    right = {person for row, person in matched.items() if case.truth[row] == person}
    there = {person for person in case.truth.values() if person}
    wrong = sum(case.truth[row] != person for row, person in matched.items())
    return len(right) / len(there), 1 - wrong / max(1, len(matched)), wrong


def _key(row: dict[str, str | None]) -> tuple[str | None, ...]:
    return row["name"], row["birth_date"], row["village"]


def _outcomes(linkage: Linkage) -> list[tuple[str, str]]:
    return list(zip(linkage.rows["id"].to_pylist(), linkage.rows["outcome"].to_pylist(), strict=True))
