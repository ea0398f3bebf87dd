"""No programme can ask for, store or publish what helping does not need; and the guard itself is guarded.

If this test stops you over a harmless word, say the thing in other words. If a programme truly needs such
a datum, that is a decision to be taken by people, in a decision record, and not by widening a pattern.
"""

import pytest

from repository.files import SOURCE
from repository.sensitive import content_files, offences, said_by_file, said_by_schema, subjects
from tsampa.schema import read_schema

PROGRAMMES = sorted(path.parent for path in (SOURCE / "programmes").glob("*/programme.yaml"))

NAMES = {
    "religion": ["religion", "religious_group", "is_buddhist", "attendsChurch"],
    "ethnicity": ["ethnicity", "ethnic_group", "race", "caste", "minority_nationality"],
    "politics": ["political_status", "party_member", "party", "union_membership", "votersList"],
    "tracking": ["gps_track", "location_history", "call_records", "phoneTracking", "last_seen"],
}
LABELS = {
    "religion": ["Faith of the head", "Visits to a temple", "宗教信仰", "是否信教", "僧尼"],
    "ethnicity": ["Ethnic group", "Tribe", "民族", "少数民族", "藏族", "族别"],
    "politics": [
        "Political opinion",
        "Communist Party membership",
        "政治面貌",
        "党员",
        "共青团员",
        "入党时间",
    ],
    "tracking": ["Call log of a month", "Whereabouts", "活动轨迹", "手机定位", "通话记录", "聊天内容"],
}
OFFENDERS = [(subject, word) for words in (NAMES, LABELS) for subject, some in words.items() for word in some]
PLANTED_NAMES = [(subject, word) for subject, some in NAMES.items() for word in some]

INNOCENT = [
    "trace", "traceback", "terrace", "brace", "embrace", "template", "denominator", "household", "parameter",
    "third_party", "other party", "third-party evaluation", "parties to the contract", "in good faith",
    "memberships", "cooperative member", "community appraisal", "surveyed households", "monitored",
    "last_visit", "tracking_number", "contact", "phone", "message", "record", "location", "track",
    "家庭成员", "民族手工制品", "民族服饰", "麻麻门巴民族乡", "门源回族自治县", "水族馆", "家族",
    "集团员工", "工作队", "是否知道教育补助政策", "中共中央办公厅、国务院办公厅印发的意见",
    "民主评议", "监测线", "监测对象", "外出务工", "联系电话", "住址",
]  # fmt: skip

TABLES = """
tables:
  {table}:
    entity: {entity}
    en: {table_en}
    zh: {table_zh}
    columns:
      code: {{type: text, required: true, en: code, zh: 编号}}
      {column}:
        type: text
        en: "{en}"
        zh: "{zh}"
        choices: {{{choice}: ["{choice_en}", "{choice_zh}"]}}
"""
HARMLESS = {
    "table": "tools", "entity": "tool", "table_en": "tools", "table_zh": "工具", "column": "shape",
    "en": "shape", "zh": "形状", "choice": "round", "choice_en": "round", "choice_zh": "圆",
}  # fmt: skip

PLACES = {
    "parameter-key.yaml": "{word}:\n  unit: CNY/year\n  values: {{2020-01-01: 4000}}\n",
    "parameter-value.yaml": 'line:\n  source: "{word}"\n',
    "parameter-folded.yaml": "line:\n  about: >-\n    words before\n    {word}\n    words after\n",
    "figure-list.yaml": '- figures:\n    - by: ["sex", "{word}"]\n',
    "sheet-key.yml": 'sheets:\n  persons:\n    columns: {{"{word}": code}}\n',
    "form-key.json": '{{"form": [{{"{word}": true}}]}}',
    "form-value.json": '{{"form": [{{"ask": "{word}"}}]}}',
    "headings.csv": 'code,"{word}",name\n1,2,3\n',
    "rule-text.py": 'def rule(h):\n    return h.value("{word}")\n',
    "rule-meaning.py": '@formula(household, meaning=("{word}", ""))\ndef rule(h):\n    return h.income\n',
}
PYTHON_NAMES = {
    "rule-formula.py": "def {word}(h):\n    return h.income\n",
    "rule-attribute.py": "def rule(h):\n    return h.members.{word}.any()\n",
    "rule-argument.py": "def rule(h):\n    return share(h.pool, {word}=1)\n",
    "rule-variable.py": "def rule(h):\n    {word} = h.income\n    return {word}\n",
    "rule-import.py": "from rules import {word}\n",
}


