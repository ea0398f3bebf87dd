"""The language of the pages: which it is, and choosing it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.views.i18n import set_language as choose

from tsampa.office.web.pages import open_page

__all__ = ["language", "set_language"]


def language() -> str:
    """``zh`` or ``en``: the language of this page, as rulebooks, schemas and messages name it."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


@open_page(methods=("POST",))
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keeps the choice in a cookie and goes back."""
    return choose(request)
