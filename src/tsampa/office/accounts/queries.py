"""Finding those who work with the office, what they may do, and who looked at whose file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import Act, Grant, Look, User
from tsampa.office.accounts.roles import ROLES, May, Role
from tsampa.office.accounts.scope import WHOLE, Scope, below, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.history import Change, Version, as_of

__all__ = [
    "PAGES", "GrantChange", "Held", "acts", "administrators_for", "area_code", "find_user", "governs", "grant_changes", "grants_of", "held_by", "looks",
    "looks_at", "names_of", "places_of", "role_named", "told_changes", "user_named", "user_of", "users", "with_second_factor",
]  # fmt: skip

PAGES = {
    "file": _("file"), "why": _("reasons"), "changes": _("changes"), "statement": _("statement"), "edit": _("form"), "evidence": _("evidence"),
    "doubts": _("doubtful rows of a sheet"), "preview": _("what a sheet would change"),
}  # fmt: skip
"""What the pages that show a household's data are called; others stand as they are."""


def find_user(name: str) -> User:
    """The active user of this name. Raises TsampaError ``user-unknown``."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise TsampaError(
            "user-unknown",
            f"nobody works here as '{name}'",
            remedy="Add the user: tsampa user NAME.",
            usage=True,
        )
    return found


def user_named(name: str) -> User | None:
    """The user of this name, however it is spelled, or None."""
    return User.objects.filter(username__iexact=name).first()


def role_named(name: str) -> Role:
    """The role of this name. Raises TsampaError ``user-role``."""
    try:
        return Role(name)
    except ValueError:
        raise TsampaError("user-role", f"there is no role '{name}'", remedy=f"Use one of {', '.join(Role.values)}.", usage=True) from None  # fmt: skip


@dataclass(frozen=True)
class Held:
    """A role that somebody holds, with what it may do in words, and where: None for the whole register."""

    role: Role
    about: str
    area: Area | None
    since: date
    until: date | None


def held_by(user: User, on: date) -> list[Held]:
    """What somebody holds on a day, for themselves to read."""
    found = as_of(Grant.objects.filter(user=user), on).select_related("area").order_by("role", "area_id")
    return [
        Held(Role(one.role), str(ROLES[Role(one.role)].about), one.area, one.since, one.until)
        for one in found
    ]


def administrators_for(scope: Scope, on: date) -> list[User]:
    """Who can give this user more: those who administer an area above one of theirs, or the whole register."""
    above = {WHOLE}
    roots = {area for areas in scope.grants.values() for area in areas} - {WHOLE}
    while roots:
        above |= roots
        roots = set(Area.objects.filter(code__in=roots, parent__isnull=False).values_list("parent_id", flat=True)) - above  # fmt: skip
    held = as_of(Grant.objects.filter(role=Role.ADMINISTRATOR), on)
    held = held.filter(Q(area=None) | Q(area__in=above - {WHOLE}))
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("username"))


# --- administration ---


def users(
    scope: Scope, on: date, *, search: str = "", role: str = "", area: str = "", active: str = ""
) -> QuerySet[User]:
    """Those with a role in the areas that the scope administers, with what they hold there on a day (``held``)."""
    grants = as_of(visible_to(scope, Grant.objects.all(), May.ADMINISTER), on)
    found = visible_to(scope, User.objects.all(), May.ADMINISTER)
    if search:
        found = found.filter(Q(username__icontains=search) | Q(first_name__icontains=search))
    if active:
        found = found.filter(is_active=active == "yes")
    if role or area:
        held = grants.filter(role=role) if role else grants
        held = held.filter(area__in=below([area])) if area else held
        found = found.filter(pk__in=held.values("user"))
    shown = grants.select_related("area").order_by("role", "area_id")
    return found.order_by("username").prefetch_related(Prefetch("grants", shown, to_attr="held"))


def user_of(scope: Scope, user: int) -> User | None:
    """Somebody whom the scope administers, or None."""
    return visible_to(scope, User.objects.filter(pk=user), May.ADMINISTER).first()


def grants_of(scope: Scope, user: User) -> list[Grant]:
    """All that the user ever held where the scope administers, what ended last at the end."""
    found = visible_to(scope, Grant.objects.filter(user=user), May.ADMINISTER).select_related("area")
    return sorted(found, key=lambda one: (one.until is not None, one.role, one.since))


def governs(scope: Scope, user: User, on: date) -> bool:
    """Whether all that the user holds lies where the scope administers, so that it may decide over the account itself."""
    held = as_of(Grant.objects.filter(user=user), on)
    mine = visible_to(scope, held, May.ADMINISTER)
    return held.count() == mine.count()


def with_second_factor(found: Iterable[User]) -> set[int]:
    """Which of these users have a second factor."""
    from allauth.mfa.models import Authenticator

    pks = [one.pk for one in found]
    told = Authenticator.objects.filter(user__in=pks, type=Authenticator.Type.TOTP)
    return set(told.values_list("user_id", flat=True))


def area_code(scope: Scope, told: str, may: May) -> str | None:
    """The area of this code, or of this name where only one has it, among those where the scope may do this."""
    there = visible_to(scope, Area.objects.all(), may)
    found = list(there.filter(code=told)[:1]) or list(there.filter(name=told)[:2])
    return found[0].code if len(found) == 1 else None


# --- for auditors ---


def acts(scope: Scope, *, user: str = "") -> QuerySet[Act]:
    """What was done to accounts of the scope's areas, the latest first."""
    found = visible_to(scope, Act.objects.select_related("user"), May.AUDIT).order_by("-at", "-pk")
    return found.filter(user__username=user) if user else found


