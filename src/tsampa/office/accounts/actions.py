"""Adding those who work with the office, giving and taking what they may do, and remembering who looked at whose file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from tsampa.errors import TsampaError
from tsampa.office.accounts.models import Act, Done, Grant, Look, User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import Source, as_of, change

__all__ = [
    "add_user", "end_grant", "give_link", "grant", "invite", "password_was_set", "record_look", "record_looks", "switch_off", "switch_on", "take_factor_off",
]  # fmt: skip

OFFICE = Source("office")
ONE_LOOK = timedelta(minutes=10)
"""Going back and forth in a file is one look at it."""


def add_user(*, username: str, password: str, email: str = "", accepts: bool = False) -> User:
    """Adds somebody under a name that nobody ever had; who ``accepts`` is an approver of the whole register.

    Raises TsampaError ``user-name`` or ``user-password``."""
    _require_new(username)
    made = User(username=username, email=email)
    try:
        validate_password(password, made)
        made.set_password(password)
        made.full_clean()
    except ValidationError as error:
        raise TsampaError("user-password", " ".join(error.messages), remedy="Choose another name or a longer password.", usage=True) from None  # fmt: skip
    made.save()
    if accepts:
        since = timezone.localdate()
        grant(user=made, role=Role.APPROVER, area=None, since=since, by="command line", reason="added")
    return made


def invite(
    *, username: str, name: str, role: Role, area: str | None, since: date, by: User | str, at: datetime, reason: str = ""
) -> User:  # fmt: skip
    """Adds somebody without a password, who sets one by the link that ``links.link_for`` makes, and gives them a first role.

    Raises TsampaError ``user-name``, ``area-unknown``."""
    with change(by=by, reason=reason, source=OFFICE):
        _require_new(username)
        made = User(username=username, first_name=name)
        made.set_unusable_password()
        try:
            made.full_clean()
        except ValidationError as error:
            raise TsampaError("user-name", " ".join(error.messages), remedy="Use letters, digits and @ . + - _ only.") from None  # fmt: skip
        made.save()
        _write(made, Done.INVITED, by, at, reason)
        grant(user=made, role=role, area=area, since=since, by=by, reason=reason)
        return made


def _require_new(username: str) -> None:
    if User.objects.filter(username__iexact=username).exists():
        raise TsampaError(
            "user-name", f"there is or was a user '{username}'", remedy="Choose another name; names in history never change hands.", usage=True
        )  # fmt: skip


def grant(
    *, user: User, role: Role, area: str | None, since: date, by: User | str, reason: str = ""
) -> Grant:
    """The user holds the role for this area and all below it from this day on; without an area, for the whole register.

    Given already, nothing changes. Raises TsampaError ``area-unknown``, ``user-own-account``.
    """
    _require_another(user, by)
    if area is not None and not Area.objects.filter(code=area).exists():
        raise TsampaError("area-unknown", f"no area '{area}' in the register", remedy="Write its code.")
    with change(by=by, reason=reason, source=OFFICE):
        made, _ = Grant.objects.get_or_create(
            user=user, role=role, area_id=area, until=None, defaults={"since": since}
        )
        return made


def end_grant(*, grant: int, until: date, by: User | str, reason: str = "") -> None:
    """The role is no more held from this day on; today ends it at once.

    Raises TsampaError ``grant-unknown``, ``grant-dates``, ``user-own-account``, ``user-last-administrator``.
    """
    with change(by=by, reason=reason, source=OFFICE):
        ended = Grant.objects.filter(Q(until=None) | Q(until__gt=until), pk=grant).select_related("user").first()  # fmt: skip
        if ended is None:
            raise TsampaError("grant-unknown", f"no role is held by number {grant}", remedy="Look at the user's roles.")  # fmt: skip
        _require_another(ended.user, by)
        if until < ended.since:
            raise TsampaError("grant-dates", "a role would end before it began", remedy="Give a day not before it began.")  # fmt: skip
        if ended.role == Role.ADMINISTRATOR:
            _require_administrator(until, ~Q(pk=grant))
        ended.until = until
        ended.save(update_fields=["until"])


def switch_off(*, user: User, on: date, by: User | str, at: datetime, reason: str) -> None:
    """The user cannot sign in any more, and is signed out at their next step. Off already, nothing changes.

    Raises TsampaError ``user-reason``, ``user-own-account``, ``user-last-administrator``.
    """
    _require_reason(reason)
    _require_another(user, by)
    with change(by=by, reason=reason, source=OFFICE):
        _require_administrator(on, ~Q(user=user))
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            _write(user, Done.SWITCHED_OFF, by, at, reason)


def switch_on(*, user: User, by: User | str, at: datetime, reason: str) -> None:
    """The user can sign in again. Raises TsampaError ``user-reason``, ``user-own-account``."""
    _require_reason(reason)
    _require_another(user, by)
    with change(by=by, reason=reason, source=OFFICE):
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            _write(user, Done.SWITCHED_ON, by, at, reason)


def give_link(*, user: User, by: User | str, at: datetime, reason: str) -> None:
    """Voids the user's password and every earlier link, so that a new one can be handed over.

    The old password ends at once: nobody else can set one without the user noticing. Raises TsampaError ``user-reason``,
    ``user-own-account``.
    """
    _require_reason(reason)
    _require_another(user, by)
    with change(by=by, reason=reason, source=OFFICE):
        user.set_unusable_password()
        user.save(update_fields=["password"])
        _write(user, Done.LINKED, by, at, reason)


def password_was_set(*, user: User, at: datetime) -> None:
    """Remembers that the link was used."""
    with change(by=user, source=OFFICE):
        _write(user, Done.PASSWORD, user, at, "")


def take_factor_off(*, user: User, by: User | str, at: datetime, reason: str) -> None:
    """For who lost phone and recovery codes: a role that needs a second factor then asks for a new one.

    Raises TsampaError ``user-reason``, ``user-own-account``."""
    from allauth.mfa.models import Authenticator

    _require_reason(reason)
    _require_another(user, by)
    with change(by=by, reason=reason, source=OFFICE):
        if Authenticator.objects.filter(user=user).delete()[0]:
            _write(user, Done.FACTOR_OFF, by, at, reason)


def record_look(*, household: str, by: User | str, page: str, at: datetime) -> None:
    """Remembers that somebody opened this page of a household's file; again within ten minutes it is the same look."""
    record_looks(households=[household], by=by, page=page, at=at)


