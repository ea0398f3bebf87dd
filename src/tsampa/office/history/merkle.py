"""The tree under a seal, as RFC 6962 has it: leaves, root, audit paths. Pure: needs neither Django nor a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

__all__ = ["Levels", "Tree", "leaf_hash", "path_root"]


def leaf_hash(salt: bytes, header: bytes, payload: bytes) -> bytes:
    """The hash of one version: SHA-256 of a nought byte, the salt, the header, a line feed and the payload."""
    return sha256(b"\x00" + salt + header + b"\n" + payload).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows: its size, and the roots of the full trees it is made of, largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)

    @staticmethod
    def read(size: int, peaks: bytes) -> Tree:
        """From the bytes of its peaks."""
        return Tree(size, (peaks[at : at + 32] for at in range(0, len(peaks), 32)))

    def copy(self) -> Tree:
        """One that grows by itself."""
        return Tree(self.size, self.peaks)

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Adds leaves at the right."""
        peaks, size = self.peaks, self.size
        for leaf in leaves:
            full, rest = leaf, size
            while rest & 1:
                full = sha256(b"\x01" + peaks.pop() + full).digest()
                rest >>= 1
            peaks.append(full)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """RFC 6962's Merkle tree hash of all leaves."""
        if not self.peaks:
            return sha256(b"").digest()
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node(peak, found)
        return found

    def holds(self, root: str) -> bool:
        """Whether the peaks are as many as the size demands, and give this root."""
        return len(self.peaks) == self.size.bit_count() and self.root().hex() == root


class Levels:
    """A whole tree in memory, for many audit paths: 64 bytes a leaf."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            pairs = [node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
            # An odd one out moves up as it is: the same tree as RFC 6962's, which splits at the largest power of two.
            self.levels.append(pairs + below[len(below) & ~1 :])

    def path(self, index: int) -> list[bytes]:
        """The hashes beside the way from a leaf to the root, lowest first."""
        found = []
        for level in self.levels[:-1]:
            beside = index ^ 1
            if beside < len(level):
                found.append(level[beside])
            index >>= 1
        return found


def path_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf and its audit path lead to; None where the path is not of that length."""
    found, rest = leaf, list(path)
    last = size - 1
    while last > 0:
        if index & 1 or index < last:
            if not rest:
                return None
            beside = rest.pop(0)
            found = node(beside, found) if index & 1 else node(found, beside)
        index >>= 1
        last >>= 1
    return None if rest or index else found
