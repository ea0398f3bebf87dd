"""The README's table and the picture of growth, from the newest file of ``benchmarks/results``.

``.venv/bin/python benchmarks/table.py`` writes both; ``--check`` says whether they are what the file gives. The files hold the
lines that ``benchmarks/assess.py --record`` printed, nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tsampa.bulletin.content import Chart
from tsampa.bulletin.pictures import draw_charts

ROOT = Path(__file__).resolve().parents[1]
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "images" / "growth.svg"
BEGIN, END = "<!-- benchmarks/table.py writes from here -->\n", "<!-- to here -->\n"
NAMES = {
    "floor": "the floor: DuckDB reads and sums the same columns",
    "bound": "the bound: DuckDB reads, gathers persons by household, writes results it has", "tsampa": "**Tsampa**", "sql": "the rules by hand in SQL, DuckDB",
    "polars": "Polars", "pandas": "pandas", "openfisca": "OpenFisca-core", "policyengine": "PolicyEngine-core",
    "ttsim": "ttsim, GETTSIM's engine",
}  # fmt: skip
GROWING = {"tsampa": "Tsampa", "sql": "SQL by hand", "floor": "floor"}
Line = dict[str, Any]


def main() -> None:
    """Writes, or checks."""
    lines = recorded(max((ROOT / "benchmarks" / "results").glob("*.jsonl")))
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    readme = f"{before}{BEGIN}{section(lines)}{END}{rest.partition(END)[2]}"
    made = {README: readme, PICTURE: picture(lines)}
    if "--check" in sys.argv[1:]:
        stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
        sys.exit(f"not what the newest results give: {', '.join(stale)}" if stale else 0)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")


def recorded(path: Path) -> list[Line]:
    """The file's lines; of an engine measured twice at a size, the last."""
    read = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return list({(one["engine"], one["households"]): one for one in read}.values())


def sizes(lines: list[Line]) -> list[int]:
    """The numbers of households, ascending."""
    return sorted({one["households"] for one in lines})


def section(lines: list[Line]) -> str:
    """What the README says: a table at the size at which most engines ran, and Tsampa's growth."""
    size = max(sizes(lines), key=lambda one: sum(line["households"] == one for line in lines))
    rows = [one for name in NAMES for one in lines if (one["engine"], one["households"]) == (name, size)]
    head = (
        f"{size:,} households, {rows[0]['machine']}, {rows[0]['date']}; medians, without the start of Python:\n\n"
        "| engine | seconds | of all cores | times the floor | times Tsampa | peak MB | rows that differ |\n|---|--:|--:|--:|--:|--:|--:|\n"
    )
    return f"{head}{''.join(map(row, rows))}\n{growth(lines)}"


def row(line: Line) -> str:
    """One engine's row."""
    name = f"{NAMES[line['engine']]} ({line['version'].rpartition(' ')[2]})"
    if "error" in line:
        return f"| {name} | {line['error'].replace('|', '/')} | | | | | |\n"
    floor, tsampa = (f"{line[one]:.2f}" if one in line else "" for one in ("times_floor", "times_tsampa"))
    differ = f"{line['rows_differ']:,} of {line['rows_compared']:,}" if "rows_differ" in line else ""
    return f"| {name} | {line['seconds']:.2f} | {line['cpu']:.2f} | {floor} | {tsampa} | {line['peak_mb']:,.0f} | {differ} |\n"


def growth(lines: list[Line]) -> str:
    """Tsampa's time and memory at each size, and the picture."""
    said = [
        f"{size:,} households in {one['seconds']:.1f} s and {one['peak_mb']:,.0f} MB"
        for size in sizes(lines)
        for one in lines
        if (one["engine"], one["households"]) == ("tsampa", size) and "error" not in one
    ]
    picture = f"![Microseconds a household, by number of households]({PICTURE.relative_to(ROOT)})"
    return (
        f"Tsampa counts {'; '.join(said)}. Microseconds a household, by number of households:\n\n{picture}\n"
    )


def picture(lines: list[Line]) -> str:
    """Microseconds a household at each size, of the engines that were measured there."""
    took = {
        (one["engine"], one["households"]): f"{one['seconds'] * 1e6 / one['households']:.2f}"
        for one in lines
        if "error" not in one
    }
    labels = tuple(f"{size:,}" for size in sizes(lines))
    series = tuple(
        (label, tuple(took.get((name, size)) for size in sizes(lines))) for name, label in GROWING.items()
    )
    return draw_charts([Chart("", "line", "", labels, series, (), "")])[0]


if __name__ == "__main__":
    main()
