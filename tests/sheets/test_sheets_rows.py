"""Rows of persons: what is taken, what is refused, and what is said about it."""

from __future__ import annotations

from datetime import date

import pytest

from sheets.builders import HEAD, PEOPLE, column, only, rows
from tsampa.errors import TsampaError

HEADER = "household,person,sex,born,relation\n"
GOOD = "H1,P1,female,1980-01-31,head\n"


def test_a_good_sheet_becomes_records_in_storage_form(imports):
    found = imports(HEADER + GOOD + "H1,P2,male,,child\n")
    assert found.problems == []
    assert rows(found, "households") == [{"code": "H1", "area": "999901101001"}]
    assert column(found, "persons", "birth_date") == [date(1980, 1, 31), None]
    assert rows(found, "memberships")[1] == {
        "code": "H1-membership-2", "person": "P2", "household": "H1", "relationship": "child",
        "since": date(2019, 12, 31), "until": None,
    }  # fmt: skip
    assert column(found, "areas", "parent") == [None, "999901", "999901101"]
    assert list(found.tables) == list(found.schema.by_name)
    for table in found.schema.tables:
        assert found.tables[table.name].column_names == list(table.by_name)


def test_blank_rows_are_skipped_and_rows_keep_the_numbers_a_person_sees(imports):
    found = imports(HEADER + GOOD + "\n,,,,\nH2,P2,unknown-word,,head\n")
    assert (found.totals.rows_read, found.totals.rows_kept) == (2, 2)
    assert found.totals.sheets["sheet.csv"].blank == 2
    problem = only(found, "choice-unknown")
    assert (problem.row, problem.column, problem.effect) == (5, "sex", "value_unknown")


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("unknown-word", "There are: female (女), male (男), other (其他)."),
        ("femal", "Did you mean 'female'?"),
        ("男性", "Did you mean '男'?"),
    ],
)
def test_a_choice_is_offered_in_the_language_it_was_written_in_or_in_both(imports, written, remedy):
    found = imports(HEADER + f"H1,P1,{written},,head\n")
    assert only(found, "choice-unknown").remedy == remedy


def test_full_width_digits_and_spaces_are_made_ordinary(imports):
    found = imports(HEADER + "Ｈ１　,P１,女,１９８０-０１-３１,户主\n")
    assert found.problems == []
    assert rows(found, "persons")[0] | {"work_capacity": None} == {
        "code": "P1", "sex": "female", "birth_date": date(1980, 1, 31), "work_capacity": None,
    }  # fmt: skip
    assert column(found, "households", "code") == ["H1"]


@pytest.mark.parametrize(
    ("row", "code", "effect"),
    [
        ("H1,P1,femal,,head", "choice-unknown", "value_unknown"),
        ("H1,P1,female,2021-01-01,head", "date-in-future", "value_unknown"),
        ("H1,P1,female,1780-01-01,head", "value-out-of-range", "value_unknown"),
        ("H1,P1,female,1980-02-30,head", "date-unreadable", "value_unknown"),
        ("H1,P1,female,03/04/1980,head", "date-unreadable", "value_unknown"),
        ("H1,P1,#N/A,,head", "formula-error", "value_unknown"),
        (",P1,female,,head", "value-missing", "row_rejected"),
        ("1.1E+17,P1,female,,head", "identity-as-number", "row_rejected"),
        ("H1,11010519491231002X,female,,head", "identity-not-kept", "row_rejected"),
        ("H1,P1,female,,head,1,234", "row-too-long", "row_rejected"),
        ("H1,P1,female", "row-too-short", "noted"),
    ],
)
def test_a_bad_cell_is_named_and_takes_no_other_row_down(imports, row, code, effect):
    found = imports(HEADER + row + "\nH9,P9,male,,head\n")
    problem = only(found, code)
    assert (problem.row, problem.effect) == (2, effect)
    assert problem.message
    assert problem.remedy
    assert "P9" in column(found, "persons", "code")
    assert found.totals.rows_rejected == (effect == "row_rejected")
    assert ("H1" in column(found, "households", "code")) == (effect != "row_rejected")


def test_a_long_number_in_a_message_is_masked(imports):
    found = imports(HEADER + "H1,P1,11010519491231002X,,head\n")
    assert "110105********002X" in only(found, "choice-unknown").message


def test_a_person_twice_or_in_two_households_at_once_is_taken_once(imports):
    found = imports(HEADER + GOOD + GOOD + "H2,P1,female,1980-01-31,head\nH2,P2,male,,head\n")
    assert only(found, "person-duplicate").row == 3
    problem = only(found, "person-in-two-households")
    assert (problem.row, problem.effect) == (4, "row_rejected")
    assert "H1" in problem.message
    assert column(found, "persons", "code") == ["P1", "P2"]
    assert only(found, "household-incomplete").message.startswith("household H2")


