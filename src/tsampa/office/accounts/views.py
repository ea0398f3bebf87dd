"""The pages of the room ``accounts``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May  # noqa: F401
from tsampa.office.web.pages import Request, page

__all__ = ["me"]


@page()
def me(request: Request) -> HttpResponse:
    """To be built."""
    return render(request, "accounts/me.html")
