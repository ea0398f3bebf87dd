"""The key that signs seals and redactions: from the environment, or from a file that only the office may read."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from tsampa.errors import TsampaError
from tsampa.office.secrets import write_secret

__all__ = ["public_key", "sign", "signing_key"]


def signing_key(*, make: bool = True) -> Ed25519PrivateKey | None:
    """The office's key; where there is none, one is made and kept, or None is given.

    Raises TsampaError ``seal-key`` where the file is not a key.
    """
    if settings.SEAL_KEY is not None:
        return Ed25519PrivateKey.from_private_bytes(settings.SEAL_KEY)
    file = Path(settings.HOME) / "seal.key"
    if not file.exists():
        if not make:
            return None
        write_secret(file, base64.b64encode(os.urandom(32)))
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read_bytes(), validate=True))
    except ValueError:
        raise TsampaError(
            "seal-key", "the key that signs seals cannot be read", where=str(file),
            remedy="Put back the file from its backup; without it seals cannot be continued under the same key.",
        ) from None  # fmt: skip


def public_key() -> str:
    """The office's public key in hexadecimal; empty where there is no key yet."""
    found = signing_key(make=False)
    return found.public_key().public_bytes_raw().hex() if found else ""


def sign(content: str) -> str:
    """An Ed25519 signature in hexadecimal. Raises TsampaError ``seal-key``."""
    key = signing_key()
    assert key is not None
    return key.sign(content.encode()).hex()
