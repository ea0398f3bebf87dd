"""Every address, asked by every role of one village, by a stranger, and by a worker of the neighbouring village.

The addresses come from the URL configuration, and what is expected of each from what its view declares (``@page(May.X)``,
``@open_page()``): a new page is tested here without anybody writing a test. Only where an address has a part that is not known
yet, the test asks what to put there: add it to ``THINGS``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from office.web.people import add_somebody, signed_in
from office.web.two_villages import Side
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import ROLES, May, Role
from tsampa.office.intake.models import Batch

THINGS: dict[str, Any] = {
    # Parts of addresses that belong to a village: the name of what two_villages made there.
    "household": "{household}", "person": "{person}", "membership": "{membership}", "area": "{area}", "village": "{area}",
    "user": "{user}", "grant": "{grant}", "batch": "{batch}", "check": "{check}", "evidence": "{evidence}", "code": "{area}",
    # Others.
    "judgement": "{judgement}", "assessment": "{judgement}", "figure": "households", "year": "2019", "session": "1", "uidb64": "MQ",
    "token": "none", "act": "off", "kind": "csv", "verb": "check", "table": "checks", "entity": "household", "name": "poverty_line",
    "job": "{job}", "number": "1",
    # The same word for different things, by the name of the page.
    "operations:job.number": "{job}", "operations:retry.number": "{job}", "operations:change.number": "{change}",
    "operations:row.table": "register_household", "operations:row.key": "{household}", "register:correct.code": "{check}",
    "register:evidence.number": "{evidence}", "publish:variable.name": "standing", "publish:draft.kind": "html",
    "intake:template.table": "households",
}  # fmt: skip
OF_A_VILLAGE = {
    "household",
    "person",
    "membership",
    "area",
    "user",
    "grant",
    "batch",
    "check",
    "evidence",
    "change",
}
"""Whoever works elsewhere gets 404 for these, as if they did not exist."""
NOTHING = {
    "accounts:set_password", "accounts:end_session", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
    "register:forget", "operations:proposal", "operations:decide", "operations:new_parameter", "intake:bad_rows", "intake:doubts", "publish:bulletin", "publish:preview", "publish:draft", "publish:file", "publish:trial",
}  # fmt: skip
"""Pages of what this register has none of, or not for every role: that they answer 404 is right too."""
NARROWER = {"intake:accept"}
"""Pages that decide further by what they are asked for, as nobody accepts what they sent: 403 is right too."""
THIRD_PARTY: dict[str, frozenset[May] | None] = {}
"""Modules whose views cannot declare what they need, and what that is."""
ASKED = ("q", "search", "area", "household", "village", "user")
"""What lists are searched and filtered by."""
SIGN_IN = ("mfa_", "account_", "usersessions_")
"""What the names of the pages begin with that are about signing in."""
UNKNOWN = object()


@dataclass(frozen=True)
class Address:
    """A place of the URL configuration: ``route`` with ``<parts>``, and what its view asks of who opens it."""

    name: str
    route: str
    parts: tuple[str, ...]
    needs: Any

    def at(self, side: Side) -> str:
        """The address with something of a village in its parts."""
        found = self.route
        for part in self.parts:
            told = THINGS.get(f"{self.name}.{part}", THINGS.get(part))
            if told is None:
                pytest.fail(f"tell the test what to put for <{part}> of {self.name}: THINGS in {Path(__file__).name}")  # fmt: skip
            value = quote(str(told).format(**side.things), safe="")
            found = re.sub(rf"<(\w+:)?{part}>", value.replace("\\", ""), found)
        return f"/{found}"

    @property
    def is_of_a_village(self) -> bool:
        """Whether a part of it belongs to one village."""
        told = (str(THINGS.get(f"{self.name}.{one}", THINGS.get(one))) for one in self.parts)
        return any(one.strip("{}") in OF_A_VILLAGE for one in told if one.startswith("{"))

    def allows(self, role: Role) -> bool:
        """Whether somebody of this role may open it."""
        return not self.needs or bool(self.needs & ROLES[role].may)


def walk(patterns: list[Any], route: str = "", space: str = "") -> Iterator[Address]:
    """All addresses below these."""
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, here, space + (f"{one.namespace}:" if one.namespace else ""))
        else:
            assert isinstance(one, URLPattern)
            view: Any = one.callback
            needs = getattr(view, "needs", THIRD_PARTY.get(view.__module__, UNKNOWN))
            yield Address(f"{space}{one.name}", here, tuple(re.findall(r"<(?:\w+:)?(\w+)>", here)), needs)


def undeclared(patterns: list[Any]) -> list[str]:
    """The addresses whose views do not say what they need."""
    return [one.route for one in walk(patterns) if one.needs is UNKNOWN]


ADDRESSES = list(walk(get_resolver().url_patterns))


def test_every_view_says_what_it_needs() -> None:
    assert undeclared(get_resolver().url_patterns) == []


def test_a_view_that_says_nothing_is_found() -> None:
    planted = path("planted/<str:household>", lambda request: HttpResponse(), name="planted")
    assert undeclared([*get_resolver().url_patterns, planted]) == ["planted/<str:household>"]


def test_a_part_that_nobody_told_of_is_asked_for() -> None:
    with pytest.raises(pytest.fail.Exception, match="what to put for <moon>"):
        Address("planted", "planted/<str:moon>", ("moon",), None).at(Side("", "", 0, 0))


def somebody(role: Role, side: Side) -> User:
    """Somebody of this role in the village, with the second factor that the role needs."""
    made = add_somebody(role, side.area, name=f"{role.value}-{side.area[-3:]}")
    if May.SEND_SHEETS in ROLES[role].may:
        # Who sends sheets sees those of their own sending.
        Batch.objects.filter(pk=side.things["batch"]).update(prepared_by=made.username)
    if ROLES[role].second_factor:
        TOTP.activate(made, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(made)
    return made


def again(user: User, role: Role) -> None:
    """Sets the second factor up again where a form took it off."""
    if ROLES[role].second_factor and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def browser(user: User) -> Client:
    """A browser of somebody who signed in, to whom an error is an answer (500) like others."""
    found = signed_in(user)
    found.raise_request_exception = False
    return found


def text_of(answer: Any) -> str:
    """All that an answer says: its body, what is packed in it, and where it leads."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = body.decode("utf-8", "replace")
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            said = "\n".join(packed.read(one).decode("utf-8", "replace") for one in packed.namelist())
    return "\n".join([said, answer.get("Location", ""), answer.get("Content-Disposition", "")])


