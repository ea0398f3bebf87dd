"""``verify``: whether history is what the seals say, and the register what history says; each break is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

from tsampa.errors import Problem
from tsampa.office.history.backends.triggers import recorded_tables
from tsampa.office.history.copies import Copy, read_copies
from tsampa.office.history.keys import public_key
from tsampa.office.history.leaves import BEFORE_ALL, RECORD, Leaf, leaves_between, record_id
from tsampa.office.history.merkle import Tree
from tsampa.office.history.models import Cut, Leaves, Mark, Redaction, Seal, Version, iso
from tsampa.office.history.proofs import Statement, read_statement, signature_holds
from tsampa.office.history.seals import content_hash

__all__ = ["Verification", "verify"]

Progress = Callable[[str, int, int], None]


@dataclass
class Verification:
    """What was verified, and all that does not hold; redacted versions are noted, and no fault."""

    seals: int = 0
    versions: int = 0
    redacted: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was altered."""
        return all(one.effect == "noted" for one in self.problems)

    def add(self, place: str, problem: Problem) -> None:
        """One more problem, and where."""
        self.problems.append(
            Problem(problem.code, problem.message, problem.remedy, place, effect=problem.effect)
        )


def verify(*, copies: Path | None = None, key: str = "", progress: Progress | None = None) -> Verification:
    """Everything sealed, against the seals; the seals, against their signatures, one another and their copies; the register,
    against its latest versions; the triggers, against what they should be.

    ``copies`` is a folder of seals copied elsewhere (by default the office's own), ``key`` the office's public key as known
    elsewhere (by default the one it signs with now). Raises TsampaError ``seal-key``.
    """
    found = Verification()
    outside = read_copies(copies)
    trusted = key or public_key()
    seals = {one.number: one for one in Seal.objects.order_by("number")}
    walk = Walk(found, trusted)
    for at, number in enumerate(sorted({*seals, *outside})):
        walk.seal(number, seals.get(number), outside.get(number))
        if progress:
            progress("seals", at + 1, len(seals))
    _mark(found, walk.marks)
    _redactions(found, trusted)
    _register(found)
    _triggers(found)
    return found


def _wrong(code: str, message: str) -> Problem:
    remedy = "Find out who had access to the database; restore from a backup that verifies."
    return Problem(code, message, remedy, effect="row_rejected")


class Walk:
    """From seal to seal, each judged by itself: a break in one does not hide the state of the next."""

    def __init__(self, found: Verification, trusted: str) -> None:
        self.found = found
        self.trusted = trusted
        self.marks: set[bool] = set()
        # The last seal whose statement is signed, its tree, and the copies of those since.
        self.last: Statement | None = None
        self.tree = Tree()
        self.copies: list[Copy] = []

    def seal(self, number: int, one: Seal | None, copy: Copy | None) -> None:
        """All that one seal says, of itself or by its copy."""
        place = f"seal {number}"
        self.copies += [copy] if copy else []
        ours = read_statement(one.content, one.signature, self.trusted) if one else None
        theirs = read_statement(copy.content, copy.signature, self.trusted) if copy else None
        if one is None:
            self.found.add(
                place, _wrong("seal-missing", "the seal is gone from the database; a copy of it exists")
            )
        else:
            self.found.seals += 1
            for problem in self._statement(one, ours, copy):
                self.found.add(place, problem)
        stated = ours or theirs
        if stated is None:
            return
        if stated.seal != number or stated.previous != self._previous(number):
            self.found.add(place, _wrong("seal-chain", "the seal does not follow the one before it"))
        self._history(place, number, stated)
        self.last, self.copies = stated, []
        if one is not None:
            # Where its peaks lead to its root they are as good as the root: the next is judged by itself.
            peaks = Tree.read(stated.size, bytes(one.peaks))
            self.tree = peaks if peaks.holds(stated.root) else self.tree

    def _statement(self, one: Seal, stated: Statement | None, copy: Copy | None) -> Iterator[Problem]:
        """The seal by itself: signed, as its copy, of its cut."""
        if stated is None:
            yield _wrong("seal-signature", "the seal is not what the office signed")
            return
        if copy is not None and copy.content != one.content:
            yield _wrong("seal-copy", "the seal is another than its copy")
        cut = Cut.objects.filter(pk=one.cut_id).first()
        if cut is None or (cut.version, iso(cut.at)) != (stated.version, stated.at):
            yield _wrong("seal-cut", "the cut is not the one that was sealed")
        self.marks.add(stated.demonstration)
        if stated.demonstration:
            yield Problem(
                "seal-demonstration", "the seal is of a demonstration", "Do not take it for a register's."
            )

    def _previous(self, number: int) -> str:
        if number == 1:
            return ""
        return content_hash(self.last.content) if self.last and self.last.seal == number - 1 else "?"

    def _history(self, place: str, number: int, stated: Statement) -> None:
        """The versions since the seal before, against intact leaf hashes, or against the root alone."""
        history = leaves_between(self.last.version if self.last else BEFORE_ALL, stated.version)
        intact = self._intact(place, number, stated)
        if intact is None:
            self._by_root(place, history, stated)
            return
        broken = False
        for problem in self._compare(history, intact()):
            broken = True
            self.found.add(place, problem)
        if broken:
            self.found.add(place, _wrong("seal-broken", "the seal no longer holds"))
        self.tree.extend(hash for _, hash in intact())

    def _by_root(self, place: str, history: Iterator[Leaf], stated: Statement) -> None:
        for leaf in history:
            self._count(leaf)
            self.tree.extend([leaf.hash or b""])
        if self.tree.root().hex() != stated.root:
            self.found.add(
                place,
                _wrong("seal-broken", "the seal no longer holds; no leaf hashes are intact to say where"),
            )

    def _intact(
        self, place: str, number: int, stated: Statement
    ) -> Callable[[], Iterator[tuple[int, bytes]]] | None:
        """Leaf hashes that lead to the seal's root: those kept beside it, or those of its copy."""
        since = self.last.seal if self.last else 0

        def kept() -> Iterator[bytes]:
            parts = Leaves.objects.filter(seal__gt=since, seal__lte=number).order_by("seal_id", "part")
            return (bytes(one) for one in parts.values_list("hashes", flat=True).iterator(chunk_size=4))

        def copied() -> Iterator[bytes]:
            return (part for copy in list(copies) for part in copy.parts())

        copies = self.copies
        for source in (kept, copied):
            tree = self.tree.copy()
            tree.extend(hash for _, hash in _records(source()))
            if tree.root().hex() == stated.root and tree.size == stated.size:
                return partial(_of, source)
            if source is kept:
                self.found.add(
                    place, _wrong("leaves-altered", "the leaf hashes kept with the seal are not its own")
                )
        return None

    def _count(self, leaf: Leaf) -> None:
        self.found.versions += 1
        if leaf.redacted and leaf.hash is not None:
            self.found.redacted += 1

    def _compare(self, history: Iterator[Leaf], sealed: Iterator[tuple[int, bytes]]) -> Iterator[Problem]:
        """Both in the order of their numbers."""
        expected = next(sealed, None)
        for leaf in history:
            self._count(leaf)
            while expected is not None and expected[0] < leaf.id:
                yield _wrong("version-deleted", f"version {expected[0]} was deleted")
                expected = next(sealed, None)
            row = f"{leaf.table} {leaf.key}"
            if expected is None or expected[0] > leaf.id:
                yield _wrong(
                    "version-inserted", f"version {leaf.id} of {row} was not there when it was sealed"
                )
                continue
            if leaf.hash != expected[1]:
                yield _wrong("version-altered", f"version {leaf.id} of {row} was altered")
            expected = next(sealed, None)
        while expected is not None:
            yield _wrong("version-deleted", f"version {expected[0]} was deleted")
            expected = next(sealed, None)


