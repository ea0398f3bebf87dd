"""Names as they are met in the county: Tibetan ones of one or two parts, Han ones of a surname and one or two characters."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

__all__ = ["GIVEN", "NAMES", "SURNAMES", "Part", "read_parts"]

NAMES = Path(__file__).with_name("names.csv")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾单解仇任查"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华平刚桂兰建国文辉志红玲飞鹏斌梅鑫波宇浩凯健俊帆雪倩晓春云海燕"


@dataclass(frozen=True)
class Part:
    """One part of a Tibetan name; ``sex`` is ``m``, ``f`` or ``b`` for both."""

    han: str
    latin: str
    sex: str


def read_parts() -> list[Part]:
    """The parts of names, the commonest first."""
    with NAMES.open(encoding="utf-8") as lines:
        return [Part(**row) for row in csv.DictReader(lines)]
