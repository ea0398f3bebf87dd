"""The parts of the extra ``linkage``: asked for when they are needed, with a clear error where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tsampa.errors import TsampaError

__all__ = ["require"]


def require(module: str) -> Any:
    """The module. Raises TsampaError ``extra-missing`` saying what to install."""
    try:
        return import_module(module)
    except ImportError:
        raise TsampaError(
            "extra-missing", f"linking records needs '{module}', which is not installed", usage=True,
            remedy="Install it: pip install 'tsampa[linkage]'.",
        ) from None  # fmt: skip
