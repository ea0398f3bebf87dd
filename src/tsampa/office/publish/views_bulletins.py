"""Bulletins: the list, preparing one, its preview, and deciding on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from tsampa.bulletin.layout import layout_of
from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.bridge.models import Judgement
from tsampa.office.jobs.actions import ask_job, retry_job
from tsampa.office.jobs.models import Job
from tsampa.office.jobs.models import State as JobState
from tsampa.office.publish import actions, setting
from tsampa.office.publish.asked import area_of, home_area
from tsampa.office.publish.forms import PrepareForm
from tsampa.office.publish.models import Publication, PublishedFile, State
from tsampa.office.publish.opened import opened
from tsampa.office.publish.views import say_errors, told_error
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["bulletin", "bulletins", "draft", "file", "prepare", "preview"]

SHOWN = 50
WORKING = (May.PREPARE, May.APPROVE, May.AUDIT)
"""Who sees a bulletin before it is published, in the areas where they may do one of these."""


def _seen(scope: Scope) -> QuerySet[Publication]:
    """What is published, which is for everybody who may see figures; of the areas they work on all others too."""
    rows = Publication.objects.select_related("area")
    found = Q(state=State.PUBLISHED) if May.SEE_FIGURES in scope.may else Q(pk__in=())
    for may in WORKING:
        if may in scope.may:
            found |= Q(pk__in=visible_to(scope, rows, may).values("pk"))
    return rows.filter(found).order_by("-pk")


def _found(scope: Scope, number: int) -> Publication:
    found = _seen(scope).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@page(May.SEE_FIGURES, May.PREPARE, May.APPROVE)
def bulletins(request: Request) -> HttpResponse:
    """Every bulletin that the user may see, the newest first."""
    shown = Paginator(_seen(request.scope), SHOWN).get_page(request.GET.get("page"))
    waiting = request.scope.may & {May.APPROVE}
    return render(request, "publish/bulletins.html", {"shown": shown, "tab": "bulletins", "waiting": waiting})


@page(May.PREPARE, methods=("GET", "HEAD", "POST"))
@say_errors
def prepare(request: Request) -> HttpResponse:
    """A new bulletin of an area and an assessment."""
    judgements = list(Judgement.objects.defer("variables"))
    if not judgements:
        return render(request, "publish/nothing.html", {"tab": "bulletins"})
    query = request.POST if request.method == "POST" else request.GET
    judgement = next((one for one in judgements if one.pk == query.get("judgement")), None)
    if judgement is None and query.get("judgement"):
        raise Http404
    judgement = judgement or judgements[0]
    code = query.get("area", "")
    area = area_of(request.scope, code, May.PREPARE) if code else home_area(request.scope, judgement, May.PREPARE)  # fmt: skip
    if area is None:
        raise Http404
    title = layout_of(opened(judgement).rulebook).title.say(language())
    form = PrepareForm(request.POST or None, initial={"title": title, "languages": ("zh", "en")})
    told = {"form": form, "area": area, "judgement": judgement, "judgements": judgements, "tab": "bulletins"}
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.prepare(
                area=area, judgement=judgement, by=request.user.get_username(), at=timezone.now(), **form.cleaned_data
            )  # fmt: skip
            return redirect("publish:bulletin", made.pk)
        except TsampaError as error:
            return render(request, "publish/prepare.html", told | {"error": told_error(error)}, status=409)
    status = 400 if request.method == "POST" else 200
    return render(request, "publish/prepare.html", told, status=status)


def _decide(request: Request, found: Publication) -> None:
    """What the button says. Raises Http404 where the user may not do it there, and TsampaError as the action does."""
    by, act, number = request.user.get_username(), request.POST.get("act", ""), found.pk
    reason = request.POST.get("reason", "").replace("\x00", "")[:1000]
    acts: dict[str, tuple[May, Callable[[], Any]]] = {
        "propose": (May.PREPARE, lambda: actions.propose(number, by=by)),
        "approve": (May.APPROVE, lambda: _approve(number, by)),
        "again": (May.APPROVE, lambda: _again(number, by)),
        "refuse": (May.APPROVE, lambda: actions.refuse(number, reason=reason, by=by, at=timezone.now())),
        "withdraw": (May.APPROVE, lambda: actions.withdraw(number, reason=reason, by=by)),
    }
    if act not in acts or not request.scope.holds(acts[act][0], found.area_id):
        raise Http404
    acts[act][1]()


def _approve(number: int, by: str) -> None:
    actions.approve(number, by=by, at=timezone.now())
    ask_job("publish", by=by, publication=number)


def _again(number: int, by: str) -> None:
    job = _job(number)
    if job is not None and job.state == JobState.FAILED:
        retry_job(job.pk, by=by)
    elif job is None:
        ask_job("publish", by=by, publication=number)


def _job(number: int) -> Job | None:
    """The job that publishes it."""
    return Job.objects.filter(kind="publish", arguments__publication=number).first()


@page(May.SEE_FIGURES, May.PREPARE, May.APPROVE, methods=("GET", "HEAD", "POST"))
def bulletin(request: Request, number: int) -> HttpResponse:
    """A bulletin: who prepared and decided it, its files, and what the user may do with it."""
    found, error = _found(request.scope, number), None
    if request.method == "POST":
        try:
            _decide(request, found)
            messages.success(request, gettext("Done."))
            return redirect("publish:bulletin", number)
        except TsampaError as refused:
            error, found = refused, _found(request.scope, number)
    scope, me = request.scope, request.user.get_username()
    job = _job(number) if found.state == State.APPROVED else None
    told = {
        "found": found, "error": told_error(error) if error else None, "job": job, "tab": "bulletins", "files": list(found.files.order_by("lang", "name")),
        "languages": found.languages.split(","), "kinds": setting.KINDS, "reason": request.POST.get("reason", ""),
        "may_propose": found.state == State.DRAFT and found.prepared_by == me and scope.holds(May.PREPARE, found.area_id),
        "may_decide": found.state == State.PROPOSED and found.prepared_by != me and scope.holds(May.APPROVE, found.area_id),
        "own": found.state == State.PROPOSED and found.prepared_by == me,
        "may_withdraw": found.state == State.PUBLISHED and scope.holds(May.APPROVE, found.area_id),
        "may_retry": job is not None and job.state == JobState.FAILED and scope.holds(May.APPROVE, found.area_id),
        "is_setting": found.state == State.APPROVED and (job is None or job.state != JobState.FAILED),
        "may_draft": _works_on(scope, found),
    }  # fmt: skip
    return render(request, "publish/bulletin.html", told, status=409 if error else 200)


def _works_on(scope: Scope, found: Publication) -> bool:
    return any(one in scope.may and scope.holds(one, found.area_id) for one in WORKING)


@page(May.SEE_FIGURES, May.PREPARE, May.APPROVE)
def preview(request: Request, number: int) -> HttpResponse:
    """The bulletin's content on the screen; each number opens."""
    found = _found(request.scope, number)
    lang = request.GET.get("lang") or found.languages.split(",")[0]
    if lang not in found.languages.split(","):
        raise Http404
    try:
        content = setting.content_of(found, lang)
    except TsampaError as error:
        return render(
            request, "publish/unopened.html", {"error": told_error(error), "tab": "bulletins"}, status=409
        )
    may_open = {one.area for one in content.numbers if request.scope.holds(May.SEE_FIGURES, one.area)}
    told = {"found": found, "content": content, "lang_of": lang, "may_open": may_open, "tab": "bulletins", "charts": setting.charts_of(content)}  # fmt: skip
    return render(request, "publish/preview.html", told)


