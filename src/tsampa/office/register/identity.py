"""Resident identity numbers in the office: encrypted where they rest, found by a keyed hash, shown masked.

Both keys come from ``settings.IDENTITY_KEY`` by HKDF, so neither reveals the other; who copies the database without that
key can neither read a number nor try all possible ones.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import date
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from tsampa.errors import TsampaError
from tsampa.sheets.cells import Cell, Trouble
from tsampa.sheets.identity import Identity, mask
from tsampa.sheets.identity import read_identity as read_any

__all__ = [
    "Protected",
    "as_text",
    "from_text",
    "identity_hash",
    "mask",
    "protect",
    "read_identity",
    "reveal",
    "seal",
    "unseal",
]

_NONCE = 12
_NOBODY = "999999"
"""The county of made-up people: no card bears it."""


class Protected(NamedTuple):
    """A number as the register keeps it: ``cipher`` to show it to who may see it, ``hash`` to find it."""

    cipher: bytes
    hash: str


def read_identity(
    cell: Cell, as_of: date, *, made_up: bool = False
) -> tuple[Identity | None, Trouble | None]:
    """The number in the cell, or what is wrong with it; an unknown place is only noted.

    ``made_up``: numbers of made-up people (county 999999) are right here, as in a demonstration and nowhere else.
    """
    found, trouble = read_any(cell, as_of)
    if found is None or not found.number.startswith(_NOBODY):
        return found, trouble
    if made_up:
        return found, None
    return None, Trouble(
        "identity-made-up",
        f"{mask(found.number)} is a number of the demonstration",
        "Write the number on the identity card.",
    )


def protect(number: str) -> Protected:
    """The number as it may be stored."""
    return Protected(seal(number.encode(), "identity cipher"), identity_hash(number))


def identity_hash(number: str) -> str:
    """What the number is found by: HMAC-SHA256, the same for the same number and no other."""
    return hmac.new(
        _derived_key(settings.IDENTITY_KEY, "identity hash"), number.encode(), hashlib.sha256
    ).hexdigest()


def reveal(cipher: bytes) -> str:
    """The whole number, for who may see it. Raises TsampaError ``identity-key-wrong``."""
    return unseal(bytes(cipher), "identity cipher").decode()


def seal(plain: bytes, purpose: str) -> bytes:
    """Encrypted with AES-GCM under a key of this purpose only; the nonce stands in front."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(settings.IDENTITY_KEY, purpose).encrypt(nonce, plain, None)


def unseal(sealed: bytes, purpose: str) -> bytes:
    """The inverse of ``seal``. Raises TsampaError ``identity-key-wrong`` where key, purpose or bytes are others."""
    try:
        return _cipher(settings.IDENTITY_KEY, purpose).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise TsampaError(
            "identity-key-wrong", "what is encrypted cannot be read with this key",
            remedy="Set TSAMPA_IDENTITY_KEY to the key it was written with.",
        ) from None  # fmt: skip


@cache
def _derived_key(master: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, from which neither the master key nor another purpose's can be found."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"tsampa {purpose}".encode()).derive(master)


@cache
def _cipher(master: bytes, purpose: str) -> AESGCM:
    return AESGCM(_derived_key(master, purpose))


def as_text(cipher: bytes) -> str:
    """A cipher where only text can stand (JSON)."""
    return base64.b64encode(cipher).decode()


def from_text(text: str) -> bytes:
    """The inverse of ``as_text``."""
    return base64.b64decode(text)
