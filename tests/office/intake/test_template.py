"""The template is made from the register's own definitions, and what is filled into it is read back."""

from __future__ import annotations

import zipfile

import pytest
import python_calamine

from office.intake.builders import HOUSEHOLDS, county, people, send, workbook
from tsampa.errors import TsampaError
from tsampa.office.intake.layout import read_layout
from tsampa.office.intake.reading import HIDDEN, LISTS, MARK
from tsampa.office.intake.template import write_template
from tsampa.office.register.columns import schema


@pytest.fixture
def template(office_sqlite, tmp_path):
    county()
    write_template(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def header(path, title):
    return python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(title).to_python()[0]


def xml(path, word):
    with zipfile.ZipFile(path) as zipped:
        return [zipped.read(one).decode() for one in zipped.namelist() if word in one]


def test_every_table_but_areas_and_memberships_has_its_sheet(template):
    names = python_calamine.CalamineWorkbook.from_path(str(template)).sheet_names
    assert names[:2] == ["户 households", "人员 persons"]
    tables = {one.name for one in schema().tables} - {"areas", "memberships"}
    assert {one.split()[-1] for one in names} - {HIDDEN, LISTS} == tables


def test_headers_stand_in_both_languages_and_a_persons_sheet_has_the_membership(template):
    found = header(template, "人员 persons")
    assert found[:6] == [
        "number in this workbook\n表内序号", "person code\n人员编号", "household\n户", "relationship to head\n与户主关系",
        "member since\n加入日期", "member until\n离开日期",
    ]  # fmt: skip
    assert "in school\n在校" in found


def test_every_header_is_read_back_as_its_own_column():
    for sheet in read_layout(schema()).sheets:
        for column in sheet.columns:
            for text in column.headers:
                assert sheet.by_header[text].name == column.name, (sheet.table.name, text)


def test_drop_downs_offer_choices_in_both_languages_and_villages_by_township(template):
    lists = python_calamine.CalamineWorkbook.from_path(str(template)).get_sheet_by_name(LISTS).to_python()
    words = {cell for row in lists for cell in row}
    assert {"户主 head", "是 yes", "洛江镇 540228100", "下村 540228100202"} <= words
    households = xml(template, "worksheets/sheet1.xml")[0]
    assert "OFFSET(_lists!" in households
    assert "COUNTIF(_lists!" in households


def test_the_hidden_sheets_are_hidden_and_say_the_version(template):
    book = xml(template, "xl/workbook.xml")[0]
    assert book.count('state="veryHidden"') == 2
    assert header(template, HIDDEN) == [MARK, read_layout(schema()).version]


def test_a_filled_in_template_is_taken_with_the_words_of_its_drop_downs(template, tmp_path):
    version = read_layout(schema()).version
    filled = workbook(
        tmp_path / "filled.xlsx",
        **{
            "户 households": HOUSEHOLDS.replace("下村  ", "下村 540228100202"),
            "人员 persons": people(head="户主 head", ordinary="普通劳动力 ordinary"),
            HIDDEN: [[MARK, version]],
            LISTS: [["x"]],
        },
    )
    assert send(filled).rows["bad"] == 0


@pytest.mark.parametrize("version", ["0123456789abcdef", ""])
def test_a_template_of_an_older_version_is_refused(template, tmp_path, version):
    old = workbook(tmp_path / "old.xlsx", households=HOUSEHOLDS, **{HIDDEN: [[MARK, version]]})
    with pytest.raises(TsampaError) as error:
        send(old)
    assert error.value.code == "intake-template-old"
    assert read_layout(schema()).version in error.value.message


def test_one_table_as_csv(template, tmp_path):
    write_template(tmp_path / "incomes.csv", table="incomes")
    head = (tmp_path / "incomes.csv").read_text(encoding="utf-8-sig")
    assert head.startswith("income code 收入编号,household 户,earner 收入人,")


@pytest.mark.parametrize(
    ("name", "table", "code"),
    [
        ("t.csv", "", "intake-table"),
        ("t.xlsx", "nothing", "intake-table"),
        ("t.ods", "", "intake-template-kind"),
    ],
)
def test_a_template_of_nothing_is_refused(template, tmp_path, name, table, code):
    with pytest.raises(TsampaError) as error:
        write_template(tmp_path / name, table=table)
    assert error.value.code == code
