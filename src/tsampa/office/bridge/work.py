"""The jobs of the bridge. What they need is imported when they run: other processes start without it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsampa.office.jobs.kinds import Running, work

if TYPE_CHECKING:
    from tsampa.snapshot import Snapshot


@work("snapshot")
def snapshot(running: Running, *, out: Path, as_of: date) -> dict[str, Any]:
    """Freezes the register."""
    from tsampa.office.bridge.freeze import freeze_register
    from tsampa.snapshot import open_snapshot

    if running.again and out.exists():
        made = open_snapshot(out)
        if _is_ours(made, running, as_of):
            return _told(made)
    frozen = freeze_register(out, as_of=as_of, progress=running.progress)
    for problem in frozen.problems:
        running.say(f"{problem.sheet}: {problem.message}")
    return _told(frozen.snapshot)


def _is_ours(made: Snapshot, running: Running, as_of: date) -> bool:
    """Whether it was made after the job was asked for."""
    until = made.manifest.recorded_until
    return made.manifest.as_of == as_of and until is not None and until >= running.asked_at


def _told(made: Snapshot) -> dict[str, Any]:
    return {"out": str(made.path), "snapshot": made.id, "source": made.manifest.source}


@work("assessment")
def assessment(running: Running, *, snapshot: Path, on: date, out: Path) -> dict[str, Any]:
    """Judges a snapshot by the office's programme, and brings the results back to the households."""
    from django.utils import timezone

    from tsampa.assessment import assess, open_assessment
    from tsampa.office.bridge.results import attach_results
    from tsampa.office.bridge.rules import office_rulebook
    from tsampa.snapshot import open_snapshot

    there = open_assessment(out).manifest if running.again and out.exists() else None
    if there is None or (there.snapshot_id, there.day) != (open_snapshot(snapshot).id, on):
        assess(snapshot, office_rulebook(), on, out, progress=running.progress)
    judgement = attach_results(out, by=running.by, at=timezone.now())
    return {"out": str(out), "judgement": judgement.pk, "households": judgement.results.count()}


@work("count")
def count(running: Running, *, as_of: date) -> dict[str, Any]:
    """Freezes the register as of a day, judges it on that day and brings the results back, in one."""
    from django.utils import timezone

    from tsampa.office.bridge.count import count_before, count_register
    from tsampa.office.bridge.models import Judgement

    made = Judgement.objects.filter(day=as_of, attached_at__gte=running.asked_at).first()
    if not running.again or made is None:
        made = count_register(
            as_of=as_of,
            by=running.by,
            at=timezone.now(),
            since=count_before(as_of),
            progress=running.progress,
        )
    return {"judgement": made.pk, "day": made.day.isoformat(), "households": made.results.count()}
