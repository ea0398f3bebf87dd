"""How long the demonstration county takes to enter an office by staged import, and whether it comes out as it went in.

Each figure is a JSON line. In a new SQLite file, or in an empty PostgreSQL database that is named:

    .venv/bin/python benchmarks/demo_office.py [--households 500] [--database postgresql://…]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any


def main() -> None:
    """Prints every figure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--households", type=int)
    asked.add_argument("--database", default="")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"TSAMPA_HOME": folder, "TSAMPA_DEMONSTRATION": "1"}
        if told.database:
            os.environ["TSAMPA_DATABASE"] = told.database
        run(Path(folder), told.households)


def run(folder: Path, households: int | None) -> None:
    from tsampa.office.start import start_office

    start_office()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from tsampa.office.demonstration import make_office
    from tsampa.office.history import Version

    entered = timed("enter, by staged import", lambda: make_office(households=households))
    say("peak memory in MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    say("batches", len(entered))
    say("rows in the sheets", sum(one.rows for one in entered))
    say("versions in history", Version.objects.count())
    if connection.vendor == "sqlite":
        say("database in MB", (folder / "register.sqlite3").stat().st_size / 2**20)
    compare(folder, households)


def compare(folder: Path, households: int | None) -> None:
    """The snapshot, the assessment and the figures of the office against those of the count's own demonstration."""
    from tsampa.assessment import assess
    from tsampa.demo import AS_OF, make_demo
    from tsampa.figures import compute_figures
    from tsampa.office.bridge.freeze import freeze_register

    frozen = timed("snapshot", lambda: freeze_register(folder / "frozen", as_of=AS_OF)).snapshot
    own = make_demo(folder / "own", households=households)
    judged = [assess(one.path, "bailang", AS_OF, folder / f"{one.path.name}-judged") for one in (frozen, own)]
    figures = [[replace(one, snapshot="") for one in compute_figures(found)] for found in judged]
    pairs = {
        "files of the snapshot": [{one.path: one.sha256 for one in made.manifest.files} for made in (frozen, own)],
        "files of the assessment": [{one.path: one.sha256 for one in found.manifest.files} for found in judged],
        "figures": [{(one.area, one.id): one for one in some} for some in figures],
    }  # fmt: skip
    for what, (ours, theirs) in pairs.items():
        say(what, len(theirs))
        say(
            f"{what} that differ",
            sum(ours.get(one) != theirs.get(one) for one in ours.keys() | theirs.keys()),
        )


def timed(what: str, act: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    say(f"{what}, seconds", time.perf_counter() - wall)
    say(f"{what}, CPU seconds", time.process_time() - cpu)
    return found


def say(figure: str, value: float) -> None:
    print(json.dumps({"benchmark": "demo_office", "figure": figure, "value": round(value, 2)}), flush=True)


if __name__ == "__main__":
    main()
