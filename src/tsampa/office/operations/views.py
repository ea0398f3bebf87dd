"""The pages of the room ``operations``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.web.pages import Request, page

__all__ = ["home"]


@page(May.ADMINISTER, May.AUDIT)
def home(request: Request) -> HttpResponse:
    """To be built."""
    return render(request, "operations/home.html")
