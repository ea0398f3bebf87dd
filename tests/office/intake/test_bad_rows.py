"""One bad row never stops the good ones, and comes back with its reasons in both languages."""

from __future__ import annotations

import pytest
import python_calamine

from office.intake.builders import (
    HOUSEHOLDS,
    apply,
    codes,
    county,
    masked,
    number,
    people,
    send,
    table,
    workbook,
)
from tsampa.office.intake import actions
from tsampa.office.intake.models import StagedRow
from tsampa.office.intake.queries import problems
from tsampa.office.intake.returned import write_bad_rows
from tsampa.office.register.models import Household, Person

MADE_UP = number("1980-05-06", 3, place="999999")
WRONG = number("1980-05-06", 3)[:-1] + ("1" if number("1980-05-06", 3)[-1] != "1" else "2")

PERSONS = [
    ("since", "2016年5月1日", None),
    ("since", 42491, "date-as-number"),
    ("since", "soon", "date-unreadable"),
    ("since", "2031-01-01", "date-in-future"),
    ("since", "03/04/2016", "date-ambiguous"),
    ("since", "２０１６/５/１", None),
    ("since", "", "value-missing"),
    ("until", "2016-01-01", "until-before-since"),
    ("name", "", "value-missing"),
    ("name", "扎" * 201, "text-too-long"),
    ("relationship", "cousin", "choice-unknown"),
    ("relationship", "儿子", "choice-unknown"),
    ("household", "7", "household-unknown"),
    ("household", "540299100201-0001", "household-of-another-county"),
    ("household", "", "value-missing"),
    ("identity", WRONG, "identity-check-wrong"),
    ("identity", "54022819800506", "identity-malformed"),
    ("identity", MADE_UP, "identity-made-up"),
    ("identity", number("1980-05-06", 3).lower(), None),
    ("identity", "１１０１０５１９８００５０６００３" + number("1980-05-06", 3)[-1], None),
    ("birth_date", "1980-05-07", "identity-disagrees"),
    ("sex", "女", "identity-disagrees"),
    ("code", number("1980-05-06", 3), None),
    ("in school", "maybe", "choice-unknown"),
    ("sex", "#N/A", "formula-error"),
]


@pytest.fixture
def sheets(office_sqlite, tmp_path):
    county()
    return lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)


def one_person(**changed):
    """The table of one good person, some cells of it otherwise."""
    row = {
        "code": None, "household": "2", "relationship": "head", "since": "2016-05-01", "until": None, "name": "次仁",
        "identity": number("1980-05-06", 3), "birth_date": None, "sex": None, "in school": None,
    }  # fmt: skip
    row |= {name: value or None for name, value in changed.items()}
    return [list(row), list(row.values())]


@pytest.mark.parametrize(("column", "cell", "code"), PERSONS)
def test_a_cell_is_read_or_its_row_is_returned(sheets, column, cell, code):
    batch = send(sheets(households=HOUSEHOLDS, persons=one_person(**{column: cell})))
    assert codes(batch) == ([(2, code)] if code else [])
    assert batch.counts["households"]["new"] == 2
    assert batch.counts.get("persons", {"new": 0})["new"] == (0 if code else 1)


def test_long_numbers_typed_as_numbers_have_lost_digits(sheets):
    rows = one_person()
    rows[1][6] = float(number("1980-05-06", 3)[:-1] + "0")
    assert codes(send(sheets(households=HOUSEHOLDS, persons=rows))) == [(2, "identity-as-number")]
    rows = one_person()
    rows[1][1] = 540228100201000100
    assert codes(send(sheets("b.xlsx", households=HOUSEHOLDS, persons=rows))) == [(2, "code-as-number")]


HOMES = [
    ("4 | | nowhere", "area-unknown"), ("4 | | 洛江镇", "area-unknown"), ("4 | | 540228100", "area-level"), ("4 | | ", "value-missing"),
    (" | | 下村", "value-missing"), ("1 | | 下村", "row-twice"), ("4 | 540299100201-0001 | 下村", "household-of-another-county"),
    ("4 | A-7 | 下村 540228100202", None), ("4 | | 下村(540228100202)", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "code"), HOMES)
