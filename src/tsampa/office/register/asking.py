"""The form above a list of households: what may be asked, what is asked, and the address that asks it again."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tsampa.office.accounts.roles import May
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.register.columns import schema
from tsampa.office.register.listed import check_labels, heads, light_labels, standing_labels, status_labels
from tsampa.office.register.lists import COLUMNS, SIZES, SORTS, Asked, looks_like_number
from tsampa.office.register.saved import KEPT, views_of
from tsampa.office.web.pages import Request

__all__ = ["form_of", "kept_query"]

OF_THE_LIST = ("sort", "size", "column")
"""What an address asks that changes nothing on a map."""


def form_of(
    request: Request, asked: Asked, judgement: Judgement | None, areas: list[Area], *, mapped: bool = False
) -> dict[str, Any]:
    """What the form shows; ``mapped`` above a map, where what belongs to the list is only kept."""
    kept = kept_query(request.GET)
    return {
        "asked": asked, "judgement": judgement, "lights": light_labels(judgement), "areas": _drop_down(areas, asked.area), "mapped": mapped,
        "all_columns": heads(COLUMNS, judgement), "sorts": _sorts(judgement), "sizes": SIZES, "statuses": status_labels(),
        "standings": standing_labels(), "ages": _ages(judgement), "views": views_of(request.user.username), "query": kept.urlencode(),
        "hidden": _hidden(kept, asked, mapped), "said": " · ".join(_in_words(asked, judgement, areas)), "new": bool(request.scope.may & {May.EDIT_HOUSEHOLDS}),
    }  # fmt: skip


def kept_query(query: QueryDict) -> QueryDict:
    """What of an address makes a list: no page, nothing unknown."""
    made = QueryDict(mutable=True)
    for name in KEPT:
        if values := [one for one in query.getlist(name) if one and not looks_like_number(one)]:
            made.setlist(name, values)
    return made


def _hidden(kept: QueryDict, asked: Asked, mapped: bool) -> list[tuple[str, str]]:
    """What the filters keep of the address beside themselves."""
    found = [("who", asked.who)] if asked.who else [("q", asked.text)] if asked.text else []
    names = ("on", *OF_THE_LIST) if mapped else ("on",)
    return found + [(name, value) for name in names for value in kept.getlist(name)]


def _in_words(asked: Asked, judgement: Judgement | None, areas: list[Area]) -> list[str]:
    """What is asked, for a page on paper, which has no form."""
    names, labels = {one.code: one.name for one in areas}, light_labels(judgement)
    found = [asked.text, names.get(asked.area, ""), dict(status_labels()).get(asked.status, "")]
    found.append(dict(standing_labels()).get(asked.standing, ""))
    found.append(dict(_ages(judgement)).get(asked.checks, ""))
    for lights, word in ((asked.gaps, _("does not meet")), (asked.unknown, _("unknown"))):
        found += [labels.get(one, one) + _(": ") + word for one in lights]
    return [one for one in found if one]


def _drop_down(areas: list[Area], chosen: str) -> SafeString:
    """Each area with its name, moved in by its level. Not by the template, which takes ten times as long for thousands of them."""
    levels = {level: at for at, level in enumerate(schema().levels)}
    depth = [levels.get(one.level, 0) for one in areas]
    least = min(depth, default=0)
    return format_html_join(
        "", '<option value="{}"{}>{}</option>',
        (
            (one.code, mark_safe(" selected") if one.code == chosen else "", "　" * (at - least) + one.name)
            for one, at in zip(areas, depth, strict=True)
        ),
    )  # fmt: skip


def _ages(judgement: Judgement | None) -> list[tuple[str, str]]:
    """How old checks may be asked to be; nothing where the judgement does not know."""
    return [] if judgement is None or judgement.checks_hold_from is None else check_labels()


def _sorts(judgement: Judgement | None) -> list[tuple[str, str]]:
    words = (
        _("code"), _("code, last first"), _("village"), _("income per head, lowest first"), _("income per head, highest first"),
    )  # fmt: skip
    found = list(zip(SORTS, words, strict=True))
    return found if judgement else found[:3]
