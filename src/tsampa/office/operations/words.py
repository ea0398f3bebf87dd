"""What jobs are called on the pages, and in which language a page is."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tsampa.messages import say_message
from tsampa.office.web.language import language

__all__ = ["KINDS", "STATES", "said"]

KINDS: dict[str, str | Promise] = {
    "count": _("count the register"), "seal": _("seal history"), "verify": _("verify history"), "backup": _("make a backup"),
    "snapshot": _("freeze the register"), "assessment": _("judge a snapshot"), "intake-load": _("load a sheet"),
    "intake-check": _("check a sheet"), "intake-accept": _("put a sheet in force"),
}  # fmt: skip
"""Kinds of job in words; others are called by their own names."""
STATES: dict[str, str | Promise] = {
    "waiting": _("waiting"), "running": _("running"),
    "done": _("done"), "failed": _("failed"),
}  # fmt: skip


def said(told: Any) -> dict[str, str]:
    """An error or problem, as kept or as it is, in the language of the page."""
    found = told if isinstance(told, dict) else told.to_dict()
    spoken = {name: say_message(str(found.get(name, "")), language()) for name in ("message", "remedy")}
    where = found.get("where") or found.get("sheet") or ""
    return spoken | {"code": str(found.get("code", "")), "where": str(where)}
