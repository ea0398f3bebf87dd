"""What changes cost: a nation counted, one village changed and counted again, one household explained. One JSON line a figure.

``.venv/bin/python benchmarks/changes.py --households 1000000``; the nation and the results stand under ``build/benchmark``. Times are
without Python's start, but for the command's.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "national")]

from make import DAY, MADE, make_nation  # noqa: E402

from tsampa.assessment import assess, explain_household, open_assessment  # noqa: E402
from tsampa.snapshot import open_snapshot, write_snapshot  # noqa: E402
from tsampa.snapshot.sql import connect  # noqa: E402

PROGRAMME = HERE / "national"
TIMES = 5


def main() -> None:
    """Makes the nation, counts it, changes a village, counts again, explains."""
    asked = arguments()
    folder = asked.folder / str(asked.households)
    make_nation(folder, asked.households)
    counties = sorted((folder / "counties").iterdir())
    out = folder / "changes"
    shutil.rmtree(out, ignore_errors=True)
    full = measure("full", lambda: assess(counties, PROGRAMME, DAY, out / "full"), asked.households)
    household = change_village(counties[len(counties) // 2], out / "county")
    changed = [out / "county" if one == counties[len(counties) // 2] else one for one in counties]
    again = [
        measure_once(lambda n=n: assess(changed, PROGRAMME, DAY, out / f"again-{n}", since=out / "full"))
        for n in range(TIMES)
    ]
    line("one village changed", asked.households, statistics.median(again), full)
    whole = measure("full, changed", lambda: assess(changed, PROGRAMME, DAY, out / "whole"), asked.households)
    same = files(out / "whole") == files(out / "again-0")
    print(json.dumps({"figure": "files are those of a full count", "value": same, "full": round(whole, 3)}))
    explained(out / "full", household, asked.households)
    shutil.rmtree(out)


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "benchmark")
    return parser.parse_args()


def change_village(county: Path, out: Path) -> str:
    """The county frozen again with other incomes in one village; one of its households."""
    snapshot = open_snapshot(county)
    with connect() as con:
        tables = {name: snapshot.relation(con, name) for name in MADE}
        [(code, village)] = con.execute(
            f"SELECT code, area FROM ({tables['households'].sql_query()}) ORDER BY code LIMIT 1 OFFSET {snapshot.count('households') // 2}"
        ).fetchall()
        tables["households"] = con.sql(
            f"SELECT * REPLACE (CASE WHEN area = '{village}' THEN transfer + 100000 ELSE transfer END AS transfer)"
            f" FROM ({tables['households'].sql_query()})"
        )
        write_snapshot(out, tables, schema=snapshot.schema, programme="national", as_of=DAY)
    return code


def explained(assessment: Path, household: str, households: int) -> None:
    """One household's reasons, in a process that has explained before, and as a command."""
    explain_household(open_assessment(assessment), household)
    warm = [
        measure_once(lambda: explain_household(open_assessment(assessment), household)) for _ in range(TIMES)
    ]
    line("one household explained, warm", households, statistics.median(warm))
    command = [str(Path(sys.executable).parent / "tsampa"), "explain", str(assessment), household]
    taken = [
        measure_once(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        for _ in range(TIMES)
    ]
    line("one household explained, as a command", households, statistics.median(taken))


def files(assessment: Path) -> list[tuple[str, str]]:
    """The results' files and their hashes."""
    return [(one.path, one.sha256) for one in open_assessment(assessment).manifest.files]


def measure(figure: str, run: Callable[[], Any], households: int) -> float:
    """The seconds of one run, printed."""
    taken = measure_once(run)
    line(figure, households, taken)
    return taken


def measure_once(run: Callable[[], Any]) -> float:
    """The seconds of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def line(figure: str, households: int, seconds: float, full: float | None = None) -> None:
    """Prints one figure."""
    ratio = {"of_full": round(seconds / full, 4)} if full else {}
    print(
        json.dumps({"figure": figure, "households": households, "seconds": round(seconds, 3)} | ratio),
        flush=True,
    )


if __name__ == "__main__":
    main()
