"""Plans for many partitions: where these are of about one size one plan serves them all, but for the files that it reads."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from threading import Lock

from tsampa.rules import Rulebook
from tsampa.rules.columns import AlignedRows, Plan, Sources, compile_variables
from tsampa.rules.shapes import Shapes

__all__ = ["Plans"]

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the name of a source in a plan that is not filled in yet: characters that no rule and no path has a use for."""
GAP = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class Plans:
    """The plans of one rulebook on one day for DuckDB. To be asked from any thread."""

    def __init__(self, rulebook: Rulebook, on: date) -> None:
        self.rulebook, self.on, self.shapes = rulebook, on, Shapes(rulebook)
        self._lock, self._made = Lock(), dict[Hashable, Plan]()

    def of(self, sources: Sources) -> Plan:
        """The plan that reads these sources."""
        texts = _texts(sources)
        key = (tuple(sorted(texts)), tuple(sorted(sources.rows.items())))
        with self._lock:
            if key not in self._made:
                self._made[key] = compile_variables(
                    self.rulebook, self.on, _with_gaps(sources), shapes=self.shapes
                )
        return _filled(self._made[key], texts)


def _texts(sources: Sources) -> dict[str, str]:
    """What stands after FROM, by the name of its gap."""
    found = {f"table {name}": text for name, text in sources.tables.items()}
    found |= {f"placed {name}": text for name, text in sources.placed.items()}
    if sources.aligned is not None:
        found |= {f"aligned {name}": text for name, text in vars(sources.aligned).items()}
    return found


def _with_gaps(sources: Sources) -> Sources:
    gaps = {name: f"{OPEN}{name}{CLOSE}" for name in _texts(sources)}
    aligned = sources.aligned
    return Sources(
        {name: gaps[f"table {name}"] for name in sources.tables},
        {},
        sources.rows,
        None if aligned is None else AlignedRows(**{name: gaps[f"aligned {name}"] for name in vars(aligned)}),
        {name: gaps[f"placed {name}"] for name in sources.placed},
    )


def _filled(plan: Plan, texts: dict[str, str]) -> Plan:
    def fill(query: str) -> str:
        return GAP.sub(lambda gap: texts[gap[1]], query)

    return Plan(
        tuple(replace(one, query=fill(one.query)) for one in plan.statements),
        {entity: replace(one, query=fill(one.query)) for entity, one in plan.outputs.items()},
    )
