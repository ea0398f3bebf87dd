"""Which versions of the extra ``bulletin``'s parts set a bulletin."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["tool_versions"]


def tool_versions(*packages: str) -> tuple[tuple[str, str], ...]:
    """Name and version of each package that is installed."""
    found = []
    for package in packages:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return tuple(found)
