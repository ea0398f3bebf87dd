"""The pages of the room ``intake``."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.web.pages import Request, page

__all__ = ["batches"]


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def batches(request: Request) -> HttpResponse:
    """To be built."""
    return render(request, "intake/batches.html")
