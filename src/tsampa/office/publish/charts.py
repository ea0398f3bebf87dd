"""Pictures of figures: by area as bars, over the assessments as a line. ``web/chart.html`` draws them, tables beside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["COLOURS", "bars", "lines"]

COLOURS = ("#1f5f5b", "#b4690e", "#5a6472")
TALL = 18


def bars(
    *,
    id: str,
    title: str,
    unit: str,
    head: str,
    series: Iterable[tuple[str, Iterable[tuple[str, Any, str]]]],
    links: dict[str, str] | None = None,
    rows: list[list[Any]] | None = None,
) -> dict[str, Any]:
    """Horizontal bars. Each series has a name and, for each label, the number drawn (None: unknown) and the text written."""
    told = [(name, list(points)) for name, points in series]
    labels = [label for label, _, _ in told[0][1]] if told else []
    option = {
        "color": COLOURS,
        "grid": {"left": 8, "right": 56, "top": 8, "bottom": 8, "containLabel": True},
        "legend": {"show": len(told) > 1, "bottom": 0},
        "tooltip": {},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "inverse": True, "data": labels, "axisLabel": {"interval": 0 if len(labels) <= TALL else "auto"}},
        "series": [
            {"type": "bar", "name": name, "data": [number for _, number, _ in points], "label": {"show": len(labels) <= TALL and len(told) == 1, "position": "right"}}
            for name, points in told
        ],
    }  # fmt: skip
    if len(told) > 1:
        option["grid"] = {"left": 8, "right": 24, "top": 8, "bottom": 36, "containLabel": True}
    written = [[label, *(points[place][2] for _, points in told)] for place, label in enumerate(labels)]
    return {
        "id": id, "title": title, "unit": unit, "option": {"chart": option, "links": links or {}},
        "heads": [head, *(name for name, _ in told)], "rows": rows or written,
    }  # fmt: skip


def lines(
    *, id: str, title: str, unit: str, head: str, points: list[tuple[str, Any, str]], links: dict[str, str]
) -> dict[str, Any]:
    """One line: for each label the number drawn and the text written."""
    option = {
        "color": COLOURS,
        "grid": {"left": 8, "right": 24, "top": 28, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [label for label, _, _ in points]},
        "yAxis": {"type": "value", "name": unit, "scale": True},
        "series": [{"type": "line", "name": title, "data": [number for _, number, _ in points], "symbolSize": 8, "label": {"show": len(points) <= 12}}],
    }  # fmt: skip
    return {
        "id": id, "title": title, "unit": unit, "option": {"chart": option, "links": links},
        "heads": [head, title], "rows": [[label, text] for label, _, text in points],
    }  # fmt: skip