def test_a_household_stands_in_a_village_of_the_register(sheets, line, code):
    batch = send(
        sheets(
            households=f"ref | code | area\n1 | | 下村\n{line}",
            persons=people().replace("2         |", "1         |", 0),
        )
    )
    assert (
        (3, code) in codes(batch)
        if code
        else not [one for one in codes(batch) if one[0] == 3 and one[1].startswith(("area", "value"))]
    )


def test_what_leads_to_a_bad_row_is_returned_with_it_and_nothing_else(sheets):
    batch = apply(
        sheets(
            households=HOUSEHOLDS.replace("下村", "nowhere"),
            persons=people(),
            incomes="household | source | accounting_year | amount\n1 | wage | 2019 | 1\n2 | wage | 2019 | 1",
        )
    )
    assert [(one.sheet, one.row, one.code) for one in problems(batch)] == [
        ("households", 3, "area-unknown"), ("incomes", 3, "household-not-taken"), ("persons", 4, "household-not-taken"),
    ]  # fmt: skip
    assert (Household.objects.count(), Person.objects.count()) == (1, 2)
    assert batch.rows == {"read": 7, "good": 4, "bad": 3, "waiting": 0}


def test_two_heads_are_both_returned_and_the_others_of_the_household_kept(sheets):
    batch = send(
        sheets(
            households=HOUSEHOLDS.replace("2   ", "2   "),
            persons=people(次仁="次仁").replace("2         | 户主", "1         | 户主"),
        )
    )
    assert codes(batch) == [(2, "two-heads"), (4, "two-heads")]
    assert batch.counts["persons"]["new"] == 1