@dataclass(frozen=True)
class GrantChange:
    """That a role was given or ended: who by, when and why is in ``change``."""

    change: Change
    operation: str
    username: str
    role: Role | None
    area: str | None
    since: str
    until: str | None


def grant_changes(scope: Scope, *, user: str = "") -> QuerySet[Version]:
    """The versions of roles given in the scope's areas, the latest first; ``told_changes`` reads them."""
    table = Grant._meta.db_table
    found = Version.objects.filter(table=table).select_related("change").order_by("-id")
    held = visible_to(scope, Grant.objects.all(), May.AUDIT)
    if user:
        held = held.filter(user__username=user)
    if user or scope.areas(May.AUDIT) is not None:
        found = found.filter(key__in=[str(one) for one in held.values_list("pk", flat=True)])
    return found


def told_changes(versions: Iterable[Version]) -> list[GrantChange]:
    """What each version of a role says."""
    told: list[tuple[Version, dict[str, Any]]] = [
        (one, json.loads(one.payload) if one.payload else {}) for one in versions
    ]
    names = dict(User.objects.filter(pk__in={row.get("user_id") for _, row in told}).values_list("pk", "username"))  # fmt: skip
    return [
        GrantChange(
            one.change, one.operation, names.get(row.get("user_id", 0), "–"), Role(row["role"]) if "role" in row else None,
            row.get("area_id"), row.get("since", ""), row.get("until"),
        )
        for one, row in told
    ]  # fmt: skip


def looks(
    scope: Scope, *, household: str = "", user: str = "", upto: datetime | None = None
) -> QuerySet[Look]:
    """Who looked at the files of the scope's areas, the latest first."""
    found = Look.objects.order_by("-at", "-pk")
    if scope.areas(May.AUDIT) is not None:
        # By where the household lives now: a look points nowhere, so that nothing elsewhere can alter it.
        homes: QuerySet[Any] = apps.get_model("register", "Household")._default_manager.all()
        found = found.filter(household__in=visible_to(scope, homes, May.AUDIT).values("pk"))
    if household:
        found = found.filter(household=household)
    if user:
        found = found.filter(by=user)
    return found.filter(at__lte=upto) if upto else found


def looks_at(household: str) -> QuerySet[Look]:
    """Who looked at this household's file, the latest first: for the household, which may ask, and for its file.

    The caller has found the household through the door.
    """
    return Look.objects.filter(household=household).order_by("-at", "-pk")


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """The names by which people know these users."""
    found = User.objects.filter(username__in=set(usernames))
    return {one.username: one.get_full_name() or one.username for one in found}


def places_of(households: Iterable[str]) -> dict[str, str]:
    """The villages in which these households live now."""
    homes = apps.get_model("register", "Household")._default_manager.filter(pk__in=set(households))
    return dict(homes.values_list("pk", "area__name"))
