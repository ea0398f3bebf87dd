import re

import pytest

from repository.files import ROOT

FOLDER = ROOT / "docs" / "adr"
RECORDS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
SECTIONS = ["Context", "Decision", "Consequences"]
HALF_A_PAGE = 40


def test_the_index_lists_every_record_in_order():
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index) == [path.name for path in RECORDS]


def test_numbers_run_without_a_gap():
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_half_a_page_in_three_sections(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= HALF_A_PAGE


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_index_gives_a_record_its_own_title(path):
    title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {path.name[:4]} ")
    assert f"]({path.name}) | {title} |" in (FOLDER / "README.md").read_text(encoding="utf-8")
