"""Signing in and out and the second factor: allauth's views, each saying what it needs as ours do."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import scope_of
from tsampa.office.areas.models import Area
from tsampa.office.web.pages import View, lacks_second_factor, today

__all__ = ["activate_totp", "login", "own_page"]


def own_page(view: View) -> View:
    """For anybody who signed in. Unlike ``page`` it opens before a second factor is set up: here is where that is done."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def asked(request: Any, *arguments: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        request.scope = scope_of(request.user, today())
        return view(request, *arguments, **named)

    declared: Any = asked
    declared.needs = frozenset[May]()
    return declared  # type: ignore[no-any-return]


class _Login(LoginView):  # type: ignore[misc]
    """A demonstration lists its sign-ins."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().get_context_data(**named)
        return told | _listed()


class _ActivateTotp(ActivateTOTPView):  # type: ignore[misc]
    """Says so where it was not the user's own idea."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().get_context_data(**named)
        return told | {"demanded": lacks_second_factor(self.request.scope)}


login, activate_totp = _Login.as_view(), _ActivateTotp.as_view()


def _listed() -> dict[str, Any]:
    # Only here: the demonstration knows the accounts, and not the other way round.
    from tsampa.office.demonstration.people import PASSWORD, sign_ins

    found = sign_ins()
    areas = dict(Area.objects.filter(code__in={one.area for one in found}).values_list("code", "name"))
    return {"sign_ins": found, "password": PASSWORD, "areas": areas} if found else {}
