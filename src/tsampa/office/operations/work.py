"""The job of operations. What it needs is imported when it runs: other processes start without it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from tsampa.office.jobs.kinds import Running, work


@work("backup")
def backup(running: Running, *, out: Path) -> dict[str, Any]:
    """Makes a backup and tries it."""
    from django.utils import timezone

    from tsampa.office.operations.backup import make_backup, try_backup

    if running.again and out.exists():
        there = try_backup(out)
        if datetime.fromisoformat(there.made) >= running.asked_at:
            return {"out": str(out), "last_version": there.last_version}
    made = make_backup(out, at=timezone.now(), progress=running.progress)
    return {"out": str(out), "last_version": made.manifest.last_version}
