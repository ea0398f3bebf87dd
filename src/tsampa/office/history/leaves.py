"""Versions as leaves: read in order, a few thousand at a time, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from tsampa.office.history.merkle import leaf_hash
from tsampa.office.history.models import Change, Redaction, iso

__all__ = ["RECORD", "Leaf", "header_of", "leaves_between", "redacted_leaves"]

AT_A_TIME = 20_000
RECORD = 40
"""Bytes of a leaf in a seal: the version's number and its hash."""

encode = msgspec.json.encode


class Leaf(NamedTuple):
    """One version: ``hash`` is None where it is redacted and no act says what its hash was."""

    id: int
    hash: bytes | None
    table: str
    key: str
    redacted: bool


@dataclass(frozen=True)
class Kept:
    """What a redaction says of a version."""

    hash: bytes
    header: bytes


def redacted_leaves() -> dict[int, Kept]:
    """What was redacted, by version; whether each act is signed is asked by ``verify``."""
    found = {}
    for act in Redaction.objects.order_by("id"):
        for number, leaf, header in act.stated["versions"]:
            found[number] = Kept(bytes.fromhex(leaf), header.encode())
    return found


def leaves_between(after: int, upto: int) -> Iterator[Leaf]:
    """The leaves of all versions above ``after`` up to ``upto``, in order."""
    redacted = redacted_leaves()
    while rows := _rows(after, upto):
        ends = _changes({row[1] for row in rows})
        for id, change, table, key, operation, payload, salt in rows:
            header = encode((id, table, key, operation))[:-1] + ends[change]
            if payload is not None and salt is not None:
                yield Leaf(id, leaf_hash(salt, header, payload.encode()), table, key, False)
            else:
                kept = redacted.get(id)
                known = kept.hash if kept is not None and kept.header == header else None
                yield Leaf(id, known, table, key, True)
        after = rows[-1][0]


def _rows(after: int, upto: int) -> list[tuple[Any, ...]]:
    query = (
        'SELECT id, change_id, "table", "key", operation, payload, salt FROM history_version '
        f"WHERE id > %s AND id <= %s ORDER BY id LIMIT {AT_A_TIME}"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [after, upto])
        return list(cursor.fetchall())


def _changes(numbers: set[int]) -> dict[int, bytes]:
    """The end of a header for each change: who, when, why, from where."""
    found = {one.pk: _end(one) for one in Change.objects.filter(pk__in=numbers)} if numbers else {}
    return {number: found.get(number, b",null]") for number in numbers}


def _end(change: Change) -> bytes:
    said = (change.pk, iso(change.at), change.actor, change.reason, change.source, change.reference)
    return b"," + encode(said)[1:]


def header_of(id: int, table: str, key: str, operation: str, change: Change) -> bytes:
    """What a leaf says besides the payload, as its hash takes it."""
    return encode((id, table, key, operation))[:-1] + _end(change)
