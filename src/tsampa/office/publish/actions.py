"""Bulletins: prepared by one person, decided on by another, published under a seal; and refused or withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tsampa.bulletin import require_tools
from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.history import change
from tsampa.office.publish.models import Publication, PublishedFile, State
from tsampa.office.publish.setting import SetFile

__all__ = ["approve", "keep_files", "note_seal", "prepare", "propose", "refuse", "withdraw"]


def prepare(
    *, area: Area, judgement: Judgement, title: str, languages: Iterable[str], by: str, at: datetime, note: str = ""
) -> Publication:  # fmt: skip
    """A draft of the area's bulletin; asked for twice it is the same draft. Raises TsampaError ``publication-empty``."""
    told = ",".join(one for one in ("zh", "en") if one in set(languages))
    if not title.strip() or not told:
        raise TsampaError(
            "publication-empty", "a bulletin has a title and at least one language", usage=True,
            remedy="Write a title, and choose Chinese, English or both.",
        )  # fmt: skip
    same = {
        "area": area,
        "judgement": judgement.pk,
        "title": title.strip(),
        "languages": told,
        "prepared_by": by,
    }
    with change(by=by, reason="bulletin prepared"):
        there = Publication.objects.filter(**same, note=note.strip(), state=State.DRAFT).first()
        return there or Publication.objects.create(
            **same, note=note.strip(), day=judgement.day, snapshot=judgement.snapshot, rulebook=judgement.rulebook, prepared_at=at
        )  # fmt: skip


def propose(number: int, *, by: str) -> Publication:
    """Puts a draft before who approves. Raises TsampaError ``publication-state`` and ``publication-own``."""
    with change(by=by, reason="bulletin proposed"):
        found = _in_state(number, State.DRAFT)
        if found.prepared_by != by:
            raise TsampaError(
                "publication-own", "another person prepared this draft", usage=True,
                remedy="Who prepared it puts it forward; prepare one of your own otherwise.",
            )  # fmt: skip
        return _moved(found, State.PROPOSED)


def approve(number: int, *, by: str, at: datetime) -> Publication:
    """Lets the bulletin be published; the job ``publish`` then sets, seals and keeps it.

    Raises TsampaError ``publication-state``, ``publication-same-person``, and ``extra-missing`` where it could not be set.
    """
    require_tools()
    with change(by=by, reason="bulletin approved"):
        found = _decided(number, by, at)
        return _moved(found, State.APPROVED)


def refuse(number: int, *, reason: str, by: str, at: datetime) -> Publication:
    """Sends it back. Raises TsampaError ``publication-reason`` and as ``approve``."""
    told = _reason(reason)
    with change(by=by, reason=told):
        found = _decided(number, by, at)
        found.reason = told
        return _moved(found, State.REFUSED)


def withdraw(number: int, *, reason: str, by: str) -> Publication:
    """Takes a published bulletin back: it is no longer handed out, and stays on record. Raises as ``refuse``."""
    told = _reason(reason)
    with change(by=by, reason=told):
        found = _in_state(number, State.PUBLISHED)
        found.reason = told
        return _moved(found, State.WITHDRAWN)


def keep_files(number: int, files: Iterable[SetFile], *, by: str) -> Publication:
    """The bulletin is published: its files lie where they are read, and what their bytes are is on record."""
    with change(by=by, reason="bulletin published"):
        found = _in_state(number, State.APPROVED)
        for one in files:
            PublishedFile.objects.create(
                publication=found, name=one.name, lang=one.lang, bytes=one.bytes, sha256=one.sha256
            )
        return _moved(found, State.PUBLISHED)


def note_seal(number: int, seal: int, *, by: str) -> None:
    """Says under which seal it was published."""
    with change(by=by, reason="bulletin sealed"):
        found = _in_state(number, State.PUBLISHED)
        found.seal = seal
        found.save(update_fields=["seal"])


def _decided(number: int, by: str, at: datetime) -> Publication:
    """The proposed bulletin, with who decides on it."""
    found = _in_state(number, State.PROPOSED)
    if found.prepared_by == by:
        raise TsampaError(
            "publication-same-person", "who prepared a bulletin does not decide on it", usage=True,
            remedy="Ask another person who may approve.",
        )  # fmt: skip
    found.decided_by, found.decided_at = by, at
    return found


def _moved(found: Publication, state: State) -> Publication:
    found.state = state
    found.save()
    return found


def _in_state(number: int, state: State) -> Publication:
    """The bulletin, held against others until the change ends."""
    found = Publication.objects.select_for_update().get(pk=number)
    if found.state != state:
        raise TsampaError(
            "publication-state", f"bulletin {number} is {found.state} by now", usage=True,
            remedy="Look at it again: somebody decided in the meantime.",
        )  # fmt: skip
    return found


def _reason(reason: str) -> str:
    if not reason.strip():
        raise TsampaError(
            "publication-reason", "no reason is given", usage=True, remedy="Say why, for who prepared it and for later."
        )  # fmt: skip
    return reason.strip()