def is_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")


def test_a_stranger_is_asked_to_sign_in_everywhere(sides: tuple[Side, Side]) -> None:
    here, _ = sides
    wrong = []
    for one in ADDRESSES:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(one.at(here))
            well = answer.status_code == 405 or (is_sign_in(answer) if one.needs is not None else answer.status_code < 500)  # fmt: skip
            if not well or here.said_in(text_of(answer), one.at(here)):
                wrong.append(f"{method} {one.at(here)}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def faults(client: Client, role: Role, one: Address, own: Side, other: Side) -> Iterator[str]:
    """What is wrong with how an address answers somebody of a village, asked of their own village and of the other."""
    for side in (own, other):
        asked = one.at(side)
        answer = client.get(asked)
        status, fits = answer.status_code, {200, 302, 405}
        if not one.allows(role):
            fits = {403, 405}
        elif side is other and one.is_of_a_village:
            fits = {404, 405}
        elif one.name in NOTHING | NARROWER:
            fits |= {404} if one.name in NOTHING else {403}
        if status not in fits:
            yield f"{role} get {asked}: {status}, not one of {sorted(fits)}"
        for mark in other.said_in(text_of(answer), asked):
            yield f"{role} get {asked}: says {mark}"
        if not one.is_of_a_village:
            return


def searches(client: Client, role: Role, one: Address, own: Side, other: Side) -> Iterator[str]:
    """What a list says too much when it is asked for the other village by name or code."""
    if not one.allows(role) or not one.needs or one.is_of_a_village:
        return
    for name in ASKED:
        value = {"q": other.mark, "search": other.mark, "household": other.things["household"]}
        asked = f"{one.at(own)}?{urlencode({name: value.get(name, other.area)})}"
        answer = client.get(asked)
        if answer.status_code >= 500:
            yield f"{role} get {asked}: {answer.status_code}"
        for mark in other.said_in(text_of(answer), asked):
            yield f"{role} get {asked}: says {mark}"


def posts(client: Client, role: Role, one: Address, own: Side, other: Side) -> Iterator[str]:
    """What is wrong with how an empty form is answered: nobody gets further than their role and area."""
    for side in (own, other):
        asked = one.at(side)
        answer = client.post(asked)
        if not one.allows(role):
            fits = answer.status_code in (403, 405)
        elif side is other and one.is_of_a_village:
            fits = answer.status_code in (404, 405)
        else:
            fits = answer.status_code < 500
        if not fits:
            yield f"{role} post {asked}: {answer.status_code}"
        for mark in other.said_in(text_of(answer), asked):
            yield f"{role} post {asked}: says {mark}"
        if not one.is_of_a_village:
            return


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_it_may_and_sees_nothing_of_the_next_village(
    sides: tuple[Side, Side], role: Role
) -> None:
    here, there = sides
    user = somebody(role, here)
    client = browser(user)
    found = [fault for one in ADDRESSES for fault in faults(client, role, one, here, there)]
    found += [fault for one in ADDRESSES for fault in searches(client, role, one, here, there)]
    for one in ADDRESSES:
        # A form may sign out or take the second factor off: those are sent from another browser.
        again(user, role)
        sender = browser(user) if one.name.startswith(SIGN_IN) else client
        found += posts(sender, role, one, here, there)
    assert not found, "\n".join(found)


def test_a_worker_of_the_next_village_sees_nothing_of_this_one(sides: tuple[Side, Side]) -> None:
    here, there = sides
    client = browser(somebody(Role.VILLAGE_WORKER, there))
    found = [fault for one in ADDRESSES for fault in faults(client, Role.VILLAGE_WORKER, one, there, here)]
    assert not found, "\n".join(found)


def test_what_the_villages_say_is_seen_by_who_may(sides: tuple[Side, Side]) -> None:
    """Otherwise the tests above would pass on empty pages."""
    _here, there = sides
    auditor = add_somebody(Role.AUDITOR, None)
    assert there.said_in(text_of(browser(auditor).get("/account/looks/")))
    keeper = somebody(Role.ADMINISTRATOR, there)
    assert there.said_in(text_of(browser(keeper).get("/account/users/")))


@pytest.mark.parametrize("role", [one for one in Role if ROLES[one].second_factor])
def test_nothing_opens_before_the_second_factor_but_its_own_pages(sides: tuple[Side, Side], role: Role) -> None:  # fmt: skip
    here, _ = sides
    client = browser(add_somebody(role, here.area))
    for one in ADDRESSES:
        if one.needs is not None and not one.name.startswith(SIGN_IN):
            answer = client.get(one.at(here))
            assert answer.status_code == 405 or answer["Location"] == "/account/2fa/totp/activate/", one
    assert client.get("/account/2fa/").status_code == 200
