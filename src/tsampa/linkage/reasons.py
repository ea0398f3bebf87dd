"""Why a pair was proposed, in words: what agrees and what does not, as SQL over the levels of the comparisons."""

from __future__ import annotations

from collections.abc import Iterable

from tsampa.linkage.comparisons import Comparison

__all__ = ["reasons"]

_JOINED = {"en": "; ", "zh": "；"}
_DECIDED = {"en": "a person decided that they are one", "zh": "已由人工认定为同一人"}
_VOUCHED = {"en": "{} others of the household match", "zh": "同户另有{}人匹配"}
_ONE = {"en": "1 other of the household matches", "zh": "同户另有1人匹配"}


def reasons(language: str, comparisons: Iterable[Comparison]) -> str:
    """The SQL of a text for each pair: its reasons in this language (``en`` or ``zh``), unknown ones left out."""
    before, after = _VOUCHED[language].split("{}")
    parts = [
        f"CASE WHEN same THEN '{_DECIDED[language]}' END",
        *(_said(one, language) for one in comparisons),
        f"CASE WHEN vouched = 1 THEN '{_ONE[language]}' WHEN vouched > 1 THEN '{before}' || vouched || '{after}' END",
    ]
    return f"concat_ws('{_JOINED[language]}', {', '.join(parts)})"


def _said(one: Comparison, language: str) -> str:
    last = len(one.levels) - 1
    cases = " ".join(
        f"WHEN {last - place} THEN '{getattr(level, language)}'" for place, level in enumerate(one.levels)
    )
    return f"CASE gamma_{one.name} {cases} END"