def _of(source: Callable[[], Iterator[bytes]]) -> Iterator[tuple[int, bytes]]:
    return _records(source())


def _records(parts: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    for part in parts:
        for at in range(0, len(part), RECORD):
            yield record_id(part, at), part[at + 8 : at + RECORD]


def _mark(found: Verification, said: set[bool]) -> None:
    """The database says of itself what its seals say."""
    marks = list(Mark.objects.values_list("demonstration", flat=True))
    if len(marks) != 1 or said - set(marks):
        found.add("history_mark", _wrong("mark-altered", "whether this is a demonstration was altered"))


def _redactions(found: Verification, trusted: str) -> None:
    redacted = set()
    for act in Redaction.objects.order_by("id"):
        place = f"redaction {act.pk}"
        try:
            stated = act.stated
            signed = signature_holds(act.content, act.signature, trusted or str(stated["public_key"]))
            redacted |= {one[0] for one in stated["versions"]}
        except (ValueError, KeyError, TypeError):
            signed = False
        if not signed:
            found.add(place, _wrong("redaction-signature", "the redaction is not signed by the office"))
    empty = Version.objects.filter(payload__isnull=True).values_list("id", "table", "key")
    for number, table, key in empty.iterator():
        if number in redacted:
            found.add(
                table,
                Problem("version-redacted", f"version {number} of {table} {key} is redacted", "Nothing needs to be done."),
            )  # fmt: skip
        else:
            found.add(table, _wrong("version-emptied", f"version {number} of {table} {key} was emptied without a redaction"))  # fmt: skip


def _register(found: Verification) -> None:
    """Each row against its latest version: found is what was written with the triggers away."""
    triggers: Any = connection.history  # type: ignore[attr-defined]
    for table in recorded_tables():
        for key, how in triggers.astray(table):
            if how == "inserted":
                message = f"{table} {key} was inserted without history"
            elif how == "deleted":
                message = f"{table} {key} was deleted without history"
            else:
                message = f"{table} {key} was changed without history"
            found.add(table, _wrong("row-astray", message))


def _triggers(found: Verification) -> None:
    for one in connection.history.wrong():  # type: ignore[attr-defined]
        found.add(
            one.split(":")[0],
            Problem(
                "history-triggers", f"a trigger is missing or altered: {one}", "Run tsampa office migrate to put it back, once nothing else is found.",
                effect="row_rejected",
            ),
        )  # fmt: skip
