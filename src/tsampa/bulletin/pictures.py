"""Charts as SVG: ECharts on the server side, in a JavaScript engine without network or clock."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsampa.bulletin.content import Chart
from tsampa.bulletin.extra import require

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

__all__ = ["draw_chart"]

ASSETS = Path(__file__).with_name("assets")
WIDTH, HEIGHT = 480, 260
FONT = "Noto Sans SC"
# Told apart by lightness too, so that a copy in black and white can still be read (Okabe and Ito's colours).
COLOURS = ["#0072B2", "#D55E00", "#BBBBBB", "#009E73", "#56B4E9", "#E69F00"]


@cache
def _engine() -> MiniRacer:
    engine = require("py_mini_racer").MiniRacer()
    engine.eval((ASSETS / "echarts.min.js").read_text(encoding="utf-8"))
    engine.eval(
        "function draw(option, width, height) {"
        " const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});"
        " chart.setOption(JSON.parse(option)); const found = chart.renderToSVGString(); chart.dispose(); return found; }"
    )
    return engine  # type: ignore[no-any-return]


def draw_chart(chart: Chart) -> str:
    """The chart as SVG, the same text on every run. Raises TsampaError ``extra-missing``."""
    height = HEIGHT + (14 * max(0, len(chart.labels) - 8) if _is_flat(chart) else 0)
    option = json.dumps(_option(chart), ensure_ascii=False)
    return _renumbered(str(_engine().call("draw", option, WIDTH, height)))


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
        "type": "value", "name": chart.unit, "nameTextStyle": {"fontSize": 11, "color": "#333"},
        "axisLabel": {"fontSize": 10, "color": "#333"}, "splitLine": {"lineStyle": {"color": "#e3e3e3"}},
    }  # fmt: skip
    flat = _is_flat(chart)
    if flat:
        names["inverse"] = True
    several = len(chart.series) > 1
    return {
        "animation": False, "color": COLOURS, "textStyle": {"fontFamily": FONT},
        "legend": {"show": several, "top": 0, "textStyle": {"fontSize": 11}, "itemHeight": 9},
        "grid": {"left": 8, "right": 56, "top": 40 if several else 22, "bottom": 8, "containLabel": True},
        "xAxis": values if flat else names, "yAxis": names if flat else values,
        "series": [_series(chart, name, data) for name, data in chart.series],
    }  # fmt: skip


def _series(chart: Chart, name: str, data: tuple[str | None, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "data": [None if one is None else float(one) for one in data]}
    if chart.type == "line":
        return found | {"type": "line", "symbolSize": 6, "lineStyle": {"width": 2.5}, "label": _label("top")}
    bar = {"type": "bar", "barMaxWidth": 16, "stack": "all" if chart.type == "stacked" else None}
    return found | bar | ({} if chart.type == "stacked" else {"label": _label("right")})


def _label(position: str) -> dict[str, Any]:
    return {"show": True, "position": position, "fontSize": 10, "color": "#333"}


def _renumbered(svg: str) -> str:
    """ECharts numbers its ids by how many charts the engine drew before; here by where they first stand."""
    names: dict[str, str] = {}
    return re.sub(r"zr\d+-[A-Za-z]+-?\d*", lambda found: names.setdefault(found[0], f"z{len(names)}"), svg)
