"""One nation counted by Tsampa and by everything one could take instead: one JSON line an engine, results compared row by row.

``.venv/bin/python benchmarks/assess.py`` at a million households; ``--households 1000000,10000000,30000000`` shows the growth.
Everybody begins with the same files and ends with two files of Parquet, compressed alike. Engines that are not Tsampa's are installed in
environments of their own under ``build/benchmark``, where the nation and the results stand too. Times are medians, without
Python's start and imports; ``reading`` is the part in which an engine of arrays gets them from the register. An engine that
cannot be installed, dies or takes too long has an ``error``, and the run goes on. Two are no engines: the ``floor`` reads what the
rules read; the ``bound`` brings persons to their households besides, and writes what Tsampa has counted before.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(HERE / "national")]

from agree import compare  # noqa: E402
from make import make_nation  # noqa: E402


@dataclass(frozen=True)
class Engine:
    """A script of ``engines``, and what it needs beside Python; without packages it runs in Tsampa's environment."""

    script: str
    packages: tuple[str, ...] = ()
    argument: str = ""

    @property
    def version(self) -> str:
        """Which version of what is measured."""
        own = {"count": "tsampa"}.get(self.script, "duckdb")
        return self.packages[0].replace("==", " ") if self.packages else f"{own} {version(own)}"


ARROW = "pyarrow==26.0.1"
ENGINES = {
    "floor": Engine("floor"),
    "tsampa": Engine("count"),
    "bound": Engine("bound"),
    "sql": Engine("handwritten"),
    "polars": Engine("with_polars", ("polars==2.1.0",)),
    "pandas": Engine("with_pandas", ("pandas==3.1.1", ARROW)),
    "openfisca": Engine("with_openfisca", ("openfisca-core==46.0.1", ARROW), "openfisca_core"),
    "policyengine": Engine("with_openfisca", ("policyengine-core==3.33.12", ARROW), "policyengine_core"),
    "ttsim": Engine("with_ttsim", ("ttsim-backend==1.3.2", ARROW)),
}
LARGE = 2_000_000
"""Households above which only the engines of ``AT_LARGE`` run unless others are asked for."""
AT_LARGE = ("floor", "tsampa", "sql")


def main() -> None:
    """Makes each nation, runs each engine, prints a line for each."""
    asked = arguments()
    for households in map(int, asked.households.split(",")):
        names = asked.engines.split(",") if asked.engines else AT_LARGE if households > LARGE else ENGINES
        folder = asked.folder / str(households)
        make_nation(folder, households)
        for line in lines(folder, list(names), asked):
            said = json.dumps(about_this_run(households) | line)
            print(said, flush=True)
            if asked.record:
                with asked.record.open("a", encoding="utf-8") as file:
                    file.write(said + "\n")


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", default="1000000", help="one or more sizes, with commas")
    parser.add_argument("--engines", help="some of " + ",".join(ENGINES) + ", floor and tsampa before others")
    parser.add_argument("--times", type=int, default=3, help="runs of each engine")
    parser.add_argument("--limit", type=float, default=900, help="seconds a run may take")
    parser.add_argument(
        "--record", type=Path, help="a file the lines are added to, such as benchmarks/results/DATE.jsonl"
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "benchmark")
    return parser.parse_args()


def about_this_run(households: int) -> dict[str, Any]:
    """When and where."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GB"
    return {"date": time.strftime("%Y-%m-%d"), "machine": machine, "households": households}


def lines(folder: Path, names: list[str], asked: argparse.Namespace) -> Any:
    """What is to be said of each engine: figures with ratios and the comparison with Tsampa's results, or an error."""
    found: dict[str, float] = {}
    for name in names:
        said = {"engine": name, "version": ENGINES[name].version}
        try:
            figures = measure(name, folder, asked)
        except (subprocess.SubprocessError, OSError) as error:
            yield said | {"error": reason(error)}
            continue
        found[name] = figures["seconds"]
        others = [one for one in ("floor", "tsampa") if one in found and one != name]
        ratios = {f"times_{other}": round(found[name] / found[other], 2) for other in others}
        compared = name not in ("floor", "tsampa", "bound") and "tsampa" in found
        agreed = compare(folder / "out" / "tsampa", folder / "out" / name) if compared else {}
        yield said | figures | ratios | agreed


def measure(name: str, folder: Path, asked: argparse.Namespace) -> dict[str, float]:
    """The medians of the engine's runs, each a process of its own; the greatest peak."""
    engine = ENGINES[name]
    place = asked.folder / "environments" / name
    python = environment(place, engine.packages) if engine.packages else Path(sys.executable)
    runs = [run(engine, python, folder, folder / "out" / name, asked.limit) for _ in range(asked.times)]
    medians = {one: statistics.median(each[one] for each in runs) for one in runs[0]}
    return medians | {"peak_mb": max(one["peak_mb"] for one in runs)}


def environment(place: Path, packages: tuple[str, ...]) -> Path:
    """The Python of an environment that has the packages, made of a Python that this machine has."""
    python, made_with = place / "bin" / "python", place / "packages.txt"
    if not made_with.exists() or made_with.read_text(encoding="utf-8") != "\n".join(packages):
        uv = [str(ROOT / ".tools" / "bin" / "uv")]
        own = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
        for command in (
            ["venv", "--quiet", "--clear", "--python", sys.executable, place],
            ["pip", "install", "--quiet", "--python", python, *packages],
        ):
            subprocess.run([*uv, *command], check=True, capture_output=True, text=True, env=own)
        made_with.write_text("\n".join(packages), encoding="utf-8")
    return python


def run(engine: Engine, python: Path, folder: Path, out: Path, limit: float) -> dict[str, float]:
    """One run, in a fresh folder."""
    subprocess.run(["rm", "-rf", out], check=True)
    command = [python, HERE / "engines" / f"{engine.script}.py", folder, out, engine.argument]
    done = subprocess.run(
        [one for one in command if one], capture_output=True, check=True, text=True, timeout=limit
    )
    return json.loads(done.stdout.splitlines()[-1])


def reason(error: Exception) -> str:
    """Why there are no figures, in a line."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"took longer than {error.timeout:g} s"
    if isinstance(error, subprocess.CalledProcessError):
        if error.returncode < 0:
            return f"ended by signal {-error.returncode}" + (
                ", out of memory" if error.returncode == -9 else ""
            )
        return (
            (error.stderr or "").strip().splitlines()[-1][:200]
            if error.stderr
            else f"ended with {error.returncode}"
        )
    return str(error)


if __name__ == "__main__":
    main()
