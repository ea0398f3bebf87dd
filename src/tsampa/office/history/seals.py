"""Seals: what history was at a cut, in one signed hash over all of it, each seal naming the one before."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from tsampa.documents import canonical_json
from tsampa.errors import TsampaError
from tsampa.office.history.clock import is_demonstration
from tsampa.office.history.cuts import cut
from tsampa.office.history.keys import public_key, sign, signing_key
from tsampa.office.history.leaves import BEFORE_ALL, RECORD, leaves_between, record
from tsampa.office.history.merkle import Tree
from tsampa.office.history.models import Cut, Leaves, Seal, iso

__all__ = ["content_hash", "folder", "seal", "tree_of"]

Progress = Callable[[str, int, int], None]
PART = 65_536
"""Leaves in one row of the database."""


def content_hash(content: str) -> str:
    """How the next seal names this one."""
    return sha256(content.encode()).hexdigest()


def folder() -> Path:
    """Where seals lie as files, to be copied elsewhere."""
    return Path(settings.HOME) / "seals"


def tree_of(last: Seal | None) -> Tree:
    """The tree under a seal, ready to grow. Raises TsampaError ``seal-peaks`` where it is not what the seal says."""
    if last is None:
        return Tree()
    tree = Tree.read(last.stated["size"], bytes(last.peaks))
    if not tree.holds(last.stated["root"]):
        raise TsampaError(
            "seal-peaks", f"seal {last.number} no longer holds, so that none can follow it",
            remedy="Run tsampa verify to see what was altered.",
        )  # fmt: skip
    return tree


def seal(*, at: datetime | None = None, progress: Progress | None = None) -> Seal:
    """A cut, sealed: signed over all of history, kept in the database and as files in ``TSAMPA_HOME/seals``.

    ``at`` sets the clock of a demonstration. Raises TsampaError ``seal-key``, ``seal-peaks``, ``history-clock`` and
    ``history-nested``.
    """
    signing_key()
    last = Seal.objects.order_by("-number").first()
    tree = tree_of(last)
    stood = cut(at=at)
    with tempfile.TemporaryFile() as spool:
        # Hashed before the transaction, and not in memory: writers wait only while the hashes are stored.
        after = last.stated["version"] if last else BEFORE_ALL
        if progress:
            progress("sealing", 0, stood.version - after)
        _hash(after, stood.version, tree, spool, progress)
        content = _content(last, stood, tree)
        with transaction.atomic():
            made = Seal.objects.create(
                number=(last.number if last else 0) + 1, cut=stood, content=content, signature=sign(content),
                peaks=b"".join(tree.peaks),
            )  # fmt: skip
            spool.seek(0)
            for number, part in enumerate(iter(lambda: spool.read(PART * RECORD), b"")):
                Leaves.objects.create(seal=made, part=number, hashes=part)
    for one in Seal.objects.order_by("number"):
        write_files(one)
    return made


def _hash(after: int, upto: int, tree: Tree, spool: IO[bytes], progress: Progress | None) -> None:
    some: list[bytes] = []
    for leaf in leaves_between(after, upto):
        if leaf.hash is None:
            raise TsampaError(
                "seal-redacted", f"version {leaf.id} has neither payload nor a redaction",
                remedy="Run tsampa verify to see what was altered.",
            )  # fmt: skip
        some.append(leaf.hash)
        spool.write(record(leaf.id, leaf.hash))
        if len(some) == PART:
            tree.extend(some)
            some.clear()
            if progress:
                progress("sealing", leaf.id - after, upto - after)
    tree.extend(some)


def _content(last: Seal | None, stood: Cut, tree: Tree) -> str:
    said = {
        "seal": (last.number if last else 0) + 1, "version": stood.version, "at": iso(stood.at), "size": tree.size,
        "root": tree.root().hex(), "previous": content_hash(last.content) if last else "", "public_key": public_key(),
        "demonstration": is_demonstration(),
    }  # fmt: skip
    return canonical_json(said).decode()


def write_files(one: Seal) -> None:
    """The seal and its leaves as files, where they are not yet; each is whole or not there."""
    target = folder() / f"{one.number}.json"
    if target.exists():
        return
    folder().mkdir(parents=True, exist_ok=True)
    parts = Leaves.objects.filter(seal=one).order_by("part").values_list("hashes", flat=True)
    _write(target.with_suffix(".leaves"), (bytes(part) for part in parts.iterator(chunk_size=4)))
    said = {"content": one.content, "signature": one.signature, "public_key": one.stated["public_key"]}
    _write(target, iter([json.dumps(said, indent=1).encode() + b"\n"]))


def _write(target: Path, content: Iterator[bytes]) -> None:
    made = target.with_name(target.name + ".new")
    with made.open("wb") as written:
        for part in content:
            written.write(part)
        written.flush()
        os.fsync(written.fileno())
    made.replace(target)
