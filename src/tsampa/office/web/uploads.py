"""What is asked of a file before it is read."""

from __future__ import annotations

from django.http import HttpRequest

__all__ = ["file_bytes"]

_BESIDE = 64 * 1024
"""What a form may hold beside its file."""


def file_bytes(request: HttpRequest) -> int:
    """How large the file of a form is at least, as its sender says: asked before anything of it is read."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return max(int(told) - _BESIDE, 0) if str(told).isdigit() else 0
