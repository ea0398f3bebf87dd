"""From a figure of the start page to the list of its households, where the user may open it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope
from tsampa.office.areas.tree import TOP

__all__ = ["Links"]


@dataclass(frozen=True)
class Links:
    """Addresses as of a judgement; ``on`` is its day where it is not the latest."""

    scope: Scope
    on: date | None

    def households(self, area: str, **asked: str) -> str:
        """The list of the area's households, filtered; empty where they are not the user's to see."""
        if May.SEE_HOUSEHOLDS not in self.scope.may or not self._all_of(area):
            return ""
        return self._to("register:list", area, asked)

    def area(self, code: str) -> str:
        """The start page for another area."""
        return self._to("desk:start", code, {})

    def number(self, value: int | None, to: str) -> SafeString | str:
        """A number as it is shown, leading to what it counts."""
        shown = "–" if value is None else f"{value:,}"
        return format_html('<a href="{}">{}</a>', to, shown) if to and value else shown

    def _all_of(self, area: str) -> bool:
        if area == TOP:
            return self.scope.areas(May.SEE_HOUSEHOLDS) == self.scope.areas(May.SEE_FIGURES)
        return self.scope.holds(May.SEE_HOUSEHOLDS, area)

    def _to(self, name: str, area: str, asked: dict[str, str]) -> str:
        told = {"area": area} if area else {}
        told |= asked | ({"on": self.on.isoformat()} if self.on else {})
        return _reverse(name) + (f"?{urlencode(told)}" if told else "")


@cache
def _reverse(name: str) -> str:
    """A page has thousands of links to the same two addresses."""
    return reverse(name)
