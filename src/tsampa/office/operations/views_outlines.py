"""The pages of outlines: a file sent in, looked at, confirmed; what stands, taken out."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.areas import outlines as kept
from tsampa.office.areas.actions import draw_areas
from tsampa.office.areas.geojson import MOST_BYTES, require_size
from tsampa.office.areas.models import Area
from tsampa.office.areas.outlines import Plan, Read
from tsampa.office.areas.queries import level_name, levels
from tsampa.office.areas.tree import Place
from tsampa.office.operations.forms_areas import OutlinesForm
from tsampa.office.operations.words import said
from tsampa.office.web.choropleth import DRAWN, MOST, Outline, draw_outlines
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page
from tsampa.office.web.uploads import file_bytes

__all__ = ["download", "outline_of", "outlines", "preview"]

WRITES = ("GET", "HEAD", "POST")
LISTED = 50
NEW, OTHER = 2, 4
"""Steps of colour: areas that had no outline, and those that had another."""


@csrf_exempt  # asked below, after the size: asking for the token reads all that was sent
@page(May.ADMINISTER, methods=WRITES)
def outlines(request: Request) -> HttpResponseBase:
    """How many areas have an outline, and sending a file of them. One that is too large is refused before it is read."""
    if request.method == "POST":
        try:
            require_size(file_bytes(request))
        except TsampaError as error:
            return _sending(request, OutlinesForm(), error)
    return _send(request)


@csrf_protect
def _send(request: Request) -> HttpResponseBase:
    if request.method != "POST":
        return _sending(request, OutlinesForm())
    form = OutlinesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _sending(request, form, status=400)
    told = form.cleaned_data
    try:
        require_size(told["file"].size)
        read = kept.read_file(
            request.scope, told["file"].read(), property=told["property"], file=told["file"].name, reason=told["reason"]
        )  # fmt: skip
    except TsampaError as error:
        return _sending(request, form, error)
    kept.keep_outlines(request.scope, read)
    return redirect("operations:outlines_preview")


def _sending(
    request: Request, form: OutlinesForm, error: TsampaError | None = None, status: int = 200
) -> HttpResponse:
    if error is not None:
        status = 413 if error.code == "outline-too-large" else 400
    numbers = kept.drawn_by_level(request.scope)
    told = {
        "form": form, "error": said(error) if error else None, "most": MOST_BYTES // 2**20, "waiting": kept.kept_outlines(request.scope),
        "rows": [(words, *numbers[level]) for level, words in levels(language()) if level in numbers],
        "any": any(drawn for _all, drawn in numbers.values()),
    }  # fmt: skip
    return render(request, "operations/outlines.html", told, status=status)


@page(May.ADMINISTER, methods=WRITES)
def preview(request: Request) -> HttpResponseBase:
    """What the user's file would draw, and drawing it when they confirm."""
    read = kept.kept_outlines(request.scope)
    if read is None:
        messages.warning(request, _("No file of yours waits: it was confirmed or left. Send it again."))
        return redirect("operations:outlines")
    plan = kept.plan_of(request.scope, read)
    if request.method != "POST":
        return _shown(request, read, plan)
    if request.POST.get("act") == "leave":
        kept.forget_outlines(request.scope)
        return redirect("operations:outlines")
    try:
        kept.require_mark(plan, request.POST.get("mark", ""))
        shapes = {one.code: read.shapes[one.code] for one in plan.draws}
        draw_areas(shapes=shapes, by=request.user.get_username(), reason=read.reason)
    except TsampaError as error:
        return _shown(request, read, plan, error)
    kept.forget_outlines(request.scope)
    messages.success(request, ngettext("%(n)s area was drawn.", "%(n)s areas were drawn.", len(shapes)) % {"n": len(shapes)})  # fmt: skip
    return redirect("operations:outlines")


def _shown(request: Request, read: Read, plan: Plan, error: TsampaError | None = None) -> HttpResponse:
    draws = [read.shapes[one.code] for one in plan.draws]
    missing = plan.missing.count()
    told = {
        "read": read, "plan": plan, "error": said(error) if error else None, "chart": _chart(read, plan), "many": len(draws),
        "bounds": [f"{one:.3f}" for one in kept.bounds_of(draws)] if draws else [],
        "places": sum(one["type"] not in DRAWN for one in draws), "beyond": max(len(draws) - MOST, 0),
        "refused": [(one, said(one.error)) for one in read.refused[:LISTED]], "refused_more": max(len(read.refused) - LISTED, 0),
        "unknown": read.unknown[:LISTED], "unknown_more": max(len(read.unknown) - LISTED, 0),
        "missing": _named(plan.missing[:LISTED]), "missing_count": missing, "missing_more": max(missing - LISTED, 0),
        "listed": _named(plan.draws[:LISTED]), "listed_more": max(len(draws) - LISTED, 0),
    }  # fmt: skip
    return render(request, "operations/outlines_preview.html", told, status=409 if error else 200)


def _named(areas: QuerySet[Area] | list[Area]) -> list[tuple[Area, str]]:
    return [(one, level_name(one.level, language())) for one in areas]


def _chart(read: Read, plan: Plan) -> dict[str, Any] | None:
    new = {one.code for one in plan.new}
    shown = [
        _outline(one, read.shapes[one.code], _("first outline") if one.code in new else _("in place of another"), NEW if one.code in new else OTHER)
        for one in plan.draws
    ]  # fmt: skip
    return draw_outlines(
        _("What would be drawn"), shown, [(NEW, _("first outline")), (OTHER, _("in place of another"))]
    )


def outline_of(area: Area) -> dict[str, Any] | None:
    """The picture of one area's outline; None where it has none that maps draw."""
    if area.geometry is None:
        return None
    return draw_outlines(area.name, [_outline(area, area.geometry, _("as it stands"), NEW)], [])


def _outline(area: Area, geometry: dict[str, Any], words: str, step: int) -> Outline:
    place = Place(area.code, area.name, area.level, area.parent_id)
    return Outline(place, geometry, words, step, reverse("operations:area", args=[area.code]))


@page(May.ADMINISTER)
def download(request: Request) -> HttpResponse:
    """The outlines that stand, as a file that could be sent again."""
    features = [
        {"type": "Feature", "properties": {"code": one.code, "name": one.name, "level": one.level}, "geometry": one.geometry}
        for one in kept.drawn_areas(request.scope)
    ]  # fmt: skip
    content = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    answer = HttpResponse(content, content_type="application/geo+json")
    answer["Content-Disposition"] = 'attachment; filename="outlines.geojson"'
    return answer
