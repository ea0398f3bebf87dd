"""Every form that a page shows, filled in with anything: no page breaks, and no script that was typed comes back as one.

The forms are read from the pages themselves, for somebody who holds every role: a new form is tested here without anybody
writing a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from office.web.test_every_address import ADDRESSES, SIGN_IN, somebody
from office.web.two_villages import Side
from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.register.verbs import VERBS

HOSTILE = (
    "", " ", "\0", "a\0b", "<script>alert(1)</script>", "' OR 1=1 --", "2020-02-30", "99999-01-01", "0001-01-01", "9999-12-31", "-1", "1e999",
    "9" * 400, "x" * 5_000, "ཇི་ལྟར་", "😀", "../..", "%00", "NaN", "½", "１２",
)  # fmt: skip
SCRIPT = "<script>alert"
WORDS = some.one_of(some.sampled_from(HOSTILE), some.text(max_size=30).map(lambda one: one.encode("utf-8", "replace").decode()))  # fmt: skip
FILES = some.sampled_from([b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xff\xfe\x00", "家庭编号\n1\n".encode()])


@dataclass
class Form:
    """A form of a page: where it goes, how, and its fields; ``options`` are what a list offers."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads a page's forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found, self.choosing = page, list[Form](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(told.get("action") or self.page, told.get("method", "get").lower()))
        if not self.found:
            return
        form, name = self.found[-1], told.get("name", "")
        if tag in ("input", "textarea", "select", "button") and name:
            form.fields[name] = told.get("type", tag)
            form.told[name] = told.get("value", "")
            self.choosing = name if tag == "select" else ""
        if tag == "option" and self.choosing:
            form.options.setdefault(self.choosing, []).append(told.get("value", ""))


def forms_of(client: Client, page: str) -> list[Form]:
    answer = client.get(page)
    if answer.status_code != 200 or "html" not in answer.get("Content-Type", "") or answer.streaming:
        answer.close()
        return []
    reader = Forms(page)
    reader.feed(answer.content.decode())
    return [one for one in reader.found if not one.action.startswith(("/account/logout", "http"))]


def pages(side: Side) -> Iterator[str]:
    for one in ADDRESSES:
        if "verb" in one.parts:
            for verb in VERBS:
                yield one.at(side).replace("/check", f"/{verb}")
        elif not one.name.startswith(SIGN_IN):
            yield one.at(side)


def everybody(side: Side) -> User:
    """Somebody who may do anything."""
    user = somebody(Role.ADMINISTRATOR, side)
    for role in Role:
        grant(user=user, role=role, area=None, since=date(2015, 1, 1), by="test")
    return user


def filled_in(data: Any, form: Form) -> dict[str, Any]:
    """Each field as it was offered, or with anything in it, or left out."""
    sent: dict[str, Any] = {}
    for name, kind in form.fields.items():
        how = data.draw(some.sampled_from(["told", "any", "any", "option", "none"]))
        if kind == "file":
            sent[name] = SimpleUploadedFile(data.draw(some.sampled_from(["a.csv", "a.xlsx", "a\0.csv", "a"])), data.draw(FILES))  # fmt: skip
        elif how == "any":
            sent[name] = data.draw(WORDS)
        elif how == "option" and form.options.get(name):
            sent[name] = data.draw(some.sampled_from(form.options[name]))
        elif how != "none":
            sent[name] = form.told[name]
    return sent


def broken_forms(here: Side, examples: int) -> list[str]:
    """The forms that broke, each with what was sent."""
    user = everybody(here)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.raise_request_exception = True
    found = {(form.action, *form.fields): form for page in pages(here) for form in forms_of(client, page)}
    assert len(found) > 40

    broken: list[str] = []

    # A failure names the form and what was sent: to shrink it would mean to send all forms again and again.
    @settings(max_examples=examples, phases=[Phase.generate], deadline=None, database=None, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(data=some.data())
    def send(data: Any) -> None:
        for form in found.values():
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            sent = filled_in(data, form)
            try:
                answer = getattr(client, form.method)(form.action, sent)
                text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
                answer.close()
            except Exception as error:
                broken.append(f"{form.action} {sent}: {error!r}")
            else:
                if answer.status_code >= 500 or SCRIPT in text:
                    broken.append(f"{form.action} {sent}: {answer.status_code}")

    send()
    return broken


def test_no_form_breaks(sides: tuple[Side, Side]) -> None:
    assert broken_forms(sides[0], 3) == []


@pytest.mark.slow
def test_no_form_breaks_for_long(sides: tuple[Side, Side]) -> None:
    assert broken_forms(sides[0], 60) == []
