"""Names that are one name however they are written."""

from __future__ import annotations

from collections import Counter

import pytest

from tsampa.documents import read_yaml
from tsampa.linkage.names import _TABLES, NameReader, _Tables

READER = NameReader()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("扎西次仁", "扎西·次仁"),
        ("扎西次仁", "扎西　次仁 "),
        ("扎西次仁", "紮西次仁"),
        ("刘强", "劉強"),
        ("Tashi Tsering", "ＴＡＳＨＩ　ＴＳＥＲＩＮＧ"),
        ("Tashi Tsering", "tashi-tsering"),
    ],
)
def test_written_the_same(one: str, other: str) -> None:
    assert READER.read(one).written == READER.read(other).written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("扎西次仁", "扎喜次人"),
        ("扎西次仁", "Zhaxi Ciren"),
        ("扎西次仁", "zhaxiciren"),
        ("扎西次仁", "Trashi Tshering"),
        ("次仁", "才让"),
        ("罗布", "Norbu"),
        ("诺布", "Luobu"),
        ("卓玛", "Drolma"),
        ("单增", "Tenzin"),
        ("多布杰", "Topgyal"),
        ("王小明", "Wang Xiaoming"),
        ("张英", "章鹰"),
        ("陈林", "程林"),
        ("吕军", "Lü Jun"),
    ],
)
def test_sounding_the_same(one: str, other: str) -> None:
    assert READER.read(one).sound == READER.read(other).sound


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("单田芳", "shan"),
        ("仇英", "qiu"),
        ("解晓东", "xie"),
        ("曾国强", "zeng"),
        ("任强", "ren"),
        ("查良", "zha"),
    ],
)
def test_a_family_name_is_read_as_one(name: str, latin: str) -> None:
    assert READER.read(name).sound == READER.read(latin + READER.read(name[1:]).sound).sound


def test_the_same_character_is_no_family_name_within_a_tibetan_name() -> None:
    assert READER.read("单增").sound == READER.read("旦增").sound == "tenzin"


@pytest.mark.parametrize(("one", "other"), [("扎西次仁", "次仁扎西"), ("Xiaoming Wang", "王小明")])
def test_the_same_parts_in_another_order(one: str, other: str) -> None:
    assert READER.read(one).sound != READER.read(other).sound
    assert READER.read(one).parts == READER.read(other).parts


@pytest.mark.parametrize(
    ("one", "other"),
    [("扎西", "达瓦"), ("卓玛", "卓嘎"), ("拉巴", "拉姆"), ("罗布", "欧珠"), ("张伟", "王伟")],
)
def test_other_names_sound_otherwise(one: str, other: str) -> None:
    assert READER.read(one).sound != READER.read(other).sound


def test_the_first_characters_of_both_halves_are_its_short_form() -> None:
    assert READER.read("扎西次仁").short == "扎次"
    assert READER.read("扎西").short == READER.read("Tashi").short == ""


@pytest.mark.parametrize("name", ["", " ", "·", "123", "？"])
def test_what_is_no_name_is_empty(name: str) -> None:
    assert READER.read(name).written == READER.read(name).sound == ""


def test_characters_outside_every_table_do_no_harm() -> None:
    assert READER.read("扎西𠮷").sound.startswith("tashi")
    assert READER.read("བཀྲ་ཤིས").written


def test_no_spelling_stands_for_two_parts() -> None:
    tables = read_yaml(_TABLES, _Tables)
    forms = Counter(form for part, own in tables.parts.items() for form in {part, *own})
    assert [form for form, times in forms.items() if times > 1] == []
    assert [form for form in forms if not form.isalpha()] == []
