"""Health, backups and retention: the first pages of the administration."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tsampa.office.accounts.roles import May
from tsampa.office.operations.actions import ask_backup
from tsampa.office.operations.backup import last_backup
from tsampa.office.operations.forms import ConfirmForm
from tsampa.office.operations.queries import (
    backup_files,
    findings,
    jobs_of,
    last_verified,
    seals,
    tell_job,
    tell_seal,
)
from tsampa.office.operations.retention import apply_retention, due
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["backups", "home", "retention"]

LATEST = 5


@page(May.ADMINISTER, May.AUDIT)
def home(request: Request) -> HttpResponse:
    """The office's health, the latest jobs, the last seal."""
    told: dict[str, object] = {
        "seal": (last := seals().first()) and tell_seal(last),
        "verified": last_verified(),
    }
    if May.ADMINISTER in request.scope.may:
        whole = "whole" in request.GET
        told |= {
            "findings": findings(timezone.now(), whole=whole), "whole": whole, "last_backup": last_backup(),
            "jobs": [tell_job(one) for one in jobs_of()[:LATEST]],
        }  # fmt: skip
    return render(request, "operations/home.html", told)


@page(May.ADMINISTER, methods=("GET", "HEAD", "POST"))
def backups(request: Request) -> HttpResponse:
    """The backups there are; one more is asked for. None leaves the office by a page."""
    if request.method == "POST":
        job = ask_backup(at=timezone.now(), by=request.user.get_username())
        return redirect("operations:job", job.pk)
    told = {"files": backup_files(), "last_backup": last_backup()}
    return render(request, "operations/backups.html", told)


@page(May.ADMINISTER, methods=("GET", "HEAD", "POST"))
def retention(request: Request) -> HttpResponse:
    """What is past its time, and its deletion, which is meant."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        gone = sum(one.count for one in apply_retention(timezone.now()))
        messages.success(request, _("%(count)s records were deleted.") % {"count": gone})
        return redirect("operations:retention")
    kinds = [
        {
            "label": one.kind.label.say(language()),
            "days": one.kind.days,
            "reason": one.kind.reason.say(language()),
            "count": one.count,
        }
        for one in due(timezone.now())
    ]
    told = {"kinds": kinds, "form": form, "any": any(one["count"] for one in kinds)}
    return render(request, "operations/retention.html", told, status=400 if form.is_bound else 200)
