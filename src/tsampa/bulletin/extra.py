"""Which versions of the extra ``bulletin``'s parts set a bulletin."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from tsampa.extras import require

__all__ = ["require_tools", "tool_versions"]


def tool_versions(*packages: str) -> tuple[tuple[str, str], ...]:
    """Name and version of each package that is installed."""
    found = []
    for package in packages:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def require_tools() -> None:
    """Raises TsampaError ``extra-missing`` where pictures cannot be drawn or a PDF cannot be set."""
    require("py_mini_racer", "bulletin")
    require("typst", "bulletin")
