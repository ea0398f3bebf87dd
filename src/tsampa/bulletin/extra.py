"""The parts of the extra ``bulletin``: asked for when they are needed, with a clear error where they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tsampa.errors import TsampaError

__all__ = ["require", "tool_versions"]


def require(module: str) -> Any:
    """The module. Raises TsampaError ``extra-missing`` saying what to install."""
    try:
        return import_module(module)
    except ImportError:
        raise TsampaError(
            "extra-missing", f"the bulletin needs '{module}', which is not installed", usage=True,
            remedy="Install it: pip install 'tsampa[bulletin]'.",
        ) from None  # fmt: skip


def tool_versions(*packages: str) -> tuple[tuple[str, str], ...]:
    """Name and version of each package that is installed."""
    found = []
    for package in packages:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)
