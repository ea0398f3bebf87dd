"""Lists of households: what may be asked, which households answer it, and what is shown of each.

An address asks ``q`` (code, village, name or masked identity number), ``who`` (the same, sealed, as names stand in no address), ``area``, ``status`` (a
status, or ``none``), ``standing``, ``gap`` and ``unknown`` (a light each, several at once; or one by ``light=food&gap=unknown``),
``checks`` (``stale``: a check is older than checks hold; ``none``: nothing was ever checked), ``on`` (as counted by then), ``sort``, ``size``, ``column``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.functional import cached_property

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.models import Area
from tsampa.office.bridge.glance import glance_of
from tsampa.office.bridge.models import Gap, Judgement, Result
from tsampa.office.register.columns import schema
from tsampa.office.register.identity import seal, unseal
from tsampa.office.register.masked import read_masked
from tsampa.office.register.models import Household, Status

__all__ = [
    "CHECKS",
    "COLUMNS",
    "DEFAULT",
    "SIZES",
    "SORTS",
    "Asked",
    "Pages",
    "areas_of",
    "find",
    "judgement_on",
    "looks_like_number",
    "read_asked",
    "sealed_words",
]

COLUMNS = (
    "head",
    "village",
    "members",
    "status",
    "since",
    "standing",
    "lights",
    "checked",
    "per_head",
    "line",
    "address",
)
"""What may be shown beside the code, in order."""
DEFAULT = ("head", "village", "members", "status", "standing", "lights", "per_head")
SORTS = ("code", "-code", "village", "per_head", "-per_head")
SIZES = (25, 50, 100)
CHECKS = ("stale", "none")
FEW, MANY = 8_000, 20_000
LONGEST = 100
"""Characters of what is looked for."""
_CODE = re.compile(r"[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*")
_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")
_PURPOSE = "words looked for"


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; words that the register does not know are not in it."""

    text: str = ""
    who: str = ""
    area: str = ""
    status: str = ""
    standing: str = ""
    gaps: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    checks: str = ""
    sort: str = "code"
    size: int = 25
    columns: tuple[str, ...] = field(default=DEFAULT)

    @property
    def filters(self) -> bool:
        """Whether some households are left out."""
        return bool(self.text or self.area or self.status or self.found)

    @property
    def found(self) -> bool:
        """Whether it is asked for what a judgement found."""
        return bool(self.standing or self.gaps or self.unknown or self.checks)


def looks_like_number(text: str) -> bool:
    """Whether this is an identity number, which no address may have."""
    return bool(_NUMBER.fullmatch(text.strip()))


def sealed_words(text: str) -> str:
    """Words looked for as an address may have them: nobody reads a name in it."""
    return base64.urlsafe_b64encode(seal(text[:LONGEST].encode(), _PURPOSE)).decode().rstrip("=")


def _unsealed(token: str) -> str:
    try:
        return unseal(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), _PURPOSE).decode()
    except (TsampaError, ValueError):
        return ""


def read_asked(query: QueryDict) -> Asked:
    """What an address asks for."""
    glance, who = glance_of(), query.get("who", "")
    text = _unsealed(who) if who else query.get("q", "").replace("\0", "")[:LONGEST].strip()
    lights = glance.lights if glance else []
    statuses = schema().by_name["statuses"].by_name["status"].type.choices
    asked_columns = tuple(one for one in COLUMNS if one in query.getlist("column"))
    return Asked(
        text="" if looks_like_number(text) else text, who=who if text else "", area=query.get("area", "").replace("\0", "")[:64],
        status=_one_of(query.get("status"), (*statuses, "none")), standing=_one_of(query.get("standing"), glance.standings if glance else ()),
        gaps=_lights(query, lights, "gap"), unknown=_lights(query, lights, "unknown"), checks=_one_of(query.get("checks"), CHECKS),
        sort=_one_of(query.get("sort"), SORTS) or "code",
        size=int(_one_of(query.get("size"), [str(one) for one in SIZES]) or SIZES[0]), columns=asked_columns or DEFAULT,
    )  # fmt: skip


def _lights(query: QueryDict, lights: Sequence[str], state: str) -> tuple[str, ...]:
    """``gap=food&gap=housing``; or of one light ``light=food&gap=gap``, ``light=food&gap=unknown``."""
    one = query.get("light")
    if one:
        return (one,) if one in lights and query.get("gap", "gap") == state else ()
    return tuple(name for name in lights if name in query.getlist(state))


def judgement_on(query: QueryDict) -> Judgement | None:
    """The latest judgement, or with ``on`` the latest not after that day."""
    try:
        on = date.fromisoformat(query.get("on", ""))
    except ValueError:
        return Judgement.objects.first()
    return Judgement.objects.filter(day__lte=on).first()


def _one_of(value: str | None, words: Any) -> str:
    return value if value is not None and value in words else ""


