"""Brings the results of an assessment back to the households."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import transaction
from django.dispatch import Signal

from tsampa.assessment import Assessment, open_assessment
from tsampa.errors import TsampaError
from tsampa.office.bridge.checks import read_checks
from tsampa.office.bridge.glance import at_a_glance, keep_glance, require_glance
from tsampa.office.bridge.models import Judgement, Result
from tsampa.office.register.models import Household
from tsampa.schema import Kind
from tsampa.snapshot.manifest import file_sha256
from tsampa.snapshot.sql import connect, literal, quote

__all__ = ["attach_results", "attached"]

attached = Signal()
"""Sent with ``judgement`` and ``by`` when results came back, within the same change: other rooms ask for what follows."""

BATCH = 5_000
HOUSEHOLD = "household"


def attach_results(path: Path, *, by: str, at: datetime) -> Judgement:
    """Keeps what the assessment at ``path`` found of each household of the register; again, it changes nothing.

    Households of other counties, counted together with ours, are passed over. Raises TsampaError ``results-altered`` and what
    ``open_assessment`` and ``require_glance`` raise.
    """
    found = open_assessment(path)
    _require_untouched(found)
    require_glance(found)
    id = file_sha256(path / "manifest.json")
    with transaction.atomic():
        judgement, fresh = Judgement.objects.get_or_create(id=id, defaults=_about(found, by, at))
        if fresh:
            _bring_back(found, judgement)
            attached.send(Judgement, judgement=judgement, by=by)
    return judgement


def _bring_back(found: Assessment, judgement: Judgement) -> None:
    ours = set(Household.objects.values_list("code", flat=True))
    with connect() as con:
        files = ", ".join(literal(str(path)) for path in found.files(HOUSEHOLD))
        con.execute(f"CREATE VIEW judged AS FROM read_parquet([{files}], hive_partitioning = false)")
        judgement.checks_hold_from = read_checks(con, found)
        judgement.save(update_fields=["checks_hold_from"])
        for rows in _batches(con, judgement.variables):
            Result.objects.bulk_create(
                Result(
                    judgement_id=judgement.pk, household_id=code, checked_since=since, values=values, **at_a_glance(values)
                )
                for code, since, values in rows
                if code in ours
            )  # fmt: skip
        keep_glance(con, found, judgement, ours)


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


def _batches(
    con: duckdb.DuckDBPyConnection, variables: dict[str, dict[str, Any]]
) -> Iterator[list[tuple[str, date | None, dict[str, Any]]]]:
    """Each household with the day of its oldest latest check and its values, as JSON holds them: dates as their text."""
    columns = ", ".join(
        f"CAST({quote(name)} AS VARCHAR)" if told["kind"] == Kind.DATE else quote(name)
        for name, told in variables.items()
    )
    rows = con.execute(f"SELECT code, _since, {columns} FROM judged LEFT JOIN checked ON _household = code")
    while part := rows.fetchmany(BATCH):
        yield [(code, since, dict(zip(variables, values, strict=True))) for code, since, *values in part]
