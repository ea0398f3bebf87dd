"""``verify``: whether history is what the seals say, and the register what history says; each break is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from tsampa.errors import Problem
from tsampa.office.history.backends.triggers import recorded_tables
from tsampa.office.history.copies import Copy, read_copies
from tsampa.office.history.keys import public_key
from tsampa.office.history.leaves import RECORD, Leaf, leaves_between
from tsampa.office.history.merkle import Tree
from tsampa.office.history.models import Cut, Leaves, Mark, Redaction, Seal, Version, iso
from tsampa.office.history.proofs import signature_holds
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


def verify(
    *, copies: Path | None = None, key: str = "", progress: Progress | None = None
) -> Verification:
    """Everything sealed, against the seals; the seals, against their signatures, one another and their copies; the register,
    against its latest versions; the triggers, against what they should be.

    ``copies`` is a folder of seals copied elsewhere (by default the office's own), ``key`` the office's public key as known
    elsewhere (by default the one it signs with now). Raises TsampaError ``seal-key``.
    """
    found = Verification()
    outside = read_copies(copies)
    trusted = key or public_key()
    state = _Walk(found, outside, trusted)
    seals = list(Seal.objects.order_by("number"))
    for at, one in enumerate(seals):
        state.seal(one)
        if progress:
            progress("seals", at + 1, len(seals))
    for number in sorted(set(outside) - {one.number for one in seals}):
        found.add(f"seal {number}", _missing())
    _marks(found, seals)
    _redactions(found, trusted)
    _register(found)
    _triggers(found)
    return found


REMEDY = "Find out who had access to the database; restore from a backup that verifies."
"""What all breaks have in common."""


def _missing() -> Problem:
    return Problem(
        "seal-missing", "the seal is gone from the database; a copy of it exists", "Find out who had access to the database; restore from a backup that verifies.",
        effect="row_rejected",
    )  # fmt: skip


def _wrong(code: str, message: str) -> Problem:
    remedy = "Find out who had access to the database; restore from a backup that verifies."
    return Problem(code, message, remedy, effect="row_rejected")


class _Walk:
    """From seal to seal, each checked by itself: a break in one does not hide the state of the next."""

    def __init__(self, found: Verification, outside: dict[int, Copy], trusted: str) -> None:
        self.found = found
        self.outside = outside
        self.trusted = trusted
        self.last: Seal | None = None
        self.tree = Tree()

    def seal(self, one: Seal) -> None:
        """All that one seal says."""
        self.found.seals += 1
        place = f"seal {one.number}"
        for problem in self._statement(one):
            self.found.add(place, problem)
        try:
            stated = one.stated
            after = self.last.stated["version"] if self.last else 0
            upto, root = int(stated["version"]), str(stated["root"])
        except (ValueError, KeyError, TypeError):
            self.last = None
            return
        self._history(one, after, upto, root)
        self.last = one

    def _statement(self, one: Seal) -> Iterator[Problem]:
        """The seal by itself: signed, in its place in the chain, as its copy, of its cut."""
        copy = self.outside.get(one.number)
        try:
            stated = one.stated
            signer = self.trusted or str(stated["public_key"])
            demonstration = stated["demonstration"]
        except (ValueError, KeyError, TypeError):
            yield _wrong("seal-signature", "the seal's content is not what was signed")
            return
        if not signature_holds(one.content, one.signature, signer):
            yield _wrong("seal-signature", "the seal's content is not what was signed")
        if copy is not None and copy.content != one.content:
            yield _wrong("seal-copy", "the seal is another than its copy")
        if stated["seal"] != one.number or stated["previous"] != self._previous(one):
            yield _wrong("seal-chain", "the seal does not follow the one before it")
        cut = Cut.objects.filter(pk=one.cut_id).first()
        if cut is None or (cut.version, iso(cut.at)) != (stated["version"], stated["at"]):
            yield _wrong("seal-cut", "the cut is not the one that was sealed")
        if demonstration:
            yield Problem(
                "seal-demonstration", "the seal is of a demonstration", "Do not take it for a register's."
            )

    def _previous(self, one: Seal) -> str:
        if one.number == 1:
            return ""
        return content_hash(self.last.content) if self.last and self.last.number == one.number - 1 else "?"

    def _history(self, one: Seal, after: int, upto: int, root: str) -> None:
        """The versions that the seal was the first to cover, against intact leaf hashes, or against its root alone."""
        peaks = Tree.read(self.last.stated["size"], bytes(self.last.peaks)) if self.last else Tree()
        # The peaks of the seal before are as good as its root, where they lead to it; so each seal is judged by itself.
        start = peaks if self.last is None or peaks.holds(self.last.stated["root"]) else self.tree
        place = f"seal {one.number}"
        intact = self._intact(one, start, root)
        if intact is None:
            self._by_root(place, start.copy(), after, upto, root)
            return
        broken = False
        for problem in self._compare(leaves_between(after, upto), intact()):
            broken = True
            self.found.add(place, problem)
        if broken:
            self.found.add(place, _wrong("seal-broken", "the seal no longer holds"))
        self.tree = start.copy()
        self.tree.extend(hash for _, hash in intact())

    def _by_root(self, place: str, tree: Tree, after: int, upto: int, root: str) -> None:
        for leaf in leaves_between(after, upto):
            self.found.versions += 1
            self._note(leaf)
            tree.extend([leaf.hash or b""])
        self.tree = tree
        if tree.root().hex() != root:
            self.found.add(
                place, _wrong("seal-broken", "the seal no longer holds; no leaf hashes are intact to say where")
            )

    def _intact(self, one: Seal, start: Tree, root: str) -> Callable[[], Iterator[tuple[int, bytes]]] | None:
        """Leaf hashes that lead to the seal's root: those kept beside it, or those of its copy."""

        def kept() -> Iterator[bytes]:
            parts = Leaves.objects.filter(seal=one.number).order_by("part").values_list("hashes", flat=True)
            return (bytes(part) for part in parts.iterator(chunk_size=4))

        copy = self.outside.get(one.number)
        for source in [kept] + ([copy.parts] if copy else []):
            tree = start.copy()
            tree.extend(hash for _, hash in _records(source()))
            if tree.root().hex() == root and tree.size == one.stated["size"]:
                return lambda source=source: _records(source())  # type: ignore[misc]
            if source is kept:
                self.found.add(
                    f"seal {one.number}",
                    _wrong("leaves-altered", "the leaf hashes kept with the seal are not its own"),
                )
        return None

    def _note(self, leaf: Leaf) -> None:
        if leaf.redacted and leaf.hash is not None:
            self.found.redacted += 1

    def _compare(self, history: Iterator[Leaf], sealed: Iterator[tuple[int, bytes]]) -> Iterator[Problem]:
        """Both in the order of their numbers."""
        expected = next(sealed, None)
        for leaf in history:
            self.found.versions += 1
            while expected is not None and expected[0] < leaf.id:
                yield self._deleted(expected[0])
                expected = next(sealed, None)
            if expected is None or expected[0] > leaf.id:
                yield _wrong(
                    "version-inserted", f"version {leaf.id} of {leaf.table} {leaf.key} was not there when it was sealed"
                )  # fmt: skip
                continue
            if leaf.hash != expected[1]:
                yield _wrong("version-altered", f"version {leaf.id} of {leaf.table} {leaf.key} was altered")
            else:
                self._note(leaf)
            expected = next(sealed, None)
        while expected is not None:
            yield self._deleted(expected[0])
            expected = next(sealed, None)

    def _deleted(self, number: int) -> Problem:
        return _wrong("version-deleted", f"version {number} was deleted")


def _records(parts: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    for part in parts:
        for at in range(0, len(part), RECORD):
            yield int.from_bytes(part[at : at + 8], "big"), part[at + 8 : at + RECORD]


def _marks(found: Verification, seals: list[Seal]) -> None:
    """The database says of itself what its seals say."""
    marks = list(Mark.objects.values_list("demonstration", flat=True))
    said = {one.stated.get("demonstration") for one in seals if one.content.startswith("{")}
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