@page(*WORKING)
def draft(request: Request, number: int, kind: str) -> HttpResponse:
    """The bulletin as it would be published, before it is."""
    found = _found(request.scope, number)
    lang = request.GET.get("lang", "zh")
    if (
        kind not in setting.KINDS
        or lang not in found.languages.split(",")
        or not _works_on(request.scope, found)
    ):
        raise Http404
    try:
        content = setting.file_of(found, lang, kind)
    except TsampaError as error:
        return render(
            request, "publish/unopened.html", {"error": told_error(error), "tab": "bulletins"}, status=409
        )
    return _download(content, setting.TYPES[kind], f"draft-{found.area_id}-{found.day}-{lang}.{kind}")


@page(May.SEE_FIGURES, May.PREPARE, May.APPROVE)
def file(request: Request, number: int, name: str) -> HttpResponse:
    """A file of a published bulletin, byte for byte as it was published."""
    found = _found(request.scope, number)
    kept = (
        PublishedFile.objects.select_related("publication").filter(publication=found, name=name[:64]).first()
    )
    if kept is None or found.state != State.PUBLISHED:
        raise Http404
    try:
        content, told = setting.read_published(kept)
    except TsampaError as error:
        return render(
            request, "publish/unopened.html", {"error": told_error(error), "tab": "bulletins"}, status=409
        )
    return _download(content, told, kept.name)


def _download(content: bytes, told: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=told)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
