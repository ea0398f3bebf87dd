"""What anybody can check offline, without the office: a seal's signature, and that a receipt belongs to its seal."""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tsampa.errors import TsampaError
from tsampa.office.history.merkle import leaf_hash, path_root

__all__ = ["check_receipt", "signature_holds"]


def signature_holds(content: str, signature: str, public_key: str) -> bool:
    """Whether an Ed25519 signature, in hexadecimal as the key, is of this content."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), content.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def check_receipt(given: dict[str, Any], public_key: str) -> dict[str, Any]:
    """What a receipt proves: the row's values, who recorded them and when, and the seal they stand under.

    ``public_key`` is the office's, known from elsewhere. Raises TsampaError ``receipt-wrong`` where anything does not hold.
    """
    try:
        header, payload, seal = given["header"], given["payload"], given["seal"]
        leaf = leaf_hash(bytes.fromhex(given["salt"]), header.encode(), payload.encode())
        path = [bytes.fromhex(one) for one in given["path"]]
        root = path_root(leaf, given["index"], given["size"], path)
        stated = json.loads(seal["content"])
        said = json.loads(header)
        signed = signature_holds(seal["content"], seal["signature"], public_key)
        wrong = _wrong(given, leaf, root, stated, signed)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _refused("it is not a receipt") from None
    if wrong:
        raise _refused(wrong)
    names = ("version", "table", "key", "operation", "change", "at", "actor", "reason", "source", "reference")
    return dict(zip(names, said, strict=True)) | {"values": json.loads(payload), "seal": stated}


def _wrong(
    given: dict[str, Any], leaf: bytes, root: bytes | None, stated: dict[str, Any], signed: bool
) -> str:
    if not signed:
        return "its seal is not signed with this key"
    if leaf.hex() != given["leaf"]:
        return "what it says is not what was recorded"
    if root is None or root.hex() != stated["root"] or given["size"] != stated["size"]:
        return "its record does not stand under its seal"
    return ""


def _refused(message: str) -> TsampaError:
    return TsampaError("receipt-wrong", message, remedy="Ask the office for the receipt anew, and compare.")
