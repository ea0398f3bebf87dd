"""Everything that can be said to be wrong is said in Chinese too."""

from __future__ import annotations

from string import Formatter

import pytest

from messages.templates import templates
from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.messages import in_chinese, say_error, say_message
from tsampa.messages.chinese import CATALOGUE

LINES = read_yaml(CATALOGUE, dict[str, str])
SAID = templates()


def test_every_message_of_the_source_has_its_chinese() -> None:
    assert len(SAID) > 300
    assert {
        text: at for text, at in SAID.items() if text.replace("{{", "{").replace("}}", "}") not in LINES
    } == {}


COMPOSED = {
    "{} (and {} more)", "{} (1 row)", "{} (1 row: {})", "{} ({} rows)", "{} ({} rows: {})", "{}: {} [{}]",
    "{} at {}", "{} is missing or altered", "the parameter '{}' has no value", "'{}' is not in force", "text", "date", "and {} more",
    "yes or no", "area", "household", "person", "membership", "row {}", "rows {}", "{} of {} {}", "income", "check", "status", "pool",
    "{} in {} and {} in {}", "Write identity numbers in their own column only.", "Give the cell a date format in the sheet.",
    "Correct the date.",
}  # fmt: skip
"""What stands inside other messages, or is put together from several."""


def test_no_line_of_the_catalogue_is_left_over() -> None:
    said = {text.replace("{{", "{").replace("}}", "}") for text in SAID}
    assert set(LINES) - said == COMPOSED


@pytest.mark.parametrize("english", LINES, ids=str)
def test_the_chinese_fills_in_what_the_english_does(english: str) -> None:
    slots = english.count("{}")
    used = {int(name) for _, name, _, _ in Formatter().parse(LINES[english]) if name is not None}
    assert used == set(range(slots))
    words = [f"w{number}" for number in range(slots)]
    found = in_chinese(english.format(*words) if slots else english)
    assert found is not None
    assert all(word in found for word in words)


def test_a_slot_may_hold_a_message_itself() -> None:
    assert in_chinese("birth_date is empty (2 rows: P1, P2)") == "birth_date 为空（2 行：P1, P2）"
    assert (
        in_chinese(
            "the register does not hold together: areas: parent is empty (1 row: A) [value-missing]; a: b [c]"
        )
        == "登记册自相矛盾：areas：parent 为空（1 行：A） [value-missing]；a：b [c]"
    )


def test_words_of_others_stay_as_they_are() -> None:
    assert in_chinese("segmentation fault") is None
    assert say_message("segmentation fault", "zh") == "segmentation fault"
    assert say_message("no such file", "en") == "no such file"


def test_an_error_keeps_its_code_and_place() -> None:
    error = TsampaError("file-missing", "no such file", where="a/b.yaml", remedy="Check the path.")
    assert say_error(error, "zh") == "a/b.yaml: 没有这个文件 [file-missing]\n  -> 请核对路径。"
    assert say_error(error, "en") == str(error)
