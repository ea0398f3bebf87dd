"""The pages of areas: the tree, one area with its history, and what happens to areas on a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import WHOLE, visible_to
from tsampa.office.areas.actions import add_area, draw_area, merge_areas, rename_area, split_area
from tsampa.office.areas.queries import AreaFile, area_file, areas_below, areas_found, level_name, neighbours
from tsampa.office.operations.changes import told_versions
from tsampa.office.operations.forms_areas import AddForm, MergeForm, RenameForm, SplitForm, UndrawForm
from tsampa.office.operations.views_outlines import outline_of
from tsampa.office.operations.words import said
from tsampa.office.register.models import Household
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["add", "area", "areas", "merge", "rename", "split", "undraw"]

SHOWN = 100
WRITES = ("GET", "HEAD", "POST")


@page(May.ADMINISTER)
def areas(request: Request) -> HttpResponse:
    """The highest areas, or those found by name or code."""
    asked = request.GET.get("q", "").strip()[:200]
    rows = areas_found(request.scope, asked) if asked else areas_below(request.scope)
    shown = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    told = {
        "rows": _rows(shown),
        "shown": shown,
        "q": asked,
        "whole": WHOLE in request.scope.roots(May.ADMINISTER),
    }
    return render(request, "operations/areas.html", told)


@page(May.ADMINISTER)
def area(request: Request, code: str) -> HttpResponse:
    """One area: where it lies, the areas in it, its history."""
    found = _found(request, code)
    shown = Paginator(areas_below(request.scope, code), SHOWN).get_page(request.GET.get("page"))
    told = _about(found) | {
        "rows": _rows(shown),
        "shown": shown,
        "versions": told_versions(found.versions, language()),
        "chart": outline_of(found.area),
    }
    return render(request, "operations/area.html", told)


@page(May.ADMINISTER, methods=WRITES)
def add(request: Request) -> HttpResponse:
    """A new area, in one that the user keeps."""
    first = {"parent": request.GET.get("parent", "")}
    form = (
        AddForm(request.POST, lang=language())
        if request.method == "POST"
        else AddForm(initial=first, lang=language())
    )

    def act(told: dict[str, Any], by: str) -> str:
        if not request.scope.holds(May.ADMINISTER, told["parent"] or WHOLE):
            raise TsampaError(
                "area-unknown", f"no area '{told['parent']}' in the register", remedy="Write its code."
            )
        return add_area(**told | {"parent": told["parent"] or None}, by=by).code

    return _act(request, form, act, {"act": "add"})


@page(May.ADMINISTER, methods=WRITES)
def rename(request: Request, code: str) -> HttpResponse:
    """Another name or code."""
    found = _found(request, code)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": found.area.name})
    return _act(
        request,
        form,
        lambda told, by: rename_area(area=code, **told, by=by).code,
        _about(found) | {"act": "rename"},
    )


@page(May.ADMINISTER, methods=WRITES)
def merge(request: Request, code: str) -> HttpResponse:
    """The area goes over into another."""
    found = _found(request, code)
    beside = neighbours(request.scope, found.area)
    form = MergeForm(request.POST if request.method == "POST" else None, neighbours=beside)

    def act(told: dict[str, Any], by: str) -> str:
        into = told["into"].pk
        return merge_areas(areas=[code], into=into, on=told["on"], reason=told["reason"], by=by).code

    return _act(request, form, act, _about(found) | {"act": "merge"})


@page(May.ADMINISTER, methods=WRITES)
def split(request: Request, code: str) -> HttpResponse:
    """The area becomes several."""
    found = _found(request, code)
    form = SplitForm(request.POST if request.method == "POST" else None)

    def act(told: dict[str, Any], by: str) -> str:
        households: dict[str, list[str]] = form.homes()
        named = {one for some in households.values() for one in some}
        all_homes = visible_to(request.scope, Household.objects.filter(area=code), May.ADMINISTER)
        households[told["code_1"]] = [
            one for one in all_homes.values_list("pk", flat=True) if one not in named
        ]
        split_area(
            area=code, into=form.into(), households=households, on=told["on"], by=by, reason=told["reason"]
        )
        return code

    return _act(request, form, act, _about(found) | {"act": "split"})


@page(May.ADMINISTER, methods=WRITES)
def undraw(request: Request, code: str) -> HttpResponse:
    """The area has no outline any more; history keeps the one it had."""
    found = _found(request, code)
    if found.area.geometry is None:
        raise Http404
    form = UndrawForm(request.POST if request.method == "POST" else None)

    def act(told: dict[str, Any], by: str) -> str:
        draw_area(area=code, geometry=None, reason=told["reason"], by=by)
        return code

    return _act(request, form, act, _about(found) | {"act": "undraw"})


def _act(
    request: Request, form: Form, act: Callable[[dict[str, Any], str], str], told: dict[str, Any]
) -> HttpResponse:
    """The form, and what comes of it: the area's page, or what was typed with what is wrong."""
    status, error = 200, None
    if form.is_bound and form.is_valid():
        try:
            return redirect("operations:area", act(form.cleaned_data, request.user.get_username()))
        except TsampaError as refused:
            status, error = 409, said(refused)
    elif form.is_bound:
        status = 400
    return render(request, "operations/area_form.html", told | {"form": form, "error": error}, status=status)


def _found(request: Request, code: str) -> AreaFile:
    found = area_file(request.scope, code)
    if found is None:
        raise Http404
    return found


def _about(found: AreaFile) -> dict[str, Any]:
    return {"file": found, "area": found.area, "level": level_name(found.area.level, language())}


def _rows(shown: Any) -> list[dict[str, Any]]:
    return [{"area": one, "level": level_name(one.level, language())} for one in shown]
