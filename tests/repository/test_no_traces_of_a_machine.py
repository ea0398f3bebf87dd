"""No file names a place on somebody's machine: it would be wrong on every other one."""

import re
from pathlib import Path

import pytest

from repository.files import ROOT, project_files, text_of

PLACES = ("home", "mnt", "private", "root", "tmp", "Users", "work", "workspace", "workspaces")
ABSOLUTE = re.compile(rf"(?<![\w.~$)}}\]*-])/(?:{'|'.join(PLACES)})/[\w.]")
"""Preceded by none of what would make it the middle of a longer path, a URL or a variable's."""


def traces(text: str) -> list[str]:
    own = [str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2 and str(place) in text]
    return [*own, *(line.strip() for line in text.splitlines() if ABSOLUTE.search(line))]


def test_no_file_names_a_place_on_a_machine():
    found = {str(path): traces(text) for path in project_files() if (text := text_of(path)) is not None}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("place", PLACES)
def test_a_planted_path_would_be_found(place):
    assert traces(f'open("/{place}/register.parquet")')
    assert traces(f"see /{place}/notes.md")


@pytest.mark.parametrize(
    "text", ["src/mnt/x", "https://example.org/home/x", "$HOME/mnt/x", "~/tmp/x", "./tmp/x"]
)
def test_other_paths_are_left_alone(text):
    assert traces(text) == []
