"""What a file of outlines would draw, for somebody who keeps areas: compared with the register, and kept till it is confirmed.

Nothing that the browser sends at the confirmation is drawn. What was read lies in the office's folder, one file a user, and the
form only carries a mark of what was shown: of that file, and of the outlines that stand now in the areas it would draw.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Count, QuerySet

from tsampa.errors import TsampaError
from tsampa.office.accounts.roles import May
from tsampa.office.accounts.scope import Scope, visible_to
from tsampa.office.areas.geojson import Feature, read_outlines
from tsampa.office.areas.models import Area
from tsampa.office.areas.simpler import simplify

__all__ = [
    "Plan",
    "Read",
    "bounds_of",
    "drawn_areas",
    "drawn_by_level",
    "forget_outlines",
    "keep_outlines",
    "kept_outlines",
    "left_outlines",
    "plan_of",
    "read_file",
    "require_mark",
]


class RefusedFeature(msgspec.Struct, frozen=True):
    """A feature that is not drawn: its number in the file, the code it names, and why, as an error says it."""

    number: int
    code: str
    error: dict[str, str]


class Read(msgspec.Struct, frozen=True):
    """A file that was read: shapes by the codes of areas in force, features that name none, and those refused.

    ``details`` is how small, in metres, a detail of borders was to be left out (0: none was), ``points`` how many corners there were before and after.
    """

    token: str
    file: str
    property: str
    reason: str
    details: int
    points: tuple[int, int]
    shapes: dict[str, dict[str, Any]]
    unknown: list[tuple[int, str]]
    refused: list[RefusedFeature]


@dataclass(frozen=True)
class Plan:
    """What the file would draw now: new outlines, others than stand there, and those that stand there already.

    ``gone`` are codes of areas that were in force and the user's when the file was read, and are not any more; ``missing`` the
    areas in force that the file leaves out, of the levels that it draws.
    """

    new: list[Area]
    other: list[Area]
    same: list[Area]
    gone: list[str]
    missing: QuerySet[Area]
    mark: str

    @property
    def draws(self) -> list[Area]:
        """The areas that would be drawn."""
        return sorted([*self.new, *self.other], key=lambda one: one.code)


def _in_force(scope: Scope) -> QuerySet[Area]:
    return visible_to(scope, Area.objects.filter(until=None), May.ADMINISTER)


def read_file(scope: Scope, content: bytes, *, property: str, file: str, reason: str) -> Read:
    """The file read for this user. An area that is not theirs is unknown to them, as one that does not exist.

    Raises TsampaError as ``read_outlines`` and ``simplify`` do.
    """
    features = read_outlines(content, property)
    codes = {one.code for one in features if one.code}
    known = set(_in_force(scope).filter(pk__in=codes).values_list("pk", flat=True))
    drawn = {one.code: one.shape for one in features if one.shape and one.code in known}
    shapes, details = simplify(drawn)
    points = tuple(sum(one.points for one in some.values()) for some in (drawn, shapes))
    return Read(
        secrets.token_hex(16), file[:200], property, reason, details, (points[0], points[1]),
        {code: one.geometry() for code, one in sorted(shapes.items())},
        [(one.number, one.code) for one in features if one.code and one.code not in known],
        [_refused(one) for one in features if one.error and (one.code in known or not one.code)],
    )  # fmt: skip


def _refused(feature: Feature) -> RefusedFeature:
    assert feature.error is not None
    return RefusedFeature(feature.number, feature.code, feature.error.to_dict())


def plan_of(scope: Scope, read: Read) -> Plan:
    """The file beside the register as it is now, and as far as the user keeps it now."""
    found = {one.code: one for one in _in_force(scope).filter(pk__in=list(read.shapes)).order_by("code")}
    groups: dict[str, list[Area]] = defaultdict(list)
    for code, area in found.items():
        groups["new" if area.geometry is None else "same" if area.geometry == read.shapes[code] else "other"].append(area)  # fmt: skip
    levels = {one.level for one in found.values()}
    named = {*found, *(one.code for one in read.refused)}
    missing = _in_force(scope).filter(level__in=levels).exclude(pk__in=named).order_by("code")
    return Plan(
        groups["new"], groups["other"], groups["same"], sorted(set(read.shapes) - set(found)), missing,
        _mark(read.token, [*groups["new"], *groups["other"]]),
    )  # fmt: skip


def _mark(token: str, areas: Iterable[Area]) -> str:
    """Changes when another file is kept, or when what it would draw over becomes another."""
    standing = sorted((one.code, one.geometry) for one in areas)
    return hashlib.sha256(msgspec.json.encode([token, standing], order="deterministic")).hexdigest()


def drawn_by_level(scope: Scope) -> dict[str, tuple[int, int]]:
    """How many areas of each level are in force, and how many of them have an outline or a place."""
    rows = _in_force(scope).order_by().values_list("level").annotate(Count("pk"), Count("geometry"))
    return {level: (areas, drawn) for level, areas, drawn in rows}


def drawn_areas(scope: Scope) -> QuerySet[Area]:
    """The areas in force that have an outline or a place."""
    return _in_force(scope).filter(geometry__isnull=False).order_by("code")


def _folder() -> Path:
    return Path(settings.HOME) / "outlines"


def _place(scope: Scope) -> Path:
    return _folder() / f"{int(scope.user.pk)}.json"


def keep_outlines(scope: Scope, read: Read) -> None:
    """Keeps what was read for the user alone, in place of what was kept for them before."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    made = _folder() / f"{secrets.token_hex(16)}.part"
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(read))
        made.replace(_place(scope))
    except BaseException:
        made.unlink(missing_ok=True)
        raise


def kept_outlines(scope: Scope) -> Read | None:
    """What is kept for the user; None where there is nothing, or only what an earlier version wrote."""
    try:
        return msgspec.json.decode(_place(scope).read_bytes(), type=Read)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def forget_outlines(scope: Scope) -> None:
    """Nothing waits for the user any more."""
    _place(scope).unlink(missing_ok=True)


def left_outlines() -> list[Path]:
    """Files that wait for somebody, or that broken work left."""
    return sorted(one for one in _folder().glob("*") if one.is_file())


def require_mark(plan: Plan, mark: str) -> None:
    """What the plan draws is what was shown. Raises TsampaError ``outline-stale``."""
    if plan.mark != mark:
        raise TsampaError(
            "outline-stale", "what would be drawn is not what was shown",
            remedy="Another file was sent, or an area has changed meanwhile. Look at it again, then confirm.",
        )  # fmt: skip


def bounds_of(shapes: Iterable[Mapping[str, Any]]) -> tuple[float, float, float, float]:
    """The least and the greatest longitude, and the least and the greatest latitude."""
    corners = [corner for one in shapes for corner in _corners(one)]
    east, north = [one[0] for one in corners], [one[1] for one in corners]
    return min(east), max(east), min(north), max(north)


def _corners(shape: Mapping[str, Any]) -> Iterable[list[float]]:
    """The outer ones."""
    told = shape["coordinates"]
    if shape["type"] == "Point":
        return [told]
    parts = [told] if shape["type"] == "Polygon" else told
    return [corner for part in parts for corner in part[0]]
