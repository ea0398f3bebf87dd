"""Tsampa runs a household graduation programme: a register, a dated rulebook, figures that open.

``import tsampa`` costs nothing; each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "Problem", "TsampaError", "assess", "bulletin", "compare", "demo", "explain", "figures", "import_sheet", "load_rulebook", "open_assessment", "trace",
    "verify",
]  # fmt: skip

_HOMES = {"TsampaError": "tsampa.errors", "Problem": "tsampa.errors"}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("tsampa")
    if name not in __all__:
        raise AttributeError(f"module 'tsampa' has no attribute '{name}'")
    return getattr(import_module(_HOMES.get(name, "tsampa.api")), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