def test_a_person_who_moved_is_one_person_with_two_memberships(imports):
    mapping = PEOPLE.replace(
        "{relationship: relation}", "{relationship: relation, since: since, until: until}"
    )
    found = imports(
        """
        household,person,sex,born,relation,since,until
        H1,P1,female,,child,2010-01-01,2018-05-01
        H2,P1,female,1990-02-02,head,2018-05-01,
        """,
        mapping,
    )
    assert [problem.code for problem in found.problems] == []
    assert column(found, "persons", "birth_date") == [date(1990, 2, 2)]
    assert column(found, "memberships", "household") == ["H1", "H2"]


def test_an_unreadable_end_of_membership_does_not_pass_for_still_a_member(imports):
    mapping = PEOPLE.replace("{relationship: relation}", "{relationship: relation, until: until}")
    found = imports("household,person,sex,born,relation,until\nH1,P1,female,,head,last year\n", mapping)
    assert only(found, "date-unreadable").effect == "row_rejected"


def test_households_without_a_head_and_with_two(imports):
    found = imports(HEADER + "H1,P1,,,child\nH2,P2,,,head\nH2,P3,,,head\n")
    assert only(found, "household-no-head").row == 2
    assert only(found, "household-two-heads").row == 4
    assert column(found, "memberships", "relationship") == ["child", "head", None]


def test_rows_that_disagree_on_their_household_leave_the_value_unknown(imports):
    mapping = PEOPLE + (
        "  checks: {per: household, when: known(grade),"
        " fields: {guarantee: {constant: housing}, grade: grade, value: value}}\n"
    )
    found = imports(
        """
        household,person,sex,born,relation,grade,value
        H1,P1,,,head,A,1.5
        H1,P2,,,child,C,1.50
        H1,P3,,,child,A,
        H2,P4,,,head,B,2
        """,
        mapping,
    )
    problem = only(found, "conflicting-values")
    assert "A in rows 2, 4 and C in row 3" in problem.message
    assert problem.effect == "value_unknown"
    assert column(found, "checks", "grade") == [None, "B"]
    assert column(found, "checks", "value") == [150, 200]
    assert column(found, "households", "code") == ["H1", "H2"]


def test_a_household_whose_every_row_is_rejected_is_not_made(imports):
    found = imports(HEADER + "H1,P1,,,head\nH2,P1,,,head\n")
    assert column(found, "households", "code") == ["H1"]
    assert found.totals.rows_rejected == 1


def test_an_unknown_area_rejects_the_row(imports, tmp_path):
    (tmp_path / "areas.csv").write_text(
        "code,name,level,parent\n99,County,county,\n9901,Town,township,99\n990101,Village,village,9901\n"
        "990102,Lost,hamlet,9901\n990103,Orphan,village,9977\n"
    )
    mapping = PEOPLE.split("areas:")[0] + "areas: {file: areas.csv}\ntables:" + PEOPLE.split("tables:")[1]
    found = imports(
        HEADER.strip() + ",village\nH1,P1,,,head,990101\nH2,P2,,,head,990109\nH3,P3,,,head,9901\n",
        mapping.replace("{code: household}", "{code: household, area: village}"),
    )
    assert [
        (p.row, p.effect) for p in found.problems if p.code == "area-unknown" and p.sheet == "sheet.csv"
    ] == [
        (3, "row_rejected"),
        (4, "row_rejected"),
    ]
    assert only(found, "choice-unknown").sheet == "areas.csv"
    assert column(found, "areas", "parent") == [None, "99", "9901", None]
    assert found.totals.rows_read == 3


def test_ten_thousand_problems_are_all_told(imports):
    from tsampa.sheets import problems_csv

    found = imports(HEADER + "".join(f"H{n},P{n},x,,head\n" for n in range(10_000)))
    assert found.totals.problems == {"choice-unknown": 10_000}
    lines = problems_csv(found.problems).decode("utf-8-sig").splitlines()
    assert len(lines) == 10_001
    assert lines[0] == "sheet,row,column,code,message,remedy,effect"


def test_a_problem_file_holds_no_formula(imports):
    from tsampa.sheets import problems_csv

    mapping = PEOPLE.replace("sex: sex", 'sex: "=cmd"')
    found = imports("household,person,=cmd,born,relation\nH1,P1,x,,head\n", mapping)
    assert b",'=cmd," in problems_csv(found.problems)


def test_progress_is_told(imports):
    told = []
    imports(HEADER + GOOD, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert told[-1] == ("sheet.csv", 1, 1)


def test_the_collector_is_left_as_it_was(imports):
    import gc

    imports(HEADER + GOOD)
    assert gc.isenabled()
    with pytest.raises(TsampaError):
        imports("household\n", HEAD + "tables: {}\n")
    assert gc.isenabled()
