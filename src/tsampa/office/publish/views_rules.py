"""The rulebook to be read: variables, parameters, and which figures rest on what."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tsampa.office.accounts.roles import May
from tsampa.office.publish.opened import rules_in_use
from tsampa.office.publish.rulebook import parameter_told, rules_told, variable_told
from tsampa.office.publish.views import say_errors
from tsampa.office.web.language import language
from tsampa.office.web.pages import Request, page

__all__ = ["parameter", "rules", "variable"]


@page(May.SEE_FIGURES)
@say_errors
def rules(request: Request) -> HttpResponse:
    """All variables by entity, and all parameters."""
    words = request.GET.get("q", "").strip()[:100]
    rulebook = rules_in_use()
    told = rules_told(rulebook, language(), words)
    return render(request, "publish/rules.html", told | {"q": words, "rulebook": rulebook, "tab": "rules"})


@page(May.SEE_FIGURES)
@say_errors
def variable(request: Request, entity: str, name: str) -> HttpResponse:
    """A variable with its versions in words, their sources, and what rests on it."""
    try:
        told = variable_told(rules_in_use(), (entity, name), language())
    except KeyError:
        raise Http404 from None
    return render(request, "publish/variable.html", {"one": told, "tab": "rules"})


@page(May.SEE_FIGURES)
@say_errors
def parameter(request: Request, name: str) -> HttpResponse:
    """A parameter with its dated values, their sources, and what rests on it."""
    try:
        told = parameter_told(rules_in_use(), name, language())
    except KeyError:
        raise Http404 from None
    return render(request, "publish/parameter.html", {"one": told, "tab": "rules"})
