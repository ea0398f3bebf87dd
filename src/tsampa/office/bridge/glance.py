"""What a judgement found, at a glance: the gaps of each household and the sums of each village, kept when results come back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Gap, Judgement, VillageSummary
from tsampa.schema import Glance, Kind, read_programme
from tsampa.snapshot.sql import literal, quote

__all__ = ["at_a_glance", "glance_of", "keep_glance", "require_glance"]

BATCH = 5_000
HOUSEHOLD = "household"


def glance_of() -> Glance | None:
    """What the office's programme shows at a glance; None for a programme that says nothing of it."""
    return _glance(settings.PROGRAMME)


@cache
def _glance(folder: Path) -> Glance | None:
    return read_programme(folder).glance


def at_a_glance(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a ``Result`` that repeat some of its values; none for a programme that shows nothing at a glance."""
    glance = glance_of()
    if glance is None:
        return {}
    return {"standing": values.get(glance.standing), "per_head": values.get(glance.per_head)}


def keep_glance(con: duckdb.DuckDBPyConnection, found: Assessment, judgement: Judgement, ours: Collection[str]) -> None:  # fmt: skip
    """Keeps gaps and sums of the assessment's households; a programme without a ``glance`` has none.

    ``con`` has the households as ``judged``, and how old their checks are as ``checked``.
    """
    glance = glance_of()
    if glance is None:
        return
    for rows in _gaps(con, glance):
        Gap.objects.bulk_create(
            Gap(judgement_id=judgement.pk, household_id=code, light=light, known=known)
            for code, light, known in rows
            if code in ours
        )
    VillageSummary.objects.bulk_create(_villages(con, glance, judgement))


def require_glance(found: Assessment) -> None:
    """Raises TsampaError ``glance-unknown`` where the programme names a variable that its rules do not have, ``glance-kind``."""
    glance = glance_of()
    if glance is None:
        return
    named = [
        glance.standing,
        *glance.lights,
        glance.income,
        glance.heads,
        glance.per_head,
        glance.line,
        *glance.measures,
        *glance.checked_if,
        *glance.checked_if.values(),
    ]
    there = found.manifest.variables[HOUSEHOLD]
    for name in named:
        if name not in there:
            raise TsampaError(
                "glance-unknown", f"'glance' names '{name}', and no variable of a household is called so", where="programme.yaml",
                remedy="Name formulas of the household.",
            )  # fmt: skip
    for name in glance.checked_if.values():
        if found.shapes.of(found.formulas[HOUSEHOLD, name].node).kind not in (Kind.NUMBER, Kind.BOOL):
            raise TsampaError(
                "glance-kind", f"'checked_if' names '{name}', which is neither a number nor true or false", where="programme.yaml",
                remedy="Name a formula of the household that counts something, or that is true or false.",
            )  # fmt: skip


def _gaps(con: duckdb.DuckDBPyConnection, glance: Glance) -> Iterator[list[tuple[str, str, bool]]]:
    each = " UNION ALL ".join(
        f"SELECT code, {literal(name)} AS light, {quote(name)} IS NOT NULL AS known FROM judged WHERE {quote(name)} IS NOT TRUE"
        for name in glance.lights
    )
    rows = con.execute(f"{each} ORDER BY code, light")
    while part := rows.fetchmany(BATCH):
        yield part


def _villages(
    con: duckdb.DuckDBPyConnection, glance: Glance, judgement: Judgement
) -> Iterator[VillageSummary]:
    """One row a village of the register; villages of other counties are passed over."""
    lights = ", ".join(
        f"{quote(name)}: [count(*) FILTER ({quote(name)}), count(*) FILTER (NOT {quote(name)}), count(*) FILTER ({quote(name)} IS NULL)]"
        for name in glance.lights
    )
    income, heads, standing = quote(glance.income), quote(glance.heads), quote(glance.standing)
    rows = con.execute(
        f"SELECT area, count(*), sum({heads})::BIGINT, to_json(histogram({standing})), to_json({{{lights}}}),"
        f" sum({income})::BIGINT, sum({heads}) FILTER ({income} IS NOT NULL)::BIGINT, {_ages(judgement)}"
        " FROM judged LEFT JOIN checked ON _household = code GROUP BY area ORDER BY area"
    ).fetchall()
    ours = set(Area.objects.values_list("code", flat=True))
    for area, households, persons, standings, told, earned, counted, stale, unchecked in rows:
        if area in ours:
            yield VillageSummary(
                judgement=judgement, area_id=area, households=households, persons=persons or 0, standings=_read(standings),
                lights=_read(told), income=earned, heads=counted or 0, stale=stale, unchecked=unchecked,
            )  # fmt: skip


def _ages(judgement: Judgement) -> str:
    """How many households' checks are stale, and how many have none; both unknown where the judgement does not know."""
    if judgement.checks_hold_from is None:
        return "NULL, NULL"
    held = f"DATE {literal(judgement.checks_hold_from.isoformat())}"
    return f"count(*) FILTER (_since < {held}), count(*) FILTER (_since IS NULL)"


def _read(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}
