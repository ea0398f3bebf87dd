"""The pages of the room ``intake`` that are about no single batch: the list, sending a file, templates."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.intake.asking import receive
from tsampa.office.intake.door import require_small
from tsampa.office.intake.forms import UploadForm, state_choices
from tsampa.office.intake.models import State
from tsampa.office.intake.queries import may_send, visible_to, waiting_of
from tsampa.office.intake.showing import layout
from tsampa.office.intake.template import LANGUAGES, write_template
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page
from tsampa.office.web.uploads import file_bytes

__all__ = ["batches", "said", "send", "status_of", "template", "templates"]

SHOWN = 30
_STATUS = {
    "intake-too-large": 413, "intake-already-applied": 409, "intake-busy": 409, "intake-state": 409, "intake-stale": 409,
    "intake-preview-changed": 409, "intake-same-person": 403, "intake-not-allowed": 403, "intake-outside-area": 403, "intake-undo-touched": 409,
}  # fmt: skip


def said(error: TsampaError) -> dict[str, str]:
    """An error in the page's language."""
    lang = language()
    return {
        "code": error.code,
        "message": say_message(error.message, lang),
        "remedy": say_message(error.remedy, lang),
    }


def status_of(error: TsampaError) -> int:
    """The status that tells a program what the page tells people."""
    return _STATUS.get(error.code, 400)


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def batches(request: Request) -> HttpResponse:
    """The batches one may see, the newest first."""
    chosen, whose = request.GET.get("state", ""), request.GET.get("whose", "")
    rows = visible_to(request.scope).order_by("-sent_at", "pk")
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    if whose == "mine":
        rows = rows.filter(prepared_by=request.user.get_username())
    shown = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    told = {
        "shown": shown, "state": chosen, "whose": whose, "states": state_choices(), "may_send": may_send(request.scope), "waiting": waiting_of(request.scope),
    }  # fmt: skip
    return render(request, "intake/batches.html", told)


@csrf_exempt  # asked below, after the size: asking for the token reads all that was sent
@page(May.SEND_SHEETS, methods=("GET", "HEAD", "POST"))
def send(request: Request) -> HttpResponseBase:
    """Sending a file. One that is too large is refused before it is read."""
    if request.method == "POST":
        try:
            require_small(file_bytes(request), "")
        except TsampaError as error:
            return _upload(request, UploadForm(lang=language()), error)
    return _send(request)


@csrf_protect
def _send(request: Request) -> HttpResponseBase:
    if request.method != "POST":
        return _upload(request, UploadForm(lang=language()))
    form = UploadForm(request.POST, request.FILES, lang=language())
    if not form.is_valid():
        return _upload(request, form, status=400)
    told = form.cleaned_data
    try:
        batch = receive(told["file"], by=request.user, table=told["table"], encoding=told["encoding"])
    except TsampaError as error:
        return _upload(request, form, error)
    return redirect("intake:batch", batch=batch.pk)


def _upload(
    request: Request, form: UploadForm, error: TsampaError | None = None, status: int = 200
) -> HttpResponse:
    told = {"form": form, "error": said(error) if error else None, "most": settings.INTAKE_BYTES // 2**20}
    return render(request, "intake/send.html", told, status=status_of(error) if error else status)


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def templates(request: Request) -> HttpResponse:
    """Templates to download: all sheets in one workbook, or a single table."""
    tables = [(one.table.name, one.table.label.say(language()), len(one.columns)) for one in layout().sheets]
    words = request.GET.get("words", "both")
    return render(
        request, "intake/templates.html", {"tables": tables, "words": words if words in LANGUAGES else "both"}
    )


@page(May.SEND_SHEETS, May.ACCEPT_SHEETS)
def template(request: Request, table: str, kind: str) -> FileResponse:
    """A template. Headers are in both languages, or in one."""
    words: Any = request.GET.get("words", "both")
    whole = table == "all"
    if kind not in ("xlsx", "csv") or (whole and kind == "csv") or words not in LANGUAGES:
        raise Http404
    if not whole and layout().sheet(table) is None:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="tsampa-template-") as folder:
        path = Path(folder) / f"{'tsampa' if whole else table}.{kind}"
        write_template(path, table="" if whole else table, words=words)
        # Open already, it can be read to its end when its folder is gone.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
