"""The list of households: searched, filtered, kept and taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.areas.models import Area
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Judgement
from tsampa.office.history.clock import is_demonstration
from tsampa.office.register.columns import schema
from tsampa.office.register.exported import record_export
from tsampa.office.register.exports import KINDS
from tsampa.office.register.identity import read_identity
from tsampa.office.register.listed import (
    cells,
    heads,
    in_parts,
    light_labels,
    listed,
    standing_labels,
    status_labels,
)
from tsampa.office.register.lists import (
    CHECKS,
    COLUMNS,
    SIZES,
    SORTS,
    Asked,
    Pages,
    areas_of,
    find,
    judgement_on,
    looks_like_number,
    read_asked,
    sealed_words,
)
from tsampa.office.register.queries import household_of_identity
from tsampa.office.register.saved import KEPT, forget_view, save_view, views_of
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["export", "forget", "households", "save", "search"]


@page(May.SEE_HOUSEHOLDS)
def households(request: Request) -> HttpResponse:
    """The households of the scope that answer what is asked, page by page."""
    if looks_like_number(request.GET.get("q", "")):
        messages.warning(request, _("An identity number does not belong in an address: type it into the field for what is looked for."))  # fmt: skip
        return redirect(f"{reverse('register:list')}?{kept_query(request.GET).urlencode()}")
    asked, judgement, areas = read_asked(request.GET), judgement_on(request.GET), areas_of(request.scope)
    rows = find(request.scope, asked, judgement, areas)
    shown = Pages(rows, asked).get_page(request.GET.get("page"))
    told = {
        "asked": asked, "shown": shown, "rows": listed(list(shown.object_list), judgement), "judgement": judgement,
        "columns": heads(asked.columns, judgement), "lights": light_labels(judgement), "areas": _drop_down(areas, asked.area),
        "all_columns": heads(COLUMNS, judgement), "sorts": _sorts(judgement), "sizes": SIZES, "statuses": status_labels(),
        "standings": standing_labels(), "views": views_of(request.user.username), "query": kept_query(request.GET).urlencode(),
        "hidden": _hidden(request, asked), "ages": _ages(judgement),
        "new": bool(request.scope.may & {May.EDIT_HOUSEHOLDS}), "per_head_digits": _digits(judgement),
    }  # fmt: skip
    return render(request, "register/households.html", told)


@page(May.SEE_HOUSEHOLDS, methods=("POST",))
def search(request: Request) -> HttpResponse:
    """What is looked for is posted, as names and numbers stand in no address: an identity number leads to the file itself."""
    text, kept = (
        request.POST.get("text", "").strip(),
        kept_query(QueryDict(request.POST.get("keep", "")[:2000])),
    )
    kept.pop("q", None)
    kept.pop("who", None)
    if looks_like_number(text):
        found, _trouble = read_identity(text, today(), made_up=is_demonstration())
        home = household_of_identity(request.scope, found.number) if found else None
        if home is not None:
            return redirect("register:file", home)
        messages.warning(request, _("Nobody of your area has this identity number, or it is mistyped."))
    elif text:
        kept["who"] = sealed_words(text.replace("\0", ""))
    return redirect(f"{reverse('register:list')}?{kept.urlencode()}")


def kept_query(query: QueryDict) -> QueryDict:
    """What of an address makes a list: no page, nothing unknown."""
    made = QueryDict(mutable=True)
    for name in KEPT:
        if values := [one for one in query.getlist(name) if one and not looks_like_number(one)]:
            made.setlist(name, values)
    return made


@page(May.SEE_HOUSEHOLDS, methods=("POST",))
def save(request: Request) -> HttpResponse:
    """Keeps a list under a name."""
    query = QueryDict(request.POST.get("query", "")[:4000])
    try:
        made = save_view(by=request.user.username, name=request.POST.get("name", ""), query=query)
        messages.success(request, _("The list is kept as “%(name)s”.") % {"name": made.name})
    except TsampaError as error:
        messages.error(request, f"{say_message(error.message, language())} {say_message(error.remedy, language())}")  # fmt: skip
    return redirect(f"{reverse('register:list')}?{kept_query(query).urlencode()}")


@page(May.SEE_HOUSEHOLDS, methods=("POST",))
def forget(request: Request, number: int) -> HttpResponse:
    """Forgets a list that was kept."""
    forget_view(by=request.user.username, number=number)
    return redirect("register:list")


@page(May.EXPORT)
def export(request: Request, kind: str) -> HttpResponseBase:
    """What the list shows, whole, as a file; where the user may take lists out, which may be less than where they may look."""
    if kind not in KINDS:
        raise Http404
    asked, judgement = read_asked(request.GET), judgement_on(request.GET)
    areas = areas_of(request.scope, May.EXPORT)
    rows = find(request.scope, asked, judgement, areas, may=May.EXPORT)
    media, write = KINDS[kind]
    villages: Counter[str] = Counter()
    file = write(_lines(asked, judgement, rows, villages))
    told: dict[str, Any] = {"kind": kind, "asked": asked, "judgement": judgement, "villages": villages}
    try:
        record_export(by=request.user.username, at=timezone.now(), **told)
    except BaseException:
        file.close()
        raise
    name = f"households-{today().isoformat()}.{kind}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=media)


def _lines(
    asked: Asked, judgement: Judgement | None, rows: Any, villages: Counter[str]
) -> Iterator[list[Any]]:
    """The cells of all rows, counted by village as they are written."""
    labels, titles = light_labels(judgement), heads(asked.columns, judgement)
    head = [schema().by_name["households"].by_name["code"].label.say(language())]
    for one in asked.columns:
        head += list(labels.values()) if one == "lights" else [titles[one]]
    yield head
    digits = _digits(judgement)
    for row in in_parts(rows, judgement):
        villages[row.area] += 1
        yield cells(row, asked.columns, digits)


def _hidden(request: Request, asked: Asked) -> list[tuple[str, str]]:
    """What the filters keep of the address beside themselves."""
    found = [("who", asked.who)] if asked.who else [("q", asked.text)] if asked.text else []
    on = request.GET.get("on")
    return found + ([("on", on)] if on else [])


def _digits(judgement: Judgement | None) -> int:
    glance = glance_of()
    told = judgement.variables.get(glance.per_head, {}) if judgement and glance else {}
    return int(told.get("digits") or 0)


def _drop_down(areas: list[Area], chosen: str) -> SafeString:
    """Each area with its name, moved in by its level. Not by the template, which takes ten times as long for thousands of them."""
    levels = {level: at for at, level in enumerate(schema().levels)}
    depth = [levels.get(one.level, 0) for one in areas]
    least = min(depth, default=0)
    return format_html_join(
        "", '<option value="{}"{}>{}</option>',
        (
            (one.code, mark_safe(" selected") if one.code == chosen else "", "　" * (at - least) + one.name)
            for one, at in zip(areas, depth, strict=True)
        ),
    )  # fmt: skip


def _ages(judgement: Judgement | None) -> list[tuple[str, str]]:
    """How old checks may be asked to be; nothing where the judgement does not know."""
    if judgement is None or judgement.checks_hold_from is None:
        return []
    words = (_("a check is stale: visit due"), _("nothing was ever checked: visit due"))
    return list(zip(CHECKS, words, strict=True))


def _sorts(judgement: Judgement | None) -> list[tuple[str, str]]:
    words = (
        _("code"), _("code, last first"), _("village"), _("income per head, lowest first"), _("income per head, highest first"),
    )  # fmt: skip
    found = list(zip(SORTS, words, strict=True))
    return found if judgement else found[:3]
