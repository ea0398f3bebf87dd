"""Reforms tried: parameters set otherwise for an area, worked out by a job, and kept for some weeks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tsampa.assessment import Assessment, open_assessment
from tsampa.errors import TsampaError
from tsampa.office.areas.models import Area
from tsampa.office.bridge.models import Judgement
from tsampa.office.jobs.actions import ask_job
from tsampa.office.publish.models import Trial
from tsampa.office.publish.opened import opened
from tsampa.office.publish.traced import PAGE, LaidPart
from tsampa.rules import Rulebook, overlay
from tsampa.schema import from_minor, read_programme
from tsampa.snapshot.sql import connect, quote
from tsampa.whatif import WhatIf, try_reform

__all__ = ["ask_trial", "changed_households", "run_trial", "settable", "trial_files"]

Progress = Callable[[str, int, int], None]
LONGEST = 40
"""Longest way in which a value may be written."""


def settable(rulebook: Rulebook, day: Any) -> list[tuple[str, str, str, str]]:
    """Each number of each parameter in force that may be set otherwise: its name, parameter, keys and value as written."""
    found = []
    for name, one in sorted(rulebook.parameters.items()):
        dated = one.on(day)
        if dated is None:
            continue
        for low, value in dated.steps:
            found.append((f"{name}[{_written(low)}]", name, f"≥ {_written(low)}", _written(value)))
        for keys, scalar in dated.values:
            if isinstance(scalar, Fraction):
                place = name + "".join(f"[{key}]" for key in keys)
                found.append((place, name, ", ".join(keys), _written(scalar)))
    return found


def _written(value: Fraction) -> str:
    """As parameter files write it: decimals where it has an end, else a fraction."""
    for digits in range(10):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            return f"{from_minor(scaled.numerator, digits):f}"
    return str(value)


def ask_trial(*, judgement: Judgement, area: Area, values: Mapping[str, str], by: str, at: datetime) -> Trial:
    """Has a reform tried. Raises TsampaError ``whatif-nothing`` where no value is another, and those of ``overlay``."""
    assessment = opened(judgement)
    now = {place: value for place, _, _, value in settable(assessment.rulebook, assessment.day)}
    told = {place: text.strip() for place, text in values.items() if text.strip()}
    if any(len(text) > LONGEST for text in told.values()):
        raise TsampaError("parameter-value", "the value is too long", usage=True, remedy="Write 2952, 0.4, 40% or 1/3.")  # fmt: skip
    told = {place: text for place, text in told.items() if text != now.get(place)}
    if not told:
        raise TsampaError(
            "whatif-nothing", "no parameter is set to another value", usage=True,
            remedy="Choose a parameter and write another value than the one in force.",
        )  # fmt: skip
    overlay(assessment.rulebook, assessment.day, told)
    with transaction.atomic():
        made = Trial.objects.create(judgement=judgement, area=area, values=told, asked_by=by, asked_at=at)
        made.job = ask_job("whatif", by=by, trial=made.pk).pk
        made.save(update_fields=["job"])
    return made


def run_trial(number: int, progress: Progress | None = None) -> Trial:
    """Works the reform out and keeps what it does. Raises TsampaError as ``try_reform``."""
    trial = Trial.objects.select_related("judgement", "area").get(pk=number)
    before, scratch = opened(trial.judgement), _folder() / f"{number}.scratch"
    levels = list(before.rulebook.schema.levels)
    level = levels[min(levels.index(trial.area.level) + 1, len(levels) - 1)]
    glance = read_programme(settings.PROGRAMME).glance
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        found = try_reform(
            before, trial.values, out=scratch, level=level, by=glance.standing if glance else None,
            area=trial.area_id, progress=progress,
        )  # fmt: skip
        parts = _keep_households(before, open_assessment(scratch), found, trial)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    trial.found = found.to_dict() | {"households": parts}
    trial.save(update_fields=["found"])
    return trial


def changed_households(trial: Trial) -> list[LaidPart]:
    """For each variable, the households that gain and those that lose, page by page."""
    found = (trial.found or {}).get("households", [])
    return [LaidPart(**one, place=_rows(trial.pk)) for one in found]


def trial_files() -> Iterator[Path]:
    """Every file of a trial."""
    yield from _folder().glob("*.rows")


def _folder() -> Path:
    return Path(settings.HOME) / "whatif"


def _rows(number: int) -> Path:
    return _folder() / f"{number}.rows"


def _keep_households(
    before: Assessment, after: Assessment, found: WhatIf, trial: Trial
) -> list[dict[str, Any]]:
    """Writes who gains and who loses by each variable, a household a line."""
    parts = []
    _folder().mkdir(parents=True, exist_ok=True)
    with connect() as con, _rows(trial.pk).open("wb") as file:
        con.execute(f"CREATE TEMP VIEW b AS SELECT * FROM {before.sources().results['household']}")
        con.execute(f"CREATE TEMP VIEW a AS SELECT * FROM {after.sources().results['household']}")
        con.execute("CREATE TEMP TABLE inside (code VARCHAR)")
        con.executemany("INSERT INTO inside VALUES (?)", [[one] for one in _below(trial.area)])
        for effect in found.total:
            formula = before.formulas["household", effect.variable]
            shape = before.shapes.variable(("household", effect.variable))
            digits = before.shapes.declared(formula).digits if shape.is_number else None
            for way, sign in (("gain", ">"), ("lose", "<")):
                query = _changed(effect.variable, sign, number=digits is not None)
                starts, count = [], 0
                for code, old, new in con.execute(query).fetchall():
                    if count % PAGE == 0:
                        starts.append(file.tell())
                    count += 1
                    line = {"household": code, "before": _plain(old, digits), "after": _plain(new, digits)}
                    file.write(json.dumps(line).encode() + b"\n")
                parts.append({"how": way, "entity": effect.variable, "counted": count, "undecided": 0, "starts": starts})  # fmt: skip
    return parts


def _changed(variable: str, sign: str, *, number: bool) -> str:
    column = quote(variable)
    cast = "HUGEINT" if number else "INTEGER"
    return (
        f"SELECT b.code, b.{column}, a.{column} FROM b JOIN a USING (code) JOIN inside i ON i.code = b.area"
        f" WHERE CAST(a.{column} AS {cast}) {sign} CAST(b.{column} AS {cast}) ORDER BY b.code"
    )


def _plain(value: Any, digits: int | None) -> Any:
    return f"{from_minor(int(value), digits):,f}" if digits is not None else bool(value)


def _below(area: Area) -> list[str]:
    found, waiting = [area.code], [area.code]
    while waiting:
        waiting = list(Area.objects.filter(parent__in=waiting).values_list("code", flat=True))
        found += waiting
    return found