@pytest.mark.parametrize("folder", PROGRAMMES, ids=lambda folder: folder.name)
def test_the_register_of_a_programme_holds_nothing_it_may_not(folder):
    assert offences(said_by_schema(read_schema(folder))) == []


@pytest.mark.parametrize("path", content_files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_of_content_speaks_of_what_it_may_not(path):
    assert offences(said_by_file(path)) == []


def planted_schema(folder, **planted):
    programme = (SOURCE / "programmes" / "middle_village" / "programme.yaml").read_text(encoding="utf-8")
    (folder / "programme.yaml").write_text(programme, encoding="utf-8")
    (folder / "tables.yaml").write_text(TABLES.format(**(HARMLESS | planted)), encoding="utf-8")
    return read_schema(folder)


def test_a_harmless_table_passes(tmp_path):
    assert offences(said_by_schema(planted_schema(tmp_path))) == []
    assert offences(said_by_file(tmp_path / "tables.yaml")) == []


@pytest.mark.parametrize("place", ["table", "entity", "column", "choice"])
@pytest.mark.parametrize(("subject", "word"), PLANTED_NAMES)
def test_a_planted_name_is_found(tmp_path, place, subject, word):
    schema = planted_schema(tmp_path, **{place: word})
    assert offences(said_by_schema(schema)).count((subject, word)) >= 1
    assert (subject, word) in offences(said_by_file(tmp_path / "tables.yaml"))


@pytest.mark.parametrize("place", ["table_en", "table_zh", "en", "zh", "choice_en", "choice_zh"])
@pytest.mark.parametrize(("subject", "word"), OFFENDERS)
def test_a_planted_label_is_found(tmp_path, place, subject, word):
    schema = planted_schema(tmp_path, **{place: word})
    assert subject in {found for found, _ in offences(said_by_schema(schema))}
    assert subject in {found for found, _ in offences(said_by_file(tmp_path / "tables.yaml"))}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("subject", "word"), OFFENDERS)
def test_a_planted_word_is_found_in_every_kind_of_file(tmp_path, place, subject, word):
    assert subject in found_in(tmp_path / place, PLACES[place].format(word=word))


@pytest.mark.parametrize("place", PYTHON_NAMES)
@pytest.mark.parametrize(("subject", "word"), PLANTED_NAMES)
def test_a_planted_name_is_found_in_a_rule(tmp_path, place, subject, word):
    assert subject in found_in(tmp_path / place, PYTHON_NAMES[place].format(word=word))


@pytest.mark.parametrize("name", ["religion.yaml", "民族.csv", "party_members.json"])
def test_a_planted_file_name_is_found(tmp_path, name):
    assert found_in(tmp_path / name, "{}")


def test_a_planted_file_in_a_new_programme_is_walked(tmp_path):
    (tmp_path / "new" / "forms").mkdir(parents=True)
    (tmp_path / "new" / "forms" / "visit.json").write_text('{"ask": "宗教"}', encoding="utf-8")
    assert tmp_path / "new" / "forms" / "visit.json" in content_files(tmp_path)


def found_in(path, text):
    path.write_text(text, encoding="utf-8")
    return {subject for subject, _ in offences(said_by_file(path))}


@pytest.mark.parametrize(
    "text", ["宗 教", "Ｒｅｌｉｇｉｏｎ", "民\n族", "POLITICAL_STATUS", "PartyMember", "party\nmember"]
)
def test_spacing_and_spelling_hide_nothing(text):
    assert subjects(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_word_is_left_alone(text):
    assert subjects(text) == []
