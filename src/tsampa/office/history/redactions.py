"""Redaction: where the law demands it, payloads leave history by a signed act, and their hashes stay."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.office.history.clock import is_demonstration, now
from tsampa.office.history.keys import public_key, sign, signing_key
from tsampa.office.history.leaves import header_of
from tsampa.office.history.merkle import leaf_hash
from tsampa.office.history.models import Redaction, Version, iso

if TYPE_CHECKING:
    from tsampa.office.accounts.models import User

__all__ = ["redact"]


def redact(
    table: str, key: str, *, by: User | str, reason: str, at: datetime | None = None
) -> Redaction | None:
    """Takes the payloads of a row's earlier versions out of history; None where there is none left to take.

    The latest version of a row that still stands stays: correct or delete the row first. ``verify`` reports redacted versions as
    such. Raises TsampaError ``history-actor`` where nobody or no reason is named, ``redact-unknown``, ``seal-key``.
    """
    actor = by if isinstance(by, str) else by.get_username()
    if not actor.strip() or not reason.strip():
        raise TsampaError(
            "history-actor", "a redaction names nobody or no reason", remedy="Say who redacts, and why."
        )
    signing_key()
    database: Any = connection
    with transaction.atomic():
        database.history.hold_still()
        versions = list(Version.objects.filter(table=table, key=key).select_related("change").order_by("id"))
        if not versions:
            raise TsampaError(
                "redact-unknown", f"history has no row {key} in {table}",
                remedy="Name the table as the database does, such as register_household, and the row's code.",
            )  # fmt: skip
        if versions[-1].operation != "delete":
            versions.pop()
        taken = [one for one in versions if one.payload is not None and one.operation != "delete"]
        if not taken:
            return None
        content = _content(taken, actor, reason, iso(now(at)))
        made = Redaction.objects.create(content=content, signature=sign(content))
        database.writing_allowed("redacting", True)
        Version.objects.filter(pk__in=[one.pk for one in taken]).update(payload=None, salt=None)
        database.writing_allowed("redacting", False)
    if connection.vendor == "sqlite":
        # What was taken out does not stay behind in the journal.
        database.history.run("PRAGMA wal_checkpoint(TRUNCATE)")
    return made


def _content(taken: list[Version], actor: str, reason: str, moment: str) -> str:
    said = []
    for one in taken:
        assert one.salt is not None
        assert one.payload is not None
        header = header_of(one.pk, one.table, one.key, one.operation, one.change)
        said.append([one.pk, leaf_hash(bytes(one.salt), header, one.payload.encode()).hex(), header.decode()])
    act = {
        "redaction": 1, "at": moment, "actor": actor, "reason": reason, "versions": said, "public_key": public_key(),
        "demonstration": is_demonstration(),
    }  # fmt: skip
    return canonical_json(act).decode()
