"""The pages of the room ``publish``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.web.pages import Request, page

__all__ = ["figures"]


@page(May.SEE_FIGURES)
def figures(request: Request) -> HttpResponse:
    """To be built."""
    return render(request, "publish/figures.html")
