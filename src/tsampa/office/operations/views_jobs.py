"""The pages of jobs: which there are, how far each is, asked for and asked for again."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.desk.actions import ask_count
from tsampa.office.jobs.actions import retry_job
from tsampa.office.jobs.models import Job
from tsampa.office.operations.actions import ask_backup, ask_once
from tsampa.office.operations.forms import AskForm, JobsForm
from tsampa.office.operations.queries import jobs_of, tell_job
from tsampa.office.operations.words import said
from tsampa.office.web.pages import Request, page, today

__all__ = ["job", "jobs", "retry"]

SHOWN, LINES = 50, 500


@page(May.ADMINISTER, methods=("GET", "HEAD", "POST"))
def jobs(request: Request) -> HttpResponse:
    """The jobs, the newest first; one is asked for."""
    if request.method != "POST":
        return _jobs(request, AskForm(initial={"as_of": today()}))
    form = AskForm(request.POST)
    if not form.is_valid():
        return _jobs(request, form, status=400)
    try:
        made = _ask(form.cleaned_data, request.user.get_username())
    except TsampaError as error:
        return _jobs(request, form, error, 409)
    return redirect("operations:job", made.pk)


def _ask(told: dict[str, object], by: str) -> Job:
    match told:
        case {"kind": "count", "as_of": as_of}:
            return ask_count(as_of=as_of, today=today(), by=by)  # type: ignore[arg-type]
        case {"kind": "backup"}:
            return ask_backup(at=timezone.now(), by=by)
    return ask_once(str(told["kind"]), by=by)


def _jobs(
    request: Request, form: AskForm, error: TsampaError | None = None, status: int = 200
) -> HttpResponse:
    asked = JobsForm(request.GET)
    found = asked.cleaned_data if asked.is_valid() else {}
    shown = Paginator(jobs_of(**found), SHOWN).get_page(request.GET.get("page"))
    told = {
        "jobs": (rows := [tell_job(one) for one in shown]), "shown": shown, "asked": asked, "form": form,
        "error": error and said(error), "going": any(one.going for one in rows),
    }  # fmt: skip
    return render(request, "operations/jobs.html", told, status=status)


@page(May.ADMINISTER)
def job(request: Request, number: int) -> HttpResponse:
    """A job, how far it is and what it said."""
    return _job(request, number)


def _job(request: Request, number: int, error: TsampaError | None = None, status: int = 200) -> HttpResponse:
    found = Job.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    told = {"one": tell_job(found), "lines": found.lines.all()[:LINES], "refused": error and said(error)}
    return render(request, "operations/job.html", told, status=status)


@page(May.ADMINISTER, methods=("POST",))
def retry(request: Request, number: int) -> HttpResponse:
    """Asks for a failed job again."""
    try:
        retry_job(number, by=request.user.get_username())
    except TsampaError as error:
        return _job(request, number, error, 409)
    return redirect("operations:job", number)
