"""The error model: what a spreadsheet makes of people. Each rate is a share of rows; docs/reference/linkage.md gives reasons.

The rates hold on average: one household in ten is written carelessly, with three times the mistakes of ``RATES``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from random import Random

from arro3.core import Array, DataType, Table
from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from linkage.people import COLUMNS, LAST_DAY, County, Person, register_rows

RATES: dict[str, dict[str, float]] = {
    "name": {
        "homophone": 0.060, "format": 0.040, "spelled": 0.040, "pinyin": 0.040, "shortened": 0.025,
        "transliterated": 0.020, "other_character": 0.015, "swapped": 0.006, "traditional": 0.006, "missing": 0.001,
    },
    "birth_date": {
        "digit": 0.030, "year_only": 0.025, "missing": 0.015, "lunar": 0.015, "day_for_month": 0.010, "year": 0.010,
    },
    "village": {"moved": 0.030, "neighbour": 0.015, "missing": 0.010},
    "identity_hash": {"missing": 0.400, "digit": 0.050, "head's": 0.010},
    "sex": {"missing": 0.010, "wrong": 0.005},
    "household": {"missing": 0.030},
    "head_name": {"missing": 0.040},
    "relationship": {"missing": 0.050, "wrong": 0.030},
}  # fmt: skip
CARELESS, FACTOR = 0.10, 3.0
HOUSEHOLD_LEFT, PERSON_LEFT, HOUSEHOLD_NEW, BORN, MARRIED_IN, MARRIED_OUT, TWICE = (
    0.04, 0.03, 0.04, 0.02, 0.015, 0.015, 0.002,
)  # fmt: skip
TRANSLITERATIONS = {
    "次仁": "才让", "卓玛": "卓马", "旦增": "丹增", "平措": "彭措", "多吉": "多杰", "索朗": "索南", "罗布": "诺布",
    "洛桑": "罗桑", "顿珠": "敦珠", "群培": "曲培", "拉姆": "拉毛", "桑杰": "桑吉", "益西": "伊西", "白玛": "班玛",
    "格桑": "噶桑", "达瓦": "达娃", "强巴": "向巴", "仁青": "仁钦", "曲珍": "却珍", "次旺": "才旺",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A register, a sheet of the same county, and who is who: sheet row to register person, or None."""

    register: list[dict[str, str | None]]
    sheet: list[dict[str, str | None]]
    truth: dict[str, str | None]


def table(rows: list[dict[str, str | None]]) -> Table:
    """Rows as Arrow."""
    text = DataType.string()
    return Table.from_pydict({name: Array([row[name] for row in rows], type=text) for name in COLUMNS})


def make_case(seed: int, persons: int, *, harder: float = 1.0, han: float = 0.08) -> Case:
    """A county of about so many persons and a sheet of it; ``harder`` multiplies every rate of mistakes."""
    county = County(seed, persons, han=han)
    draw = Random(f"{seed} sheet")
    register = register_rows(county.households, Random(f"{seed} register"))
    rows: list[tuple[dict[str, str | None], str | None]] = []
    for number, (members, known) in enumerate(_sheet_households(county, seed, persons, han, draw)):
        factor = FACTOR if draw.random() < CARELESS else (1 - CARELESS * FACTOR) / (1 - CARELESS)
        rows += _write_household(members, known, f"{number + 1}", factor * harder, county, draw)
    draw.shuffle(rows)
    sheet = [{**row, "id": f"row {number + 2}"} for number, (row, _) in enumerate(rows)]
    return Case(register, sheet, {str(one["id"]): who for one, (_, who) in zip(sheet, rows, strict=True)})


