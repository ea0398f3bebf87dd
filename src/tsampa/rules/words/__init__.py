"""Rules in words: any tree, value or unit read aloud in English and Chinese, by the labels of what it names."""

from __future__ import annotations

from datetime import date

from tsampa.rules.nodes import Node
from tsampa.rules.rulebook import Rulebook
from tsampa.rules.shapes import Shapes
from tsampa.rules.words.chinese import Chinese
from tsampa.rules.words.english import English
from tsampa.rules.words.speaker import Speaker
from tsampa.rules.words.values import say_date, say_number, say_unit, say_value

__all__ = ["Speaker", "in_words", "say_date", "say_number", "say_unit", "say_value", "speaker"]


def speaker(rulebook: Rulebook, lang: str, shapes: Shapes | None = None, day: date | None = None) -> Speaker:
    """Who reads the rulebook's trees aloud in ``lang`` (``en`` or ``zh``); with ``day``, as they hold on it."""
    return (Chinese if lang == "zh" else English)(rulebook, shapes, day)


def in_words(node: Node, rulebook: Rulebook, lang: str) -> str:
    """The tree as prose a clerk understands: "net income divided by household size; where that is zero: unknown"."""
    return speaker(rulebook, lang).say(node)
