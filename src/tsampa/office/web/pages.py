"""What a page asks of who opens it: ``@page(May.SEE_HOUSEHOLDS)`` above the view, which then has ``request.scope``.

A view without it is found by a test. ``@open_page`` is for the few that anybody may open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import ROLES, May
from tsampa.office.accounts.scope import Scope, scope_of
from tsampa.office.history.clock import is_demonstration

__all__ = ["Request", "open_page", "page", "today"]

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request of somebody who signed in and may open the page: ``scope`` says what else they may do, and where."""

    user: User
    scope: Scope


def today() -> date:
    """The day in the programme's time zone: pages are where the office asks for it."""
    return timezone.localdate()


def page(*needs: May, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """The view is for who may do one of these somewhere, or for anybody who signed in where none is named.

    Strangers are asked to sign in, others are told that it is not theirs (403), and who holds a role on which much rests
    first sets up a second factor. ``methods`` lists what the view answers.
    """

    def keep(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def asked(request: Any, *arguments: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            request.scope = scope_of(request.user, today())
            if lacks_second_factor(request.scope):
                return redirect("mfa_activate_totp")
            if needs and not request.scope.may.intersection(needs):
                raise PermissionDenied
            return view(request, *arguments, **named)

        return _declared(asked, frozenset(needs))

    return keep


def open_page(*, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """The view is for anybody, strangers too."""

    def keep(view: View) -> View:
        return _declared(require_http_methods(list(methods))(view), None)

    return keep


def _declared(view: Any, needs: frozenset[May] | None) -> View:
    """What the view asks for stands with it, so that a test can walk every address."""
    view.needs = needs
    return cast(View, view)


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """Back to this page after signing in; a part of a page sends the whole page there."""
    if request.headers.get("HX-Request"):
        where = request.headers.get("HX-Current-URL", "/")
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = redirect_to_login(where).url
        return answer
    return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")


def lacks_second_factor(scope: Scope) -> bool:
    """Whether a role of the user's asks for a second factor that is not set up. A demonstration asks for none."""
    from allauth.mfa.utils import is_mfa_enabled

    if not any(ROLES[role].second_factor for role in scope.grants) or is_demonstration():
        return False
    return not is_mfa_enabled(scope.user)