def _sheet_households(
    county: County, seed: int, persons: int, han: float, draw: Random
) -> list[tuple[list[Person], set[str]]]:
    """Households as they are when the sheet is written, with the ids of those the register knows."""
    kept = [members for members in county.households if draw.random() >= HOUSEHOLD_LEFT]
    known = {one.id for members in county.households for one in members}
    found, movers = [], []
    for members in kept:
        staying = []
        for one in members:
            if draw.random() < PERSON_LEFT:
                continue
            leaves = one.relationship == "child" and draw.random() < MARRIED_OUT * 3
            (movers if leaves else staying).append(one)
        if staying and draw.random() < BORN * 4.3:
            staying += county.births(members, draw.randint(0, 2))
        if staying and draw.random() < MARRIED_IN * 4.3:
            head = members[0]
            staying.append(
                county.person(head.village, head.household, "other", draw.randint(18, 60), draw.choice("mf"))
            )
        if staying:
            found.append(staying)
    for one in movers:
        new_home = draw.choice(found)
        new_home.append(
            replace(one, village=new_home[0].village, household=new_home[0].household, relationship="other")
        )
    new = County(seed, int(persons * HOUSEHOLD_NEW), "N", han).households
    places = county.villages
    settled = [
        [replace(one, village=place) for one in members] for members in new for place in [draw.choice(places)]
    ]
    return [(members, known) for members in found + settled]


def _write_household(
    members: list[Person], known: set[str], number: str, factor: float, county: County, draw: Random
) -> list[tuple[dict[str, str | None], str | None]]:
    moved = draw.choice(county.villages) if draw.random() < RATES["village"]["moved"] * factor else None
    head = next((one for one in members if one.relationship == "head"), members[0])
    head_name = _write_name(head, factor, draw)
    rows = []
    for one in members:
        for _ in range(2 if draw.random() < TWICE else 1):
            row = _write(one, head, factor, moved, county, draw)
            row["household"] = None if _slip("household", factor, draw) else number
            row["head_name"] = None if _slip("head_name", factor, draw) else head_name
            if one is head and head_name:
                row["name"] = head_name
            rows.append((row, one.id if one.id in known else None))
    return rows


def _write(
    one: Person, head: Person, factor: float, moved: str | None, county: County, draw: Random
) -> dict[str, str | None]:
    relationship = _slip("relationship", factor, draw)
    latin = " ".join(part.latin for part in one.parts)
    return {
        "id": "", "name": _write_name(one, factor, draw),
        "alternative_name": _misspell(latin, draw) if latin and draw.random() < 0.1 else None,
        "birth_date": _write_birth(one.birth, factor, draw),
        "sex": {"missing": None, "wrong": "male" if one.sex == "female" else "female"}.get(_slip("sex", factor, draw), one.sex),
        "village": _write_village(moved or one.village, factor, county, draw),
        "relationship": {"missing": None, "wrong": "other"}.get(relationship, one.relationship),
        "identity_hash": _write_identity(one, head, factor, draw),
    }  # fmt: skip


def _slip(field: str, factor: float, draw: Random) -> str:
    """Which mistake is made in this field: empty for none."""
    at = draw.random()
    for kind, rate in RATES[field].items():
        if kind == "moved":  # whole households move
            continue
        # Whether there is a number is not a matter of care.
        at -= rate * (1 if (field, kind) == ("identity_hash", "missing") else factor)
        if at < 0:
            return kind
    return ""


def _write_identity(one: Person, head: Person, factor: float, draw: Random) -> str | None:
    kind = _slip("identity_hash", factor, draw)
    given = {"missing": None, "digit": f"{one.identity}x{draw.random()}", "head's": head.identity}
    return given.get(kind, one.identity)


def _write_village(village: str, factor: float, county: County, draw: Random) -> str | None:
    kind = _slip("village", factor, draw)
    if kind == "missing":
        return None
    near = [other for other in county.villages if other[:9] == village[:9]]
    return draw.choice(near) if kind == "neighbour" else village


def _write_birth(birth: date, factor: float, draw: Random) -> str | None:
    kind = _slip("birth_date", factor, draw)
    if kind == "missing":
        return None
    if kind == "year_only":
        return f"{birth.year}-01-01"
    if kind == "lunar":
        return (birth - timedelta(days=draw.randint(19, 50))).isoformat()
    if kind == "year":
        return f"{birth.year + draw.choice((-1, 1))}{birth.isoformat()[4:]}"
    if kind == "day_for_month" and birth.day <= 12:
        return birth.replace(month=birth.day, day=birth.month).isoformat()
    return _wrong_digit(birth, draw) if kind == "digit" else birth.isoformat()