def test_a_head_beside_the_registers_head_is_returned_unless_that_one_steps_back(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    second = f"""
        household         | identity                  | relationship | since
        540228100201-0001 | {number("1972-03-04", 2)} | head         | 2015-01-01
    """
    assert codes(send(sheets("b.xlsx", persons=second))) == [(2, "two-heads")]
    swap = second + f"    540228100201-0001 | {number('1970-01-01', 1)} | spouse | 2015-01-01"
    batch = apply(sheets("c.xlsx", persons=swap))
    assert codes(batch) == []
    assert batch.counts["memberships"] == {"new": 0, "changed": 2, "unchanged": 0}


def test_one_person_in_two_rows(sheets):
    twice = people() + f"    2 | other | 2017-01-01 | 扎西 | {number('1970-01-01', 1)} | weak"
    assert codes(send(sheets(households=HOUSEHOLDS, persons=twice))) == [(5, "row-twice")]


def test_an_identity_number_of_somebody_else(sheets):
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    other = f"code | identity\n540228100201-0001-01 | {number('1980-05-06', 3)}"
    assert codes(send(sheets("b.xlsx", persons=other))) == [(2, "identity-of-another")]


FACTS = [
    ("statuses", "household | status | since\n1 | registered | 2015-01-01\n1 | exited | 2015-01-01", [(3, "row-twice")]),
    ("statuses", "household | status | since | until\n1 | exited | 2015-01-01 | 2018-01-01\n1 | registered | 2017-01-01 |",
     [(2, "status-overlaps"), (3, "status-overlaps")]),
    ("poverty_drivers", "household | driver | main | since\n1 | illness | 是 | 2015-01-01\n1 | 因学 | yes | 2016-01-01",
     [(2, "two-main-drivers"), (3, "two-main-drivers")]),
    ("poverty_drivers", "household | driver | main | since\n1 | illness | 是 | 2015-01-01\n1 | 因学 | 否 | 2016-01-01", []),
    ("incomes", "household | source | accounting_year | amount\n1 | wage | 2019 | -5", [(2, "value-out-of-range")]),
    ("incomes", "household | source | accounting_year | amount\n1 | wage | 2019 | 5.123", [(2, "too-many-decimals")]),
    ("incomes", "household | source | accounting_year | amount\n1 | wage | 2019 | some", [(2, "text-in-number")]),
    ("incomes", "household | person | source | accounting_year\n1 | X | wage | 2019", [(2, "person-unknown")]),
    ("pools", "area | name | year | amount\nnowhere | a | 2019 | 1\n下村 | a | 2019 | 1", [(2, "area-unknown")]),
    ("land_parcels", "household | kind | size | since\n1 | 耕地 | 2.50 | 2010.3.4\n1 | sand | 1 | 2010-01-01", [(3, "choice-unknown")]),
    ("shocks", "household | kind | date\n1 | nonsense | 2019-01-01", [(2, "choice-unknown")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "expected"), FACTS)
def test_facts_that_cannot_be(sheets, name, rows, expected):
    batch = send(sheets(households=HOUSEHOLDS, persons=people(), **{name: rows}))
    assert [one for one in codes(batch) if one[1]] == expected
    actions.accept(str(batch.pk), by="tashi")


AREAS = [
    ("A | 甲 | village | B\nB | 乙 | village | A", ["areas-circular", "areas-circular"]),
    ("A | 甲 | village | A", ["areas-circular"]),
    ("A | 甲 | village | nowhere", ["area-unknown"]),
    ("A | 甲 | village | ", ["area-unknown"]),
    ("A | 甲 | hamlet | 540228100", ["area-level"]),
    ("A | 甲 | county | 540228100", ["area-level"]),
    ("A | 甲 | village | 540228100", []),
    ("B | 乙 | township | 540228\nA | 甲 | village | B", []),
    ("540228 | 白朗县 | county | 540228100201", ["areas-circular"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), AREAS)
def test_areas_are_a_tree(sheets, rows, expected):
    batch = send(
        sheets(areas=f"code | name | level | parent\n{rows}", households=HOUSEHOLDS, persons=people())
    )
    assert [code for _, code in codes(batch)] == expected
    actions.accept(str(batch.pk), by="tashi")
    assert Household.objects.count() == 2


def test_bad_rows_come_back_with_their_reasons_and_can_be_sent_again(sheets, tmp_path):
    bad = people().replace("2016/5/1", "soon").replace("普通劳动力", "strong")
    batch = apply(sheets(households=HOUSEHOLDS, persons=bad))
    assert write_bad_rows(batch, tmp_path / "bad.xlsx") == 2
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "bad.xlsx"))
    head, second, third = book.get_sheet_by_name("人员 persons").to_python()
    assert head[:6] == ["household", "relationship", "since", "name", "identity number", "劳动力"]
    assert [second[6], third[6]] == [3, 4]
    assert "'strong' is none of the choices" in second[7]
    assert "“strong”不在可选项之中" in second[9]
    assert third[2] == "soon"
    assert third[10] == "请写成 YYYY-MM-DD。"

    rows = [[cell or None for cell in row] for row in (head, second, third)]
    rows[1][5], rows[2][2] = "普通劳动力", "2016/5/1"
    rows[1][0], rows[2][0] = "540228100201-0001", "540228100202-0001"
    again = apply(sheets("again.xlsx", persons=rows))
    assert (codes(again), again.counts["persons"]["new"]) == ([], 2)
    assert [one.code for one in problems(again)] == []
    assert Person.objects.count() == 3


def test_staged_cells_and_problems_reveal_no_identity_number(sheets):
    batch = send(sheets(households=HOUSEHOLDS, persons=people(head="cousin")))
    for row in StagedRow.objects.filter(batch=batch):
        assert masked(bytes(row.cells).decode("latin-1"))
    assert all(masked(one.message + one.remedy) for one in problems(batch))


def test_a_table_helper_keeps_empty_cells():
    assert table("a | b\n | 1") == [["a", "b"], [None, "1"]]


def test_a_member_not_yet_born_is_a_bad_row_and_stops_nobody(office, tmp_path):
    county()
    persons = """
        household | relationship | since      | name | birth date
        1         | head         | 2015-01-01 | 扎西 | 1970-01-01
        1         | child        | 2015-01-01 | 白玛 | 2016-01-01
    """
    batch = apply(workbook(tmp_path / "a.xlsx", households=HOUSEHOLDS, persons=persons))
    assert codes(batch) == [(3, "member-not-born")]
    assert [one.name for one in Person.objects.all()] == ["扎西"]
