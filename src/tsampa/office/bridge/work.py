"""The jobs of the bridge. What they need is imported when they run: other processes start without it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tsampa.office.jobs.kinds import Running, work


@work("snapshot")
def snapshot(running: Running, *, out: str, as_of: str) -> dict[str, Any]:
    """Freezes the register."""
    from tsampa.office.bridge.freeze import freeze_register

    frozen = freeze_register(Path(out), as_of=date.fromisoformat(as_of), progress=running.progress)
    for problem in frozen.problems:
        running.say(f"{problem.sheet}: {problem.message}")
    return {"out": out, "snapshot": frozen.snapshot.id, "cut": frozen.cut.pk}


@work("assessment")
def assessment(running: Running, *, snapshot: str, programme: str, on: str, out: str) -> dict[str, Any]:
    """Judges a snapshot and brings the results back to the households."""
    from django.utils import timezone

    from tsampa.assessment import assess
    from tsampa.office.bridge.results import attach_results

    assess(snapshot, programme, date.fromisoformat(on), out, progress=running.progress)
    judgement = attach_results(Path(out), by=running.by, at=timezone.now())
    return {"out": out, "judgement": judgement.pk, "households": judgement.results.count()}
