"""Steps of colour: which number takes which, what the legend says of it, and that the words on it can be read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

import tsampa.office.web
from tsampa.office.areas.tree import Place
from tsampa.office.web.choropleth import COLOURS, WRITTEN, unique_names
from tsampa.office.web.maps import SHARES, scale_for

STYLES = Path(tsampa.office.web.__file__).parent / "static" / "web" / "tsampa.css"


@pytest.mark.parametrize(
    ("share", "step"),
    [
        (None, "none"),
        ("0", "0"),
        ("0.1", "1"),
        ("5", "1"),
        ("5.1", "2"),
        ("40", "4"),
        ("40.1", "5"),
        ("100", "5"),
    ],
)
def test_a_share_takes_a_step(share: str | None, step: str) -> None:
    assert SHARES.step(None if share is None else Decimal(share)) == step


@pytest.mark.parametrize(
    ("most", "bounds"),
    [(0, (0, 1, 2, 3, 4)), (5, (0, 1, 2, 3, 4)), (6, (0, 2, 4, 6, 8)), (24, (0, 5, 10, 15, 20)), (45, (0, 10, 20, 30, 40)), (1_000_001, (0, 300_000, 600_000, 900_000, 1_200_000))],
)  # fmt: skip
def test_numbers_are_parted_evenly(most: int, bounds: tuple[int, ...]) -> None:
    assert scale_for(most).bounds == bounds


@pytest.mark.parametrize("most", [*range(200), 999, 1_000, 123_456])
def test_the_last_step_is_no_wider_than_the_others(most: int) -> None:
    width = scale_for(most).bounds[1]
    assert most <= 5 * width
    assert width == 1 or width * 5 < 2 * most


def test_the_legend_says_where_each_step_ends() -> None:
    told = ["0 %", "≤ 5 %", "≤ 10 %", "≤ 20 %", "≤ 40 %", "> 40 %"]
    assert SHARES.legend == list(enumerate(told))
    assert scale_for(9_000).legend[-2:] == [(4, "≤ 8,000"), (5, "> 8,000")]


def light(colour: str) -> float:
    """The relative luminance, as WCAG has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def whole(colour: str) -> str:
    return "#" + "".join(2 * one for one in colour[1:]) if len(colour) == 4 else colour


def test_table_and_picture_have_the_same_colours_and_their_words_can_be_read() -> None:
    found = re.findall(
        r"\.step-(\d) { background: (#\w+); color: (#\w+); }", STYLES.read_text(encoding="utf-8")
    )
    assert [(whole(back), whole(word)) for _step, back, word in found] == list(
        zip(COLOURS, WRITTEN, strict=True)
    )
    for back, word in zip(COLOURS, WRITTEN, strict=True):
        dark, pale = sorted((light(back), light(word)))
        assert (pale + 0.05) / (dark + 0.05) >= 4.5, back


def test_areas_of_one_name_are_told_apart() -> None:
    places = [
        Place(code, name, "village", None) for code, name in (("1", "扎西村"), ("2", "扎西村"), ("3", "普村"))
    ]
    assert unique_names(places) == {"1": "扎西村 1", "2": "扎西村 2", "3": "普村"}
