"""Administration of those who work with the office: who they are, what they may do and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tsampa.errors import TsampaError
from tsampa.office.accounts import actions, queries
from tsampa.office.accounts.forms import EndForm, GrantForm, InviteForm, ReasonForm, UserFilter, add_error
from tsampa.office.accounts.links import link_for
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import ROLES, May
from tsampa.office.web.pages import Request, page, today

__all__ = ["end_role", "give_role", "invite", "switch", "user", "users"]

AT_ONCE = 50
LINK = "account_link"
"""Where the session keeps a link until it is shown, once."""


@page(May.ADMINISTER)
def users(request: Request) -> HttpResponse:
    """All of the administrator's areas, to search and filter."""
    form = UserFilter(request.GET)
    told = form.cleaned_data if form.is_valid() else {}
    code = queries.area_code(request.scope, told["area"], May.ADMINISTER) if told.get("area") else ""
    unknown_area = code is None
    found = queries.users(request.scope, today(), **told | {"area": code or ""})
    if unknown_area:
        found = found.none()
    shown = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
    factors = queries.with_second_factor(shown.object_list)
    return render(
        request, "accounts/users.html", {"form": form, "shown": shown, "factors": factors, "unknown_area": unknown_area}
    )  # fmt: skip


@page(May.ADMINISTER, methods=("GET", "HEAD", "POST"))
def invite(request: Request) -> HttpResponse:
    """Somebody new; the link is shown on their page, once."""
    form = InviteForm(request.scope, today(), request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                made = actions.invite(**form.told(), by=request.user, at=timezone.now())
                return _with_link(request, made)
            status = 400
        except TsampaError as error:
            add_error(form, error)
            status = 409
    roles = [(role.label, told.about, told.second_factor) for role, told in ROLES.items()]
    return render(request, "accounts/invite.html", {"form": form, "roles": roles}, status=status)


@page(May.ADMINISTER)
@never_cache
def user(request: Request, user: int) -> HttpResponse:
    """What somebody holds and held, what was done to their account, and the forms to change it."""
    return _shown(request, _of(request, user))


@page(May.ADMINISTER, methods=("POST",))
def give_role(request: Request, user: int) -> HttpResponse:
    """Gives a role for an area."""
    somebody = _of(request, user)
    form = GrantForm(request.scope, today(), request.POST)

    def act() -> None:
        actions.grant(user=somebody, by=request.user, **form.told())

    return _acted(request, somebody, form, act, give=form)


@page(May.ADMINISTER, methods=("POST",))
def end_role(request: Request, user: int, grant: int) -> HttpResponse:
    """Ends a role that lies where the administrator decides."""
    somebody = _of(request, user)
    if grant not in {one.pk for one in queries.grants_of(request.scope, somebody)}:
        raise Http404
    form = EndForm(grant, today(), request.POST)

    def act() -> None:
        actions.end_grant(grant=grant, by=request.user, **form.cleaned_data)

    return _acted(request, somebody, form, act, end=form)


@page(May.ADMINISTER, methods=("POST",))
def switch(request: Request, user: int, act: str) -> HttpResponse:
    """Decides over the account itself: ``off``, ``on``, ``link`` or ``factor``."""
    somebody = _of(request, user)
    if not queries.governs(request.scope, somebody, today()):
        raise Http404
    form, by, at = ReasonForm(act, request.POST), request.user, timezone.now()

    def done() -> None:
        reason = form.cleaned_data["reason"]
        if act == "off":
            actions.switch_off(user=somebody, on=today(), by=by, at=at, reason=reason)
        elif act == "on":
            actions.switch_on(user=somebody, by=by, at=at, reason=reason)
        elif act == "factor":
            actions.take_factor_off(user=somebody, by=by, at=at, reason=reason)
        elif act == "link":
            actions.give_link(user=somebody, by=by, at=at, reason=reason)
            request.session[LINK] = {"user": somebody.pk, "path": link_for(somebody)}
        else:
            raise Http404

    return _acted(request, somebody, form, done, account=form)


def _of(request: Request, user: int) -> User:
    found = queries.user_of(request.scope, user)
    if found is None:
        raise Http404
    return found


def _with_link(request: Request, made: User) -> HttpResponse:
    request.session[LINK] = {"user": made.pk, "path": link_for(made)}
    return redirect("accounts:user", made.pk)


def _acted(
    request: Request, somebody: User, form: Form, act: Callable[[], None], **forms: Any
) -> HttpResponse:
    """Acts and goes back to the user's page, or shows it with what was typed and what is wrong."""
    status = 400
    try:
        if form.is_valid():
            act()
            messages.success(request, _("Done."))
            return redirect("accounts:user", somebody.pk)
    except TsampaError as error:
        add_error(form, error)
        status = 409
    return _shown(request, somebody, status=status, **forms)


def _shown(request: Request, somebody: User, *, status: int = 200, give: Any = None, end: Any = None, account: Any = None) -> HttpResponse:  # fmt: skip
    scope, on = request.scope, today()
    grants = queries.grants_of(scope, somebody)
    for one in grants:
        one.form = end if end and end.grant == one.pk else EndForm(one.pk, on)  # type: ignore[attr-defined]
    kept = request.session.get(LINK) if request.method == "GET" else None
    if kept and kept["user"] == somebody.pk:
        del request.session[LINK]
    else:
        kept = None
    offered = ["link", "off"] if somebody.is_active else ["on"]
    factor = bool(queries.with_second_factor([somebody]))
    offered += ["factor"] if factor else []
    shown = {
        "somebody": somebody, "own": somebody == request.user, "factor": factor, "today": on,
        "now": [one for one in grants if one.until is None or one.until > on],
        "past": [one for one in grants if one.until is not None and one.until <= on],
        "acts": somebody.acts.order_by("-at", "-pk")[:20], "give": give or GrantForm(scope, on),
        "governs": queries.governs(scope, somebody, on), "link": request.build_absolute_uri(kept["path"]) if kept else "",
        "wrong": [one for form in (give, end, account) if form for one in form.non_field_errors()],
        "account": [account if account and account.act == one else ReasonForm(one) for one in offered],
    }  # fmt: skip
    return render(request, "accounts/user.html", shown, status=status)
