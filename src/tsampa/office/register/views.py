"""The list of households: searched, filtered, kept and taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tsampa.errors import TsampaError
from tsampa.messages import say_message
from tsampa.office.accounts.roles import May
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Judgement
from tsampa.office.history.clock import is_demonstration
from tsampa.office.register.asking import form_of, kept_query
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
)
from tsampa.office.register.lists import (
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
from tsampa.office.register.saved import forget_view, save_view
from tsampa.office.register.spread import spread_of
from tsampa.office.web.choropleth import draw_map
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page, today

__all__ = ["export", "forget", "households", "save", "search", "spread"]


@page(May.SEE_HOUSEHOLDS)
def households(request: Request) -> HttpResponse:
    """The households of the scope that answer what is asked, page by page."""
    if looks_like_number(request.GET.get("q", "")):
        return _without_number(request)
    asked, judgement, areas = read_asked(request.GET), judgement_on(request.GET), areas_of(request.scope)
    rows = find(request.scope, asked, judgement, areas)
    pages = Pages(rows, asked)
    shown = pages.get_page(request.GET.get("page"))
    told = form_of(request, asked, judgement, areas) | {
        "shown": shown, "found": pages.count, "beyond": pages.beyond, "rows": listed(list(shown.object_list), judgement),
        "columns": heads(asked.columns, judgement), "per_head_digits": _digits(judgement),
    }  # fmt: skip
    return render(request, "register/households.html", told)


@page(May.SEE_HOUSEHOLDS)
def spread(request: Request) -> HttpResponse:
    """Where the households stand that answer what is asked: the same list, as a map."""
    if looks_like_number(request.GET.get("q", "")):
        return _without_number(request)
    asked, judgement, areas = read_asked(request.GET), judgement_on(request.GET), areas_of(request.scope)
    found = spread_of(request.scope, asked, judgement, areas, _list_of(kept_query(request.GET)))
    many = sum(one.count for one in found.lowest)
    told = form_of(request, asked, judgement, areas, mapped=True) | {
        "map": found, "found": many, "drawn": draw_map(request.scope, found, May.SEE_HOUSEHOLDS) if many else None,
    }  # fmt: skip
    return render(request, "register/map.html", told)


def _list_of(kept: QueryDict) -> Callable[[str], str]:
    """The address of the same list, narrowed to an area."""
    kept.pop("area", None)
    start = f"{reverse('register:list')}?{kept.urlencode()}"
    return lambda area: f"{start}{'&' if kept else ''}{urlencode({'area': area})}"


def _without_number(request: Request) -> HttpResponse:
    messages.warning(request, _("An identity number does not belong in an address: type it into the field for what is looked for."))  # fmt: skip
    return redirect(f"{request.path}?{kept_query(request.GET).urlencode()}")


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
    return _back(request, kept)


def _back(request: Request, kept: QueryDict) -> HttpResponse:
    """To the list, or to the map where the form stood above it."""
    name = "register:map" if request.POST.get("mapped") else "register:list"
    return redirect(f"{reverse(name)}?{kept.urlencode()}")


@page(May.SEE_HOUSEHOLDS, methods=("POST",))
def save(request: Request) -> HttpResponse:
    """Keeps a list under a name."""
    query = QueryDict(request.POST.get("query", "")[:4000])
    try:
        made = save_view(by=request.user.username, name=request.POST.get("name", ""), query=query)
        messages.success(request, _("The list is kept as “%(name)s”.") % {"name": made.name})
    except TsampaError as error:
        messages.error(request, f"{say_message(error.message, language())} {say_message(error.remedy, language())}")  # fmt: skip
    return _back(request, kept_query(query))


@page(May.SEE_HOUSEHOLDS, methods=("POST",))
def forget(request: Request, number: int) -> HttpResponse:
    """Forgets a list that was kept."""
    forget_view(by=request.user.username, number=number)
    return redirect("register:map" if request.POST.get("mapped") else "register:list")


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


def _digits(judgement: Judgement | None) -> int:
    glance = glance_of()
    told = judgement.variables.get(glance.per_head, {}) if judgement and glance else {}
    return int(told.get("digits") or 0)
