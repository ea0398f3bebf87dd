"""What all reasons share: the engine they ask, the words they use, and what would change the verdict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from tsampa.rules import nodes as n
from tsampa.rules.explain.naming import Naming
from tsampa.rules.explain.result import Reason
from tsampa.rules.reference import Answer, Reference

__all__ = ["Aim", "Asking"]

Aim = Literal["true", "false", "known", "other", "none"]
"""What would have to become of a value for the verdict to change; "other": anything else than it is."""

OPPOSITE: dict[Aim, Aim] = {"true": "false", "false": "true"}


class Asking(ABC):
    """Asks one reference engine about one household; ``changes`` gathers what would change the verdict."""

    def __init__(self, reference: Reference, household: str, lang: str) -> None:
        self.reference = reference
        self.household = household
        self.naming = Naming(reference, lang)
        self.phrase = self.naming.phrase
        self.speak = self.naming.speak
        self.changes: dict[str, None] = {}
        self._at_hand: list[tuple[str, str]] = [("household", household)]

    @abstractmethod
    def why(self, node: n.Node, key: str, aim: Aim, depth: int = 0) -> list[Reason]:
        """The reasons for what the node gives at the row of this key."""

    def at(self, node: n.Node, key: str) -> Answer:
        """What the node gives."""
        return self.reference.nodes.at(node, key)

    def change(self, aim: Aim, name: str, whose: tuple[str, str] | None = None, **words: Any) -> None:
        """Notes what would change the verdict, once."""
        if aim != "none":
            says = self.phrase(name, **words)
            self.changes[self.naming.whose(*whose, says, self.household) if whose else says] = None

    @contextmanager
    def telling_of(self, entity: str, key: str) -> Iterator[None]:
        """While it is clear which row is spoken of, its name is not said again."""
        self._at_hand.append((entity, key))
        try:
            yield
        finally:
            self._at_hand.pop()

    def about(self, entity: str, key: str, says: str) -> str:
        """The sentence, with whose it is where that is not clear already."""
        if self._at_hand[-1] == (entity, key):
            return says
        return self.naming.whose(entity, key, says, self.household)