def areas_of(scope: Scope, may: May = May.SEE_HOUSEHOLDS) -> list[Area]:
    """The areas of the scope, each below the one above it."""
    rows = visible_to(scope, Area.objects.order_by("code"), may)
    return list(rows.only("code", "name", "level", "parent_id", "until"))


def find(
    scope: Scope, asked: Asked, judgement: Judgement | None, areas: Sequence[Area], may: May = May.SEE_HOUSEHOLDS
) -> QuerySet[Household]:  # fmt: skip
    """The households of the scope that answer, in the order asked for."""
    rows = visible_to(scope, Household.objects.all(), may)
    if asked.area:
        rows = rows.filter(area__in=_below(asked.area, areas))
    masked = read_masked(asked.text)
    if masked:
        rows = rows.filter(pk__in=masked.households(rows))
    elif asked.text:
        rows = rows.filter(_named(asked.text, areas))
    rows = _by_status(rows, asked.status)
    if judgement is not None:
        rows = _by_findings(rows, asked, judgement)
    elif asked.found:
        return rows.none()
    return _ordered(rows, asked.sort, judgement)


def _named(text: str, areas: Sequence[Area]) -> Q:
    """By code of household or area; else by the name of a village or of somebody who is of the household now."""
    if _CODE.fullmatch(text):
        return Q(code__icontains=text) | Q(area__in=[one.code for one in areas if one.code.startswith(text)])
    named = Q(names__names__contains=Lower(Value(text)))
    villages = [one.code for one in areas if one.level == schema().home_level and text.lower() in one.name.lower()]  # fmt: skip
    return named | Q(area__in=villages) if villages else named


class Pages(Paginator[str]):
    """The codes of what answers, page by page.

    What is asked for is read once and not counted first; where more than ``FEW`` answer they are counted, and where more than
    ``MANY``, no further: ``beyond`` is then true, and who wants to see the rest asks for less.
    """

    def __init__(self, rows: QuerySet[Household], asked: Asked) -> None:
        codes: Any = rows.values_list("code", flat=True)
        found = list(codes[: FEW + 1]) if asked.filters else []
        self._few = asked.filters and len(found) <= FEW
        self._all = rows.order_by() if not asked.filters else rows.order_by()[: MANY + 1]
        super().__init__(found if self._few else codes[:MANY] if asked.filters else codes, asked.size)

    @cached_property
    def count(self) -> int:
        """How many there are to page through."""
        return self._counted - self.beyond

    @property
    def beyond(self) -> bool:
        """Whether there are more than ``count``."""
        return self._all.query.is_sliced and self._counted > MANY

    @cached_property
    def _counted(self) -> int:
        return len(self.object_list) if self._few else self._all.count()


def _below(root: str, areas: Sequence[Area]) -> list[str]:
    """The area and all below it that are of the scope."""
    found: set[str] = set()
    for one in areas:
        if one.code == root:
            found.add(one.code)
    grew = bool(found)
    while grew:
        more = {one.code for one in areas if one.parent_id in found} - found
        found |= more
        grew = bool(more)
    return sorted(found)


def _by_status(rows: QuerySet[Household], status: str) -> QuerySet[Household]:
    if not status:
        return rows
    now = Status.objects.filter(until=None)
    if status == "none":
        return rows.exclude(pk__in=now.values("household"))
    return rows.filter(pk__in=now.filter(status=status).values("household"))


def _by_findings(rows: QuerySet[Household], asked: Asked, judgement: Judgement) -> QuerySet[Household]:
    if asked.standing:
        found = Result.objects.filter(judgement=judgement, standing=asked.standing)
        rows = rows.filter(pk__in=found.values("household"))
    for lights, known in ((asked.gaps, True), (asked.unknown, False)):
        for light in lights:
            missed = Gap.objects.filter(judgement=judgement, light=light, known=known)
            rows = rows.filter(Exists(missed.filter(household=OuterRef("pk"))))
    return _by_checks(rows, asked.checks, judgement) if asked.checks else rows


def _by_checks(rows: QuerySet[Household], checks: str, judgement: Judgement) -> QuerySet[Household]:
    """By the age of their checks on the judgement's day; none where it does not know that."""
    held = judgement.checks_hold_from
    if held is None:
        return rows.none()
    found = Result.objects.filter(judgement=judgement)
    found = found.filter(checked_since__lt=held) if checks == "stale" else found.filter(checked_since=None)
    return rows.filter(pk__in=found.values("household"))


def _ordered(rows: QuerySet[Household], sort: str, judgement: Judgement | None) -> QuerySet[Household]:
    if sort == "village":
        return rows.order_by("area", "code")
    if "per_head" not in sort or judgement is None:
        return rows.order_by("-code" if sort == "-code" else "code")
    joined = rows.annotate(found=FilteredRelation("results", condition=Q(results__judgement=judgement)))
    income = F("found__per_head")
    # Whose income is not known comes last either way.
    first = income.desc(nulls_last=True) if sort.startswith("-") else income.asc(nulls_last=True)
    return joined.order_by(first, "code")
