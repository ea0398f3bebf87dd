"""A reform tried on a snapshot: who gains, who loses, by how much, where, and what it does to the figures."""

from tsampa.whatif.effects import Effect, FigureEffect, WhatIf, compare_reform
from tsampa.whatif.reform import try_reform

__all__ = ["Effect", "FigureEffect", "WhatIf", "compare_reform", "try_reform"]
