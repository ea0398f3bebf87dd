"""Counts the snapshot of an assessment again under other parameters or other rules."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

from tsampa.assessment import Assessment, assess
from tsampa.rules import load_rulebook, overlay
from tsampa.whatif.effects import WhatIf, compare_reform

__all__ = ["try_reform"]


def try_reform(
    assessment: Assessment,
    values: Mapping[str, str] = {},
    *,
    rules: Path | str | None = None,
    out: Path | str | None = None,
    level: str | None = None,
    by: str | None = None,
    area: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> WhatIf:
    """What would be under the programme ``rules`` (by default the assessment's own) with parameters set to ``values``.

    The assessment is not touched. ``out`` keeps the reform's own assessment. Effects are told for each area of ``level`` (by
    default the one above the villages) and for each kind of household by the variable ``by``; with ``area`` of its households only.

    Raises TsampaError ``overlay-…``, ``whatif-…`` and those of ``assess``.
    """
    rulebook = assessment.rulebook if rules is None else load_rulebook(rules)
    reform = overlay(rulebook, assessment.day, values)
    snapshots = [(assessment.path / one.path).resolve() for one in assessment.manifest.snapshots]
    with tempfile.TemporaryDirectory(prefix="tsampa.") if out is None else nullcontext("") as scratch:
        place = Path(scratch) / "reform" if out is None else Path(out)
        after = assess(snapshots, reform, assessment.day, place, progress=progress)
        return compare_reform(assessment, after, level=level, by=by, area=area)
