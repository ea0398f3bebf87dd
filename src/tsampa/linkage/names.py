"""Names as they are written and as they sound: Chinese, Tibetan in Chinese characters, and both in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tsampa.documents import read_yaml
from tsampa.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["NameForm", "NameReader"]

_TABLES = Path(__file__).with_name("names.yaml")
# What typists confuse because their dialect does: the tongue's place, and n against ng.
_CONFUSED = [(re.compile(pattern), to) for pattern, to in [("^([zcs])h", r"\1"), ("([aei])ng$", r"\1n")]]


@dataclass(frozen=True, slots=True)
class NameForm:
    """One name, made comparable.

    ``written`` is the name in simplified characters or lower-case letters, without spaces and dots; ``sound`` what it
    sounds like, equal for 扎西次仁, 紮西·次仁, Zhaxi Ciren and Tashi Tsering; ``parts`` the same whatever their order;
    ``short`` what is left where only the first character of each half is written.
    """

    written: str
    sound: str
    parts: str
    short: str


class _Tables(msgspec.Struct, forbid_unknown_fields=True):
    """names.yaml: the spellings of each part, and the pinyin of family names."""

    parts: dict[str, list[str]]
    surnames: dict[str, str]


class NameReader:
    """Reads names. Raises TsampaError ``extra-missing`` where pypinyin or opencc is not installed."""

    def __init__(self) -> None:
        self._pinyin = require("pypinyin", "linkage")
        self._simplify = require("opencc", "linkage").OpenCC("t2s").convert
        tables = read_yaml(_TABLES, _Tables)
        self._surnames = tables.surnames
        spellings = {form: part for part, forms in tables.parts.items() for form in forms}
        self._spellings = spellings | {part: part for part in tables.parts}

    def read_all(self, names: Iterable[str]) -> dict[str, NameForm]:
        """Each different name with its form, in the order first met."""
        return {name: self.read(name) for name in dict.fromkeys(names)}

    def read(self, name: str) -> NameForm:
        """The form of one name; empty where it holds neither letters nor characters."""
        written = self._written(name)
        # Through Latin letters for every name, so that characters and letters are cut at the same places.
        parts = [self._part(piece) for piece in self._pieces.findall(self._latin(written))]
        short = written[::2] if len(written) == 4 and not written.isascii() else ""
        return NameForm(written, "".join(parts), "".join(sorted(parts)), short)

    def _written(self, name: str) -> str:
        text = self._simplify(unicodedata.normalize("NFKC", name)).lower()
        plain = unicodedata.normalize("NFD", text.replace("ü", "v"))
        return "".join(letter for letter in plain if letter.isalpha())

    def _latin(self, written: str) -> str:
        """Known parts by their own names, every other character by its pinyin."""
        if written.isascii():
            return written
        surname = self._surnames.get(written[0]) if len(written) <= 3 else None
        if surname and written[:2] not in self._spellings:
            return surname + self._latin(written[1:])
        pieces = [self._spellings.get(piece) or self._spoken(piece) for piece in self._han.findall(written)]
        return "".join(pieces)

    def _spoken(self, text: str) -> str:
        return text if text.isascii() else "".join(self._pinyin.lazy_pinyin(text))

    def _part(self, piece: str) -> str:
        """The part this piece spells; a syllable without what typists confuse."""
        known = self._spellings.get(piece)
        if known:
            return known
        for pattern, to in _CONFUSED:
            piece = pattern.sub(to, piece)
        return piece

    @cached_property
    def _han(self) -> re.Pattern[str]:
        return _longest_first([form for form in self._spellings if not form.isascii()], "[a-z]+|.")

    @cached_property
    def _pieces(self) -> re.Pattern[str]:
        return _longest_first([*(form for form in self._spellings if form.isascii()), *_syllables()], "[a-z]")


@cache
def _syllables() -> list[str]:
    """Every syllable of pinyin, without tones."""
    tables = require("pypinyin.constants", "linkage").PINYIN_DICT.values()
    plain = require("pypinyin.contrib.tone_convert", "linkage").to_normal
    sounds = {sound for own in tables for sound in own.split(",")}
    return sorted({plain(sound) for sound in sounds} - {"", "m", "n", "ng"})


def _longest_first(words: list[str], rest: str) -> re.Pattern[str]:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join([*map(re.escape, ordered), rest]))
