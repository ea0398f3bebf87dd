"""What the frame of every page shows: the menu of what one may do, the programme, and whether it is a demonstration."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tsampa.office.accounts.scope import Scope
from tsampa.office.history.clock import is_demonstration
from tsampa.office.web.language import language
from tsampa.office.web.menu import MENU
from tsampa.schema import read_programme

__all__ = ["frame"]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context that ``web/base.html`` needs; errors before anybody is known show a bare frame."""
    lang = language()
    scope = getattr(request, "scope", None)
    scope = (
        scope if isinstance(scope, Scope) else None
    )  # an asynchronous server has another thing of that name
    match = request.resolver_match
    here = match.namespace if match else ""
    shown = [one for one in MENU if scope and (not one.needs or scope.may & one.needs)]
    return {
        "lang": lang, "programme": _programme(lang), "demonstration": is_demonstration(), "scope": scope,
        "menu": [{"label": one.label, "url": one.url, "here": one.room == here} for one in shown],
        "may": {str(one): True for one in scope.may} if scope else {},
    }  # fmt: skip


@cache
def _programme(lang: str) -> str:
    told = read_programme(settings.PROGRAMME)
    return told.zh if lang == "zh" else told.en
