"""The pages of the room ``register``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.web.pages import Request, page

__all__ = ["households"]


@page(May.SEE_HOUSEHOLDS)
def households(request: Request) -> HttpResponse:
    """To be built."""
    return render(request, "register/households.html")
