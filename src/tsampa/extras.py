"""What comes with an extra: asked for when it is needed, with a clear error where it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tsampa.errors import TsampaError

__all__ = ["require"]


def require(module: str, extra: str) -> Any:
    """The module. Raises TsampaError ``extra-missing`` saying which extra brings it."""
    try:
        return import_module(module)
    except ImportError:
        raise TsampaError(
            "extra-missing", f"'{module}' is not installed", usage=True, remedy=f"Install it: pip install 'tsampa[{extra}]'."
        ) from None  # fmt: skip