def record_looks(*, households: Iterable[str], by: User | str, page: str, at: datetime) -> None:
    """As ``record_look``, of a page that shows several households' data beside each other; in two queries."""
    wanted, told = sorted(set(households)), {"by": _name(by), "page": page}
    lately = Look.objects.filter(**told, household__in=wanted, at__gt=at - ONE_LOOK, at__lte=at)
    seen = set(lately.values_list("household", flat=True))
    Look.objects.bulk_create(Look(**told, household=one, at=at) for one in wanted if one not in seen)


def _write(user: User, done: Done, by: User | str, at: datetime, reason: str) -> None:
    Act.objects.create(user=user, done=done, by=_name(by), at=at, reason=reason)


def _name(by: User | str) -> str:
    return by if isinstance(by, str) else by.get_username()


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise TsampaError("user-reason", "there is no reason", remedy="Say why; whoever audits it will ask.")


def _require_another(user: User, by: User | str) -> None:
    if _name(by) == user.get_username():
        raise TsampaError(
            "user-own-account", "this is your own account", remedy="Ask another administrator: nobody decides what they may do themselves."
        )  # fmt: skip


def _require_administrator(on: date, others: Q) -> None:
    """Somebody who administers the whole register is left on this day among ``others``, where there is one now."""
    everywhere = Q(role=Role.ADMINISTRATOR, area=None, user__is_active=True)
    # Locked, so that two administrators cannot end one another at once.
    held = list(as_of(Grant.objects.select_for_update(of=("self",)).filter(everywhere), on))
    if held and not as_of(Grant.objects.filter(everywhere & others), on).exists():
        raise TsampaError(
            "user-last-administrator", "nobody would be left to administer the register", remedy="Give another person the role for the whole register first."
        )  # fmt: skip
