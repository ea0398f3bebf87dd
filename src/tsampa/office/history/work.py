"""The jobs of history. What it needs is imported when it runs: other processes start without it."""

from __future__ import annotations

from typing import Any

from tsampa.office.jobs.kinds import Running, work


@work("seal")
def seal(running: Running) -> dict[str, Any]:
    """Seals all that was recorded until now. One made after the job was asked for is as good as another."""
    from tsampa.office.history.models import Seal
    from tsampa.office.history.seals import seal as run
    from tsampa.office.history.seals import write_files

    made = Seal.objects.filter(cut__at__gte=running.asked_at).first() if running.again else None
    if made is None:
        made = run(progress=running.progress)
    for one in Seal.objects.order_by("number"):  # a killed worker may not have come to them
        write_files(one)
    return {"seal": made.number, "cut": made.cut_id}


SHOWN = 100
"""So many breaks are kept; where there are more, the first say what happened."""


@work("verify")
def verify(running: Running) -> dict[str, Any]:
    """Verifies history and register against the seals; what does not hold is kept as the job's outcome."""
    from tsampa.office.history.models import Seal
    from tsampa.office.history.verifying import verify as run

    last = Seal.objects.order_by("-number").values_list("number", flat=True).first()
    found = run(progress=running.progress)
    return {
        "seal": last or 0, "seals": found.seals, "versions": found.versions, "redacted": found.redacted,
        "holds": found.holds, "breaks": sum(one.effect != "noted" for one in found.problems),
        "problems": [one.to_dict() for one in found.problems[:SHOWN]],
    }  # fmt: skip
