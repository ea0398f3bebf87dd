"""Finds the English pattern that a message was made from, and fills its Chinese with the same words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError

__all__ = ["in_chinese", "say_error", "say_message"]

CATALOGUE = Path(__file__).with_name("zh.yaml")
Pattern = tuple[re.Pattern[str], str]


def in_chinese(text: str) -> str | None:
    """The message in Chinese; None where the catalogue does not know it, as with words of another library."""
    if not text:
        return ""
    for pattern, chinese in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return chinese.format(*map(_Slot, found.groups()))
    return None


def say_message(text: str, lang: str) -> str:
    """The message in ``en`` or ``zh``; in English where there is no Chinese for it."""
    return (in_chinese(text) if lang == "zh" else None) or text


def say_error(error: TsampaError, lang: str) -> str:
    """The error as a person reads it: where, what, its code, and what to do."""
    told = TsampaError(
        error.code,
        say_message(error.message, lang),
        where=error.where,
        remedy=say_message(error.remedy, lang),
    )
    return str(told)


class _Slot(str):
    """What stood in a place of the English: ``{0:zh}`` says it in Chinese too, ``{0:list}`` each of several told in a row."""

    __slots__ = ()

    def __format__(self, how: str) -> str:
        if how == "zh":
            return say_message(str(self), "zh")
        if how == "list":
            return "；".join(say_message(one, "zh") for one in str(self).split("; "))
        return str(self)


@cache
def _patterns() -> list[Pattern]:
    """The most literal patterns first, as the others would match their texts too."""
    lines = read_yaml(CATALOGUE, dict[str, str])
    ordered = sorted(lines, key=lambda english: -len(english.replace("{}", "")))
    return [(_expression(english), lines[english]) for english in ordered]


def _expression(english: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, english.split("{}"))), re.DOTALL)
