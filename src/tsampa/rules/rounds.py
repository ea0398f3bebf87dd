"""How far each value is from the register: the number of looks at other rows that it takes, one after the other."""

from __future__ import annotations

from tsampa.rules import nodes as n
from tsampa.rules.check import variables_needed
from tsampa.rules.rulebook import Formula, Name

__all__ = ["Rounds"]

LOOKS = (n.Up, n.Fold, n.Pick, n.Share, n.Measure)
"""What looks at other rows."""


class Rounds:
    """The round of each node and variable: 0 for what a row says of itself; an up, fold, pick or share comes one after what it reads."""

    def __init__(self, formulas: dict[Name, Formula]) -> None:
        self.formulas = formulas
        self.last = 0
        self._nodes: dict[n.Node, int] = {}
        self._variables: dict[Name, int] = {}
        self._needed: set[tuple[str, int]] = set()

    def names(self, node: n.Node) -> list[Name]:
        """The variables the node reads."""
        return list(variables_needed(node))

    def variable(self, name: Name) -> int:
        """The round in which the variable is known; columns and given variables are from the start."""
        if name not in self.formulas:
            return 0
        if name not in self._variables:
            self._variables[name] = self.of(self.formulas[name].node)
        return self._variables[name]

    def of(self, node: n.Node) -> int:
        """The round in which the node is known."""
        found = self._nodes.get(node)
        if found is None:
            found = self._nodes[node] = self._of(node)
        return found

    def _of(self, node: n.Node) -> int:
        if isinstance(node, n.Value):
            return self.variable((node.entity, node.name))
        below = max((self.of(child) for child in n.children(node)), default=0)
        return below + 1 if isinstance(node, LOOKS) else below

    def collect(self, entity: str, node: n.Node) -> None:
        """Notes which entity needs a frame in which round, for the node and all below it."""
        self._needed.add((entity, 0))
        self.last = max(self.last, self.of(node))
        waiting = [(entity, node)]
        seen: set[n.Node] = set()
        while waiting:
            home, one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if isinstance(one, LOOKS):
                self._needed.add((home, self.of(one)))
            waiting.extend((self._entity_below(home, one), child) for child in n.children(one))

    def _entity_below(self, home: str, node: n.Node) -> str:
        """The entity at which the nodes directly below are read."""
        if isinstance(node, n.Rows):
            return node.entity
        if isinstance(node, n.Up):
            below = next((child for child in n.walk(node.value) if isinstance(child, (n.Value, n.Up))), None)
            return below.entity if below is not None else home
        if isinstance(node, (n.Fold, n.Pick, n.Measure)):
            return node.rows.entity
        return home

    def needed(self) -> set[tuple[str, int]]:
        """The frames to make: entity and round."""
        return self._needed
