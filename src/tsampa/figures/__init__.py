"""Figures declared by a programme: computed for any area, traced to their rows."""

from tsampa.figures.areas import Area, find_area, read_areas
from tsampa.figures.compute import FigureValue, Sureness, canonical_figures, compute_figures, compute_level
from tsampa.figures.running import in_force
from tsampa.figures.trace import Trace, TracedRows, trace_figure

__all__ = [
    "Area", "FigureValue", "Sureness", "Trace", "TracedRows", "canonical_figures", "compute_figures", "compute_level", "find_area", "in_force", "read_areas",
    "trace_figure",
]  # fmt: skip
