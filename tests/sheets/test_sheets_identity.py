"""Resident identity numbers serve the check and are not kept."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import ric

from sheets.builders import PEOPLE, column, only
from tsampa.sheets import problems_csv
from tsampa.sheets.identity import mask, read_identity

MAPPING = PEOPLE.replace("born}}", "born, identity: id}}")
HEADER = "household,person,sex,born,relation,id\n"
VALID = ("11010519491231002X", "440524188001010014", "34052419800101001X")


def made_up(born: str, order: str = "001", place: str = "999999") -> str:
    number = f"{place}{born}{order}"
    return number + ric.calc_check_digit(number + "0")


@pytest.mark.parametrize("number", [*VALID, made_up("19900228"), made_up("19800101", place="540228")])
def test_right_numbers_are_right_whatever_the_table_of_places_says(number):
    identity, trouble = read_identity(number, date(2019, 12, 31))
    assert identity is not None
    assert trouble is None or trouble.code == "identity-place-unknown"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "identity-check-wrong"),
        (made_up("19900230"), "identity-birth-date-wrong"),
        (made_up("20900101"), "identity-birth-date-wrong"),
        ("11010519491231002", "identity-malformed"),
        ("1.1E+17", "identity-as-number"),
    ],
)
def test_wrong_numbers_say_why_and_are_masked(imports, number, code):
    found = imports(HEADER + f"H1,P1,,,head,{number}\n", MAPPING)
    assert only(found, code).effect == "value_unknown"
    assert number not in problems_csv(found.problems).decode() or code == "identity-as-number"
    assert found.totals.rows_kept == 1


def test_a_number_cell_of_a_workbook_has_lost_digits_and_is_no_value(imports):
    header = HEADER.strip().split(",")
    found = imports([header, ["H1", "P1", "", "", "head", 110105194912310021]], MAPPING)
    assert only(found, "identity-as-number").column == "id"
    found = imports([header, [110105194912310021, "P1", "", "", "head", ""]], MAPPING)
    assert only(found, "identity-as-number").effect == "row_rejected"


def test_birth_date_and_sex_are_filled_where_blank_and_compared_where_not(imports):
    number = made_up("19900228", "002")
    found = imports(
        HEADER + f"H1,P1,,,head,{number}\nH1,P2,male,1991-01-01,child,{made_up('19910102')}\n", MAPPING
    )
    assert column(found, "persons", "birth_date") == [date(1990, 2, 28), None]
    assert column(found, "persons", "sex") == ["female", "male"]
    assert only(found, "identity-disagrees").effect == "value_unknown"


def test_the_same_number_under_two_codes_is_a_duplicate(imports):
    number = made_up("19900228")
    found = imports(HEADER + f"H1,P1,,,head,{number}\nH2,P2,,,head,{number}\n", MAPPING)
    assert only(found, "identity-duplicate").row == 3
    assert column(found, "persons", "code") == ["P1"]


def test_without_codes_the_number_tells_people_apart(imports):
    number = made_up("19900228")
    mapping = MAPPING.replace("code: person, ", "")
    found = imports(HEADER + f"H1,,,,head,{number}\nH1,,,,child,{number}\nH1,,,,child,\n", mapping)
    assert only(found, "person-duplicate").row == 3
    assert column(found, "persons", "code") == ["H1-person-1", "H1-person-2"]


def test_no_number_is_kept_or_told_whole(imports):
    lines = "".join(f"H{n},P{n},male,1990-01-01,head,{number}\n" for n, number in enumerate(VALID))
    found = imports(HEADER + lines, MAPPING)
    told = problems_csv(found.problems).decode() + repr(
        {k: v.to_struct_array().to_pylist() for k, v in found.tables.items()}
    )
    assert not [number for number in VALID if number in told]
    assert mask(VALID[0]) == "110105********002X"
