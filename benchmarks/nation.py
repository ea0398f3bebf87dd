"""A nation of N counties without a coordinator, step by step: one JSON line a figure.

    python benchmarks/nation.py FOLDER [--counties 1000] [--households 1000]

FOLDER keeps the counties' snapshots and is used again; what is counted from them is removed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "national"))

from make import DAY, HERE, make_county

from tsampa.assessment import assess, open_assessment
from tsampa.figures import compute_level
from tsampa.schema import read_schema
from tsampa.snapshot import join_snapshots, open_snapshot, verify_files, verify_snapshot


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--counties", type=int, default=1000)
    parser.add_argument("--households", type=int, default=1000)
    given = parser.parse_args()
    print(
        json.dumps(
            {"cores": os.cpu_count(), "counties": given.counties, "households of each": given.households}
        )
    )
    folder = given.folder / f"{given.counties}x{given.households}"
    counted = folder / "counted"
    shutil.rmtree(counted, ignore_errors=True)
    paths = freeze_all(folder, given.counties, given.households)
    sizes(paths)
    one_county(paths[0], counted)
    union(paths, counted)
    shutil.rmtree(counted)


def freeze_all(folder: Path, counties: int, households: int) -> list[Path]:
    schema = read_schema(HERE)
    paths = [folder / "counties" / f"{110000 + number}" for number in range(counties)]
    missing = [(number, path) for number, path in enumerate(paths) if not path.exists()]
    if missing:
        tell(
            "freeze", len(missing), lambda: [make_county(path, schema, n, households) for n, path in missing]
        )
    return paths


def sizes(paths: list[Path]) -> None:
    """What an office hands over."""
    files = [file for path in paths for file in path.rglob("*") if file.is_file()]
    households = sum(open_snapshot(path).count("households") for path in paths)
    size = sum(file.stat().st_size for file in files)
    line(
        "transfer of a snapshot",
        kb_per_1000_households=round(size / households),
        files_a_county=len(files) / len(paths),
    )


def one_county(path: Path, counted: Path) -> None:
    """What a county does by itself."""
    tell("verify one county, rows too", 1, lambda: verify_snapshot(path))
    tell("assess one county", 1, lambda: assess(path, HERE, DAY, counted / "one"))
    size = sum(file.stat().st_size for file in (counted / "one").rglob("*") if file.is_file())
    households = open_assessment(counted / "one").manifest.rows["household"]
    line("transfer of an assessment", kb_per_1000_households=round(size / households))


def union(paths: list[Path], counted: Path) -> None:
    """What a province or nation does with all of them."""
    tell("verify", len(paths), lambda: [verify_files(path) for path in paths])
    opened = tell("open", len(paths), lambda: [open_snapshot(path) for path in paths])
    tell("join", len(paths), lambda: join_snapshots(opened))
    tell(
        "assess the union, verification and all",
        len(paths),
        lambda: assess(paths, HERE, DAY, counted / "all"),
    )
    tell(
        "figures of every county",
        len(paths),
        lambda: compute_level(open_assessment(counted / "all"), "county"),
    )
    line("files of the first county that differ from its own count", files=differing(counted))


def differing(counted: Path) -> int:
    """How many results of the county, counted by itself, are not to the byte among those of the union."""
    alone, together = (
        {one.path: one.sha256 for one in open_assessment(counted / name).manifest.files if one.table}
        for name in ("one", "all")
    )
    return sum(together.get(path) != sha256 for path, sha256 in alone.items())


def tell(step: str, counties: int, work: Callable[[], Any]) -> Any:
    start, cpu = time.perf_counter(), time.process_time()
    found = work()
    seconds = time.perf_counter() - start
    line(
        step, counties=counties, seconds=round(seconds, 3), cpu_seconds=round(time.process_time() - cpu, 3),
        counties_a_second=round(counties / seconds, 1), peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )  # fmt: skip
    return found


def line(step: str, **figures: Any) -> None:
    print(json.dumps({"step": step, **figures}), flush=True)


if __name__ == "__main__":
    main()
