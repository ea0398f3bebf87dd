"""The page of seals: which there are, a new one, and whether all that is sealed is as it was."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from tsampa.office.accounts.roles import May
from tsampa.office.operations.actions import ask_once
from tsampa.office.operations.queries import jobs_of, last_verified, tell_job, tell_seal
from tsampa.office.operations.queries import seals as all_seals
from tsampa.office.web.pages import Request, page

__all__ = ["seal", "seals", "verify"]

SHOWN = 50


@page(May.ADMINISTER, May.AUDIT)
def seals(request: Request) -> HttpResponse:
    """The seals, the latest first, and what the last verification found."""
    shown = Paginator(all_seals(), SHOWN).get_page(request.GET.get("page"))
    asked = [tell_job(one) for kind in ("seal", "verify") if (one := jobs_of(kind=kind).first())]
    told = {
        "seals": [tell_seal(one) for one in shown], "shown": shown, "verified": last_verified(), "asked": asked,
        "going": any(one.going for one in asked),
    }  # fmt: skip
    return render(request, "operations/seals.html", told)


@page(May.ADMINISTER, methods=("POST",))
def seal(request: Request) -> HttpResponse:
    """Asks for a seal over all that was recorded until then."""
    ask_once("seal", by=request.user.get_username())
    return redirect("operations:seals")


@page(May.ADMINISTER, May.AUDIT, methods=("POST",))
def verify(request: Request) -> HttpResponse:
    """Asks for a verification, which changes nothing."""
    ask_once("verify", by=request.user.get_username())
    return redirect("operations:seals")
