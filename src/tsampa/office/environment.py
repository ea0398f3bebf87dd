"""What the environment says, read into settings: each mistake is a clear error before anything starts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tsampa.errors import TsampaError

__all__ = [
    "DEVELOPMENT_KEY",
    "database",
    "demonstration",
    "identity_key",
    "megabytes",
    "production",
    "seal_key",
    "secret_key",
]

DEVELOPMENT_KEY = b"tsampa development key, 32 bytes"
"""For trying and for tests. It is public, so production refuses it."""

SQLITE = "tsampa.office.history.backends.sqlite3"
POSTGRESQL = "tsampa.office.history.backends.postgresql"
"""Django's own backends, which besides keep the triggers that write history where migrations would lose them."""


def production(env: Mapping[str, str]) -> bool:
    """Whether this installation holds real people's data."""
    return env.get("TSAMPA_PRODUCTION", "") not in ("", "0")


def demonstration(env: Mapping[str, str]) -> bool:
    """Whether a database made now is a demonstration: its clock can be set, and each seal says so."""
    return env.get("TSAMPA_DEMONSTRATION", "") not in ("", "0")


def megabytes(env: Mapping[str, str], name: str, default: int) -> int:
    """A size in bytes, written in MB. Raises TsampaError ``office-size``."""
    written = env.get(name) or str(default)
    if not written.isdecimal() or not int(written):
        raise TsampaError(
            "office-size", f"{name} is '{written}', which is no number of MB", usage=True, remedy="Write a whole number.",
        )  # fmt: skip
    return int(written) * 1024 * 1024


def seal_key(env: Mapping[str, str]) -> bytes | None:
    """The 32 bytes that sign seals, written in base64; None where a file in TSAMPA_HOME has them.

    Raises TsampaError ``office-key``.
    """
    written = env.get("TSAMPA_SEAL_KEY", "")
    return _decoded("TSAMPA_SEAL_KEY", written) if written else None


def secret_key(env: Mapping[str, str]) -> str:
    """The key that signs sessions. Raises TsampaError ``office-key`` where production has none."""
    return _required(env, "TSAMPA_SECRET_KEY") or DEVELOPMENT_KEY.decode()


def identity_key(env: Mapping[str, str]) -> bytes:
    """The 32 bytes that protect identity numbers, written in base64. Raises TsampaError ``office-key``."""
    written = _required(env, "TSAMPA_IDENTITY_KEY")
    if not written:
        return DEVELOPMENT_KEY
    key = _decoded("TSAMPA_IDENTITY_KEY", written)
    if production(env) and key == DEVELOPMENT_KEY:
        raise _bad_key("TSAMPA_IDENTITY_KEY", "is not 32 secret bytes in base64")
    return key


def _decoded(name: str, written: str) -> bytes:
    try:
        key = base64.b64decode(written, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise _bad_key(name, "is not 32 secret bytes in base64")
    return key


def _required(env: Mapping[str, str], name: str) -> str:
    found = env.get(name, "")
    if production(env) and (not found or found == DEVELOPMENT_KEY.decode()):
        raise _bad_key(name, "is not set" if not found else "is the development key")
    return found


def _bad_key(name: str, what: str) -> TsampaError:
    return TsampaError(
        "office-key", f"{name} {what}", usage=True,
        remedy="Make one: python3 -c \"import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())\"; keep a copy where the database's backups are not.",
    )  # fmt: skip


def database(env: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Django's entry for the database. Raises TsampaError ``office-database``."""
    url = env.get("TSAMPA_DATABASE") or f"sqlite:///{home / 'register.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(url.removeprefix("sqlite:///"))
    if parts.scheme in ("postgresql", "postgres"):
        socket = dict(parse_qsl(parts.query)).get("host", "")
        return {
            "ENGINE": POSTGRESQL, "NAME": unquote(parts.path[1:]), "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""), "HOST": unquote(parts.hostname or "") or socket, "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }  # fmt: skip
    raise TsampaError(
        "office-database", f"TSAMPA_DATABASE begins with '{parts.scheme}'", usage=True,
        remedy="Write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
    )  # fmt: skip


def _sqlite(path: str) -> dict[str, Any]:
    # IMMEDIATE: a transaction waits for another writer at its beginning, and never fails half-way, where no waiting helps.
    # FULL: what was acknowledged survives a power cut. recursive_triggers: REPLACE is seen by history.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
    return {
        "ENGINE": SQLITE,
        "NAME": path,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas},
        "CONN_MAX_AGE": 60,
    }
