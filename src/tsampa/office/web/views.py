"""What pages say when something is wrong, and whether the server answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tsampa.errors import TsampaError
from tsampa.office.web.pages import open_page

__all__ = ["bad_request", "failed", "health", "no_csrf", "not_allowed", "not_found"]


@open_page()
def health(request: HttpRequest) -> HttpResponse:
    """Whether the server answers; ``tsampa doctor`` says the rest."""
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _said(request, 400, _("This cannot be understood"), _("What was sent is not what the page asks for."), _("Go back, load the page anew and try again."))  # fmt: skip


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: no page says whether there would be something to see."""
    return _said(request, 403, _("This page is not yours"), _("Your role does not cover this."), _("If you need it for your work, ask your administrator for the role."))  # fmt: skip


def no_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where the form was too old: what was typed is still in the browser."""
    return _said(request, 403, _("The form was open for too long"), _("Nothing was changed."), _("Go back: what you typed is still there. Load the page in another tab to sign in again, then send the form once more."))  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing there, or nothing of the user's area, which looks the same."""
    return _said(request, 404, _("There is nothing here"), _("No such page, or none of your area."), _("Check the code or the address."))  # fmt: skip


def failed(request: HttpRequest) -> HttpResponse:
    """500: nothing in it may fail again, so it is words alone."""
    text = "Something went wrong here, and nothing was changed. 系统出错，未作任何更改。 Try again; if it happens again, tell your administrator. 请重试；仍然出错请联系管理员。"
    return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def _said(request: HttpRequest, status: int, title: str, about: str, remedy: str) -> HttpResponse:
    told: dict[str, Any] = {"title": title, "about": about, "remedy": remedy}
    return render(request, "web/error.html", told, status=status)


def refused(request: HttpRequest, error: TsampaError) -> HttpResponse:
    """What the office says of an act it refuses, with its code."""
    return _said(request, 409, _("This was refused"), f"{error.message} [{error.code}]", error.remedy)