def _wrong_digit(birth: date, draw: Random) -> str:
    """Another date, one digit off."""
    text = birth.isoformat()
    while True:
        place = draw.choice((2, 3, 5, 6, 8, 9))
        try:
            other = date.fromisoformat(text[:place] + str(draw.randint(0, 9)) + text[place + 1 :])
        except ValueError:
            continue
        if birth != other <= LAST_DAY:
            return other.isoformat()


def _write_name(one: Person, factor: float, draw: Random) -> str | None:
    kind = _slip("name", factor, draw)
    if kind == "missing":
        return None
    if kind == "format":
        return _set_otherwise(one, draw)
    if kind == "spelled":
        return _misspell(" ".join(part.latin for part in one.parts), draw) or _in_pinyin(one.name, draw)
    if kind == "pinyin":
        return _in_pinyin(one.name, draw)
    if kind == "traditional":
        return _traditional().convert(one.name)
    return _other_characters(one, kind, draw)


def _other_characters(one: Person, kind: str, draw: Random) -> str:
    name, place = one.name, draw.randrange(len(one.name))
    if kind == "homophone":
        return name[:place] + draw.choice(_homophones(name[place]) or [name[place]]) + name[place + 1 :]
    if kind == "other_character":
        return name[:place] + draw.choice("巴才旦东发光和加久兰那平森土文心永中") + name[place + 1 :]
    if kind == "shortened" and len(name) > 2:
        half = len(name) // 2
        return draw.choice(
            (name[:2], name[-2:], name[:1] + name[half : half + 1], name[:place] + name[place + 1 :])
        )
    if kind == "swapped":
        half = len(one.parts[0].han) if one.parts else 1
        return name[half:] + name[:half]
    if kind == "transliterated":
        return "".join(TRANSLITERATIONS.get(part.han, part.han) for part in one.parts) or name
    return name


def _set_otherwise(one: Person, draw: Random) -> str:
    marks = draw.choice(("·", " ", "　", "•", "."))
    return marks.join(part.han for part in one.parts) if len(one.parts) > 1 else f"{marks}{one.name} "


def _in_pinyin(name: str, draw: Random) -> str:
    return draw.choice((" ", "")).join(lazy_pinyin(name)).title()


def _misspell(latin: str, draw: Random) -> str:
    """Spelled by custom, one in four with a letter lost, doubled or another."""
    if not latin or draw.random() > 0.25:
        return latin
    place = draw.randrange(len(latin))
    middle = draw.choice(("", latin[place] * 2, draw.choice("aeioudgkn")))
    return latin[:place] + middle + latin[place + 1 :]


def _homophones(character: str) -> list[str]:
    """The common characters an input method offers for any reading of this one, and one time in six for a confused reading."""
    return _by_sound()[1].get(character, [])


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


@cache
def _by_sound() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    common = bytes(range(0xB0, 0xD8))
    sounds: dict[str, list[str]] = defaultdict(list)
    readings: dict[str, list[str]] = {}
    for row in common:
        for cell in range(0xA1, 0xFF):
            try:
                character = bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            readings[character] = [
                to_normal(sound) for sound in PINYIN_DICT.get(ord(character), "").split(",") if sound
            ]
            for sound in dict.fromkeys(readings[character]):
                sounds[sound].append(character)
    offered = {}
    for character, own in readings.items():
        exact = [other for sound in dict.fromkeys(own) for other in sounds[sound] if other != character]
        confused = [other for sound in dict.fromkeys(own) for other in sounds.get(_confuse(sound), [])]
        offered[character] = exact * 5 * max(1, len(confused)) + confused * max(1, len(exact))
    return dict(sounds), offered


def _confuse(sound: str) -> str:
    for one, other in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(one):
            return other + sound[2:]
        if sound.startswith(other):
            return one + sound[1:]
    if sound.endswith("ng"):
        return sound[:-1]
    return sound + "g" if sound.endswith("n") else "l" + sound[1:] if sound.startswith("n") else ""
