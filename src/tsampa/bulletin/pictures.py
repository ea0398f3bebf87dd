"""Charts as SVG: ECharts on the server side, in a JavaScript engine without network or clock."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tsampa.bulletin.content import Chart
from tsampa.extras import require

__all__ = ["draw_charts"]

ASSETS = Path(__file__).with_name("assets")
WIDTH, HEIGHT = 480, 206
FONT = "Noto Sans SC"
# Told apart by lightness too, so that a copy in black and white can still be read (Okabe and Ito's colours).
COLOURS = ["#0072B2", "#D55E00", "#BBBBBB", "#009E73", "#56B4E9", "#E69F00"]


DRAW = (
    "const grouped = one => one.value == null ? '' : String(one.value).replace(/\\B(?=(\\d{3})+(?!\\d))/g, ',');"
    "function draw(text, width, height) {"
    " const option = JSON.parse(text); option.series.forEach(one => { if (one.label) one.label.formatter = grouped; });"
    " const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});"
    " chart.setOption(option); const found = chart.renderToSVGString(); chart.dispose(); return found; }"
)


def draw_charts(charts: Sequence[Chart]) -> list[str]:
    """Each chart as SVG, the same text on every run. Raises TsampaError ``extra-missing``.

    The engine lives no longer than the drawing: one left open can keep the process from ending.
    """
    if not charts:
        return []
    with require("py_mini_racer", "bulletin").MiniRacer() as engine:
        engine.eval((ASSETS / "echarts.min.js").read_text(encoding="utf-8"))
        engine.eval(DRAW)
        return [_renumbered(str(engine.call("draw", *_arguments(chart)))) for chart in charts]


def _arguments(chart: Chart) -> tuple[str, int, int]:
    height = HEIGHT + (14 * max(0, len(chart.labels) - 8) if _is_flat(chart) else 0)
    return json.dumps(_option(chart), ensure_ascii=False), WIDTH, height


def _is_flat(chart: Chart) -> bool:
    """Whether bars lie flat: names of places and of guarantees are long."""
    return chart.type != "line"


def _option(chart: Chart) -> dict[str, Any]:
    names: dict[str, Any] = {
        "type": "category",
        "data": list(chart.labels),
        "axisLabel": {"fontSize": 11, "interval": 0, "color": "#333"},
    }
    values = {
        "type": "value",
        "splitNumber": 4,
        "axisLabel": {"fontSize": 10, "color": "#333"}, "splitLine": {"lineStyle": {"color": "#e3e3e3"}},
    }  # fmt: skip
    flat = _is_flat(chart)
    if flat:
        names["inverse"] = True
    several = len(chart.series) > 1
    return {
        "animation": False, "color": COLOURS, "textStyle": {"fontFamily": FONT},
        "legend": {"show": several, "top": 0, "textStyle": {"fontSize": 11}, "itemHeight": 9},
        "grid": {"left": 20, "right": 56, "top": 40 if several else 22, "bottom": 8, "containLabel": True},
        "xAxis": values if flat else names, "yAxis": names if flat else values,
        "series": [_series(chart, name, data) for name, data in chart.series],
    }  # fmt: skip


def _series(chart: Chart, name: str, data: tuple[str | None, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "data": [None if one is None else float(one) for one in data]}
    if chart.type == "line":
        found["data"] = [_point(chart, at, one) for at, one in enumerate(data)]
        return found | {"type": "line", "symbolSize": 6, "lineStyle": {"width": 2.5}, "label": _label("top")}
    bar = {"type": "bar", "barMaxWidth": 16, "stack": "all" if chart.type == "stacked" else None}
    return found | bar | ({} if chart.type == "stacked" else {"label": _label("right")})


def _point(chart: Chart, at: int, value: str | None) -> dict[str, Any] | None:
    """A point of a line; only the highest of its label is told above, so that numbers do not cover each other."""
    if value is None:
        return None
    highest = max(float(data[at] or 0) for _, data in chart.series)
    return {"value": float(value), "label": {"position": "top" if float(value) == highest else "bottom"}}


def _label(position: str) -> dict[str, Any]:
    return {"show": True, "position": position, "fontSize": 10, "color": "#333"}


def _renumbered(svg: str) -> str:
    """ECharts numbers its ids by how many charts the engine drew before; here by where they first stand."""
    names: dict[str, str] = {}
    return re.sub(r"zr\d+-[A-Za-z]+-?\d*", lambda found: names.setdefault(found[0], f"z{len(names)}"), svg)
