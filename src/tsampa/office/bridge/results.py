"""Brings the results of an assessment back to the households."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.dispatch import Signal

from tsampa.assessment import Assessment, open_assessment
from tsampa.errors import TsampaError
from tsampa.office.bridge.glance import at_a_glance, keep_glance
from tsampa.office.bridge.models import Judgement, Result
from tsampa.office.register.models import Household
from tsampa.snapshot.manifest import file_sha256
from tsampa.snapshot.sql import connect, quote

__all__ = ["attach_results", "attached"]

attached = Signal()
"""Sent with ``judgement`` and ``by`` when results came back, within the same change: other rooms ask for what follows."""

BATCH = 5_000
HOUSEHOLD = "household"


def attach_results(path: Path, *, by: str, at: datetime) -> Judgement:
    """Keeps what the assessment at ``path`` found of each household of the register; again, it changes nothing.

    Households of other counties, counted together with ours, are passed over. Raises TsampaError ``results-altered`` and what
    ``open_assessment`` raises.
    """
    found = open_assessment(path)
    _require_untouched(found)
    id = file_sha256(path / "manifest.json")
    database: Any = connection
    with database.writing(), transaction.atomic():
        judgement, fresh = Judgement.objects.get_or_create(id=id, defaults=_about(found, by, at))
        if fresh:
            ours = set(Household.objects.values_list("code", flat=True))
            for rows in _batches(found):
                Result.objects.bulk_create(
                    Result(judgement=judgement, household_id=code, values=values, **at_a_glance(values))
                    for code, values in rows
                    if code in ours
                )
            keep_glance(found, judgement, ours)
            attached.send(Judgement, judgement=judgement, by=by)
    return judgement


def _require_untouched(found: Assessment) -> None:
    problems = found.verify()
    if problems:
        raise TsampaError(
            "results-altered",
            f"the assessment is not as it was written: {problems[0].message}",
            where=str(found.path),
            remedy="Assess the snapshot again, and attach that.",
        )


def _about(found: Assessment, by: str, at: datetime) -> dict[str, Any]:
    made = found.manifest
    return {
        "path": str(found.path.resolve()), "programme": made.programme, "day": made.day, "snapshot": made.snapshot_id,
        "rulebook": made.rulebook_version, "variables": _variables(found), "attached_at": at, "attached_by": by,
        "recorded_until": _recorded_until(found),
    }  # fmt: skip


def _recorded_until(found: Assessment) -> datetime | None:
    """The earliest moment of its snapshots: what was recorded later is certainly in all of them or in none."""
    try:
        told = [found.opened(one).manifest.recorded_until for one in found.manifest.snapshots]
    except TsampaError:
        return None
    return min((one for one in told if one is not None), default=None)


def _variables(found: Assessment) -> dict[str, dict[str, Any]]:
    """Kind, unit, decimals and names of each of a household's variables."""
    told = {}
    for name in found.manifest.variables[HOUSEHOLD]:
        formula = found.formulas[HOUSEHOLD, name]
        shape = found.shapes.of(formula.node)
        digits = found.shapes.shown_digits(formula) if shape.is_number else None
        told[name] = {"kind": shape.kind, "digits": digits, "en": formula.label.en, "zh": formula.label.zh}
    return told


def _batches(found: Assessment) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    files = [str(path) for path in found.files(HOUSEHOLD)]
    names = found.manifest.variables[HOUSEHOLD]
    columns = ", ".join(map(quote, ["code", *names]))
    with connect() as con:
        rows = con.execute(f"SELECT {columns} FROM read_parquet(?, hive_partitioning = false)", [files])
        while part := rows.fetchmany(BATCH):
            yield [(code, _plain(names, values)) for code, *values in part]


def _plain(names: list[str], values: list[Any]) -> dict[str, Any]:
    """What JSON holds: dates as their text."""
    return {
        name: one.isoformat() if hasattr(one, "isoformat") else one
        for name, one in zip(names, values, strict=True)
    }
