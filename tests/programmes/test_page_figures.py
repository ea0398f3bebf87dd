"""Bailang's figures and the page's numbers: every row of page-figures.csv is declared, and nothing else claims to be of it."""

import csv

from tsampa.rules import load_rulebook
from tsampa.schema.programme import find_programme

BAILANG = find_programme("bailang")
FIGURES = load_rulebook("bailang").figures
with (BAILANG / "page-figures.csv").open(encoding="utf-8", newline="") as file:
    PAGE = {row["id"]: row for row in csv.DictReader(file)}
OF_THE_PAGE = {id for id, one in FIGURES.items() if one.source == "The page on Bailang, mid-2020"}


def test_the_page_has_seventy_five_numbers():
    assert len(PAGE) == 75


def test_each_number_of_the_page_is_a_declared_figure_and_the_other_way_round():
    assert set(PAGE) == OF_THE_PAGE


def test_bounds_and_scopes_are_those_of_the_page():
    declared = {id: (FIGURES[id].bound, FIGURES[id].scope.en) for id in PAGE}
    assert declared == {id: (row["bound"], row["scope"]) for id, row in PAGE.items()}


def test_units_are_those_of_the_page():
    def words(unit):
        return str(unit).replace("_", " ")

    assert {id: words(FIGURES[id].unit) for id in PAGE} == {id: row["unit"] for id, row in PAGE.items()}


def test_what_overlaps_on_the_page_is_said():
    overlapping = [id for id, row in PAGE.items() if "overlaps" in row["note"]]
    assert overlapping
    assert [id for id in overlapping if not FIGURES[id].overlap.en] == []


def test_each_is_published_for_an_area_that_the_programme_knows():
    with (BAILANG / "areas.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert {FIGURES[id].area for id in PAGE} <= codes
