"""What is compared of a pair of records, in what steps of agreement, and how each step is said."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BLOCKING", "COMPARISONS", "Comparison", "Level"]


@dataclass(frozen=True)
class Level:
    """One step of agreement: the SQL of it, and its words.

    ``frequency`` names the column whose commonness decides what the agreement is worth: sharing the name 扎西 proves
    less than sharing a rare one, and sharing the village proves nothing in a register of one village.
    """

    code: str
    sql: str
    en: str = ""
    zh: str = ""
    frequency: str = ""


@dataclass(frozen=True)
class Comparison:
    """Something compared: unknown where ``unknown`` holds, else the first level whose condition holds."""

    name: str
    unknown: str
    levels: tuple[Level, ...]

    def level(self, gamma: int) -> Level | None:
        """The level that splink numbers so: the last is 0, unknown is -1."""
        return None if gamma < 0 else self.levels[len(self.levels) - 1 - gamma]


def _both(*columns: str) -> str:
    return " AND ".join(f"{column}_l = {column}_r" for column in columns)


def _missing(*columns: str) -> str:
    return " AND ".join(f"({column}_l IS NULL OR {column}_r IS NULL)" for column in columns)


# DuckDB's levenshtein counts bytes, of which a Chinese character has three; so characters are compared place by place.
_OTHERS = " + ".join(f"(substr(written_l, {n}, 1) <> substr(written_r, {n}, 1))::INT" for n in range(1, 9))
_ONE_OTHER = f"length(written_l) = length(written_r) AND length(written_l) BETWEEN 3 AND 8 AND {_OTHERS} = 1"
_ONE_LEFT_OUT = " OR ".join(
    f"written_{one} = left(written_{whole}, {n - 1}) || substr(written_{whole}, {n + 1})"
    for one, whole in (("l", "r"), ("r", "l"))
    for n in (2, 3)
)
_DAYS = "abs(date_diff('day', try_strptime(birth_date_l, '%Y%m%d')::DATE, try_strptime(birth_date_r, '%Y%m%d')::DATE))"

COMPARISONS = (
    Comparison("identity", _missing("identity_hash"), (
        Level("same", _both("identity_hash"), "same identity number", "身份证号相同"),
        Level("other", "ELSE", "another identity number", "身份证号不同"),
    )),
    Comparison("name", _missing("written"), (
        Level("same", _both("written"), "same name", "姓名相同", "written"),
        Level("sound", f"{_both('sound')} OR sound_l = other_sound_r OR other_sound_l = sound_r",
              "name sounds the same", "姓名读音相同", "sound"),
        Level("order", _both("parts"), "name has the same parts in another order", "姓名各部分相同、顺序不同", "parts"),
        Level("one_off", f"({_ONE_OTHER}) OR (abs(length(written_l) - length(written_r)) = 1 AND ({_ONE_LEFT_OUT}))"
              " OR (levenshtein(sound_l, sound_r) <= 2 AND least(length(sound_l), length(sound_r)) >= 6)",
              "name differs by one character or letter", "姓名相差一个字或字母"),
        Level("short", "starts_with(sound_l, sound_r) OR starts_with(sound_r, sound_l) OR suffix(sound_l, sound_r)"
              " OR suffix(sound_r, sound_l) OR short_l = written_r OR written_l = short_r",
              "one name is the other shortened", "一个姓名是另一个的简称"),
        Level("close", "jaro_winkler_similarity(sound_l, sound_r) >= 0.85", "names are alike", "姓名相近"),
        Level("other", "ELSE", "another name", "姓名不同"),
    )),
    Comparison("birth", _missing("birth_date"), (
        Level("same", _both("birth_date"), "same birth date", "出生日期相同", "birth_date"),
        Level("year_only", f"{_both('birth_year')} AND (birth_date_l[5:8] = '0101' OR birth_date_r[5:8] = '0101')",
              "same year of birth, one without a day", "出生年份相同，其中一个未记月日", "birth_year"),
        Level("swapped", f"{_both('birth_year')} AND birth_date_l[5:6] = birth_date_r[7:8] AND birth_date_l[7:8] = birth_date_r[5:6]",
              "day and month of birth swapped", "出生月日颠倒"),
        Level("digit", "hamming(birth_date_l, birth_date_r) = 1", "birth date differs by one digit", "出生日期相差一位数字"),
        Level("year_off", "birth_date_l[5:8] = birth_date_r[5:8] AND abs(birth_year_l::INT - birth_year_r::INT) = 1",
              "year of birth differs by one", "出生年份相差一年"),
        Level("lunar", f"{_DAYS} BETWEEN 17 AND 52", "birth dates a month or two apart, as lunar and solar are",
              "出生日期相差一两个月，似为农历与公历之别"),
        Level("year", "abs(birth_year_l::INT - birth_year_r::INT) <= 1", "about the same year of birth", "出生年份相近"),
        Level("other", "ELSE", "another birth date", "出生日期不同"),
    )),
    Comparison("sex", _missing("sex"), (
        Level("same", _both("sex"), "same sex", "性别相同"),
        Level("other", "ELSE", "another sex", "性别不同"),
    )),
    Comparison("place", _missing("village", "head_sound"), (
        Level("home", _both("home"), "same village and household head", "同村且户主相同", "home"),
        Level("head", _both("head_sound"), "same household head", "户主相同", "head_sound"),
        Level("village", _both("village"), "same village", "同村", "village"),
        Level("district", _both("district"), "villages of one township", "同乡镇", "district"),
        Level("other", "ELSE", "another village", "不同村"),
    )),
    Comparison("kin", _missing("relationship"), (
        Level("same", _both("relationship"), "same relationship to the head", "与户主关系相同"),
        Level("member", "relationship_l <> 'head' AND relationship_r <> 'head'",
              "another relationship to the head", "与户主关系不同"),
        Level("other", "ELSE", "only one of them is a household head", "仅一方为户主"),
    )),
)  # fmt: skip
"""In the order in which reasons are told."""

BLOCKING = (
    _both("identity_hash"),
    _both("birth_date"),
    _both("sound", "birth_year"),
    _both("sound", "village"),
    _both("parts", "village"),
    _both("family"),
    _both("home", "sex"),
    _both("sound", "head_sound"),
    _both("village", "birth_year", "sex"),
    f"sound_l = other_sound_r AND {_both('birth_year')}",
    f"other_sound_l = sound_r AND {_both('birth_year')}",
)
"""Pairs that meet none of these are never looked at."""
