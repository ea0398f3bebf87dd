"""Choosing the language of the pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language as choose

from tsampa.office.web.pages import open_page

__all__ = ["set_language"]


@open_page(methods=("POST",))
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keeps the choice in a cookie and goes back."""
    return choose(request)
