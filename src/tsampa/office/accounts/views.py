"""One's own account: what one may do, the second factor, sessions, and the password set by a link."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from tsampa.office.accounts import actions, queries
from tsampa.office.accounts.links import LINKS
from tsampa.office.accounts.roles import ROLES
from tsampa.office.web.pages import Request, open_page, page, today

__all__ = ["end_session", "me", "set_password"]


@page()
def me(request: Request) -> HttpResponse:
    """Who one is here, and everything about signing in."""
    scope = request.scope
    shown = {
        "held": queries.held_by(scope.user, today()),
        "factor": scope.user.pk in queries.with_second_factor([scope.user]),
        "demanded": any(ROLES[role].second_factor for role in scope.grants),
        "sessions": UserSession.objects.purge_and_list(scope.user),
        "administrators": queries.administrators_for(scope, today()),
    }
    return render(request, "accounts/me.html", shown)


@page(methods=("POST",))
def end_session(request: Request, session: int) -> HttpResponse:
    """Signs another browser of one's own out."""
    found = UserSession.objects.filter(user=request.user, pk=session).first()
    if found is None:
        raise Http404
    found.end()
    messages.success(request, _("The session was ended."))
    return redirect("accounts:me")


class _SetPassword(PasswordResetConfirmView):
    """A password set by the link that an administrator handed over; the token leaves the address at once."""

    template_name = "accounts/set_password.html"
    token_generator = LINKS
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Remembers it, and asks to sign in with it."""
        answer = super().form_valid(form)
        actions.password_was_set(user=form.user, at=timezone.now())
        messages.success(self.request, _("The password is set. Sign in with it."))
        return answer


set_password = open_page(methods=("GET", "HEAD", "POST"))(_SetPassword.as_view())
