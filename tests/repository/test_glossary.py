"""The glossary names, in both languages, every noun and choice word of the common register."""

import re
from collections import Counter

import pytest
import yaml

from repository.files import ROOT, SOURCE

HAN = re.compile(r"[\u4e00-\u9fff]")
EVERYDAY_WORDS = {("persons", "sex"), ("memberships", "relationship")}
"""Choices anybody understands; their labels in register.yaml are enough."""


def glossary() -> list[list[str]]:
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in rows if row[0] != "Term"]


def code_names() -> set[str]:
    return set(re.findall(r"`(\w+)`", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")))


def register() -> dict:
    return yaml.safe_load((SOURCE / "schema" / "register.yaml").read_text(encoding="utf-8"))["tables"]


@pytest.mark.parametrize("row", glossary(), ids=lambda row: row[0].strip("`"))
def test_a_term_is_named_and_explained_in_both_languages(row):
    assert len(row) == 4
    _, chinese, meaning, chinese_meaning = row
    assert HAN.search(chinese)
    assert meaning.endswith(".")
    assert not HAN.search(re.sub("Chinese [^)]*", "", meaning))
    assert HAN.search(chinese_meaning)
    assert chinese_meaning.endswith("。")


def test_a_term_is_defined_once():
    assert [term for term, times in Counter(row[0] for row in glossary()).items() if times > 1] == []


def test_every_entity_of_the_register_has_its_term():
    defined = {row[0].strip("`") for row in glossary()}
    assert {table["entity"] for table in register().values()} - defined == set()


def test_every_choice_word_of_the_register_is_explained():
    words = {
        choice
        for name, table in register().items()
        for column, spec in table["columns"].items()
        if (name, column) not in EVERYDAY_WORDS
        for choice in spec.get("choices", {})
    }
    assert words - code_names() == set()


def test_the_register_and_the_glossary_agree_on_the_chinese_of_a_kind_of_monitoring():
    chinese = {row[0].strip("`"): row[1] for row in glossary()}
    kinds = register()["statuses"]["columns"]["kind"]["choices"]
    assert {kind: chinese[kind] for kind in kinds} == {kind: labels[1] for kind, labels in kinds.items()}
