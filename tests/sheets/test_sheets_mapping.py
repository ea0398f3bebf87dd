"""Mistakes in the mapping and sheets that cannot be read: one clear error each, with file and line."""

from __future__ import annotations

import pytest

from sheets.builders import HEAD, PEOPLE, column, only, rows, write_workbook
from tsampa.errors import TsampaError
from tsampa.sheets import import_sheet, read_mapping

CSV = "household,person,sex,born,relation\nH1,P1,female,,head\n"


def fails(imports, sheet, mapping=PEOPLE, **options):
    with pytest.raises(TsampaError) as caught:
        imports(sheet, mapping, **options)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "code", "says", "line"),
    [
        ("sex: sex", "sex: sexx", "mapping-column-missing", "Did you mean 'sex'?", 13),
        ("sex: sex", "sez: sex", "mapping-field-unknown", "Did you mean 'sex'?", 13),
        ("sex: sex", "sex: {column: sex, constant: male}", "mapping-field", "exactly one", 13),
        ("sex: sex", "sex: {constant: mael}", "mapping-constant", "male", 13),
        ("sex: sex", "sex: {expression: sex.upper()}", "mapping-expression", "", 13),
        ("sex: sex", "sex: {expression: lower(sexy)}", "mapping-column-missing", "Did you mean 'sex'?", 13),
        ("sex: sex", 'sex: {column: sex, scale: "0"}', "mapping-field", "multiply", 13),
        ("persons:", "person:", "mapping-table-unknown", "persons", 13),
        ("row: person", "row: person\nmembers: 3", "mapping-members", "household", 5),
        ("household}", '"{n}"}', "mapping-members", "members", 12),
        ("as_of:", "asof:", "yaml-shape", "", None),
        ("2019-12-31", "someday", "yaml-shape", "", 3),
        ("    county: {code: {constant: \"999901\"}, name: {constant: County}}\n", "", "mapping-areas", "county", 6),
        ("row: person", 'row: person\ndelimiter: ";;"', "mapping-sheet", "", None),
        ("code: household", "area: household", "mapping-field-missing", "code", None),
    ],
)  # fmt: skip
def test_mistakes_in_the_mapping(imports, old, new, code, says, line):
    assert old in PEOPLE
    error = fails(imports, CSV, PEOPLE.replace(old, new, 1))
    assert error.code == code
    assert says in error.message + error.remedy
    assert "mapping.yaml:" in error.where
    if line is not None:
        assert error.where.endswith(f":{line}")


def test_a_mapping_needs_areas_one_way(imports):
    assert (
        fails(imports, CSV, "programme: middle_village\nas_of: 2019-12-31\nrow: person\ntables: {}\n").code
        == "mapping-areas"
    )
    assert fails(imports, CSV, PEOPLE.replace("areas:\n", "areas:\n  file: x.csv\n")).code == "mapping-areas"


def test_programme_unknown(imports):
    assert fails(imports, CSV, PEOPLE.replace("middle_village", "nowhere")).code == "programme-unknown"


def test_read_mapping_knows_its_file(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(PEOPLE)
    mapping = read_mapping(path)
    assert mapping.path == path
    assert [record.per for record in mapping.records("persons")] == [None]


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("household,person,sex,born,relation\n", "sheet-empty"),
        ("", "sheet-empty"),
        ("\n\n", "sheet-empty"),
        ([["household", "person", "sex", "born", "relation"]], "sheet-empty"),
        ([], "sheet-empty"),
        (CSV.replace("born", "sex"), "sheet-header-duplicate"),
        (CSV.replace("born", "date"), "mapping-column-missing"),
        ("household,person,sex,sex,born,relation\nH1,P1,male,male,,head\n", "sheet-header-duplicate"),
        (CSV + 'H2,P2,"female,,head\nH3,P3,male,,head\n', "sheet-quote-open"),
        (CSV.encode("utf-16"), "sheet-encoding"),
    ],
)
def test_sheets_that_cannot_be_used(imports, sheet, code):
    assert fails(imports, sheet).code == code


def test_mixed_encodings_name_the_byte_and_the_line(imports):
    error = fails(
        imports,
        "﻿".encode() + CSV.encode() + "H2,P2,女,,head\n".encode() + "H3,P3,男,,head\n".encode("gb18030"),
    )
    assert error.code == "sheet-encoding"
    assert error.where.endswith("sheet.csv:4")
    assert "0xc4" in error.message


def test_other_encodings_and_delimiters(imports):
    mapping = PEOPLE.replace("row: person", 'row: person\nencoding: gb18030\ndelimiter: ";"')
    found = imports(CSV.replace("female", "女").replace(",", ";").encode("gb18030"), mapping)
    assert column(found, "persons", "sex") == ["female"]
    assert (
        fails(imports, CSV, PEOPLE.replace("row: person", "row: person\nencoding: klingon")).code
        == "sheet-encoding"
    )


def test_missing_files_and_sheets(imports, tmp_path):
    (tmp_path / "m.yaml").write_text(PEOPLE.replace("row: person", "row: person\nsheet: Peeple"))
    (tmp_path / "not.xlsx").write_text("text")
    write_workbook(tmp_path / "w.xlsx", {"People": [["a"]]})
    for name, code in (
        ("none.csv", "file-missing"),
        ("not.xlsx", "sheet-format"),
        ("w.xlsx", "sheet-missing"),
    ):
        with pytest.raises(TsampaError) as caught:
            import_sheet(tmp_path / name, tmp_path / "m.yaml")
        assert caught.value.code == code


def test_a_cell_over_two_lines_and_an_unused_duplicate_header_are_fine(imports):
    found = imports(
        'household,person,sex,born,relation,note,note\nH1,P1,female,,head,"two\nlines",\nH1,P2,x,,child,,\n'
    )
    assert only(found, "choice-unknown").row == 3
    assert found.totals.rows_kept == 2


def test_headers_may_stand_lower_and_break_over_lines(imports):
    mapping = PEOPLE.replace("row: person", "row: person\nheader_row: 3").replace(
        "sex: sex", "sex: sex of person"
    )
    found = imports(
        [
            ["A title"],
            [],
            ["household", "person", "sex of\nperson", "born", "relation"],
            ["H1", "P1", "x", "", "head"],
        ],
        mapping,
    )
    assert only(found, "choice-unknown").row == 4


def test_cells_merged_downwards_hold_for_every_row(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "w.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["household", "person", "sex", "born", "relation"])
    sheet.merge_range(1, 0, 2, 0, "H1")
    sheet.write_row(1, 1, ["P1", "", "", "head", "a stray note"])
    sheet.write_row(2, 1, ["P2", "", "", "child"])
    book.close()
    (tmp_path / "m.yaml").write_text(PEOPLE)
    found = import_sheet(tmp_path / "w.xlsx", tmp_path / "m.yaml")
    assert column(found, "memberships", "household") == ["H1", "H1"]
    assert only(found, "cells-merged").effect == "noted"
    assert only(found, "cell-without-header").row == 2


def test_a_formula_error_in_a_workbook_is_unknown(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "w.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["household", "person", "sex", "born", "relation"])
    sheet.write_row(1, 0, ["H1", "P1"])
    sheet.write_formula(1, 2, "=NA()", None, "#N/A")
    sheet.write_row(1, 3, ["", "head"])
    book.close()
    (tmp_path / "m.yaml").write_text(PEOPLE)
    assert column(import_sheet(tmp_path / "w.xlsx", tmp_path / "m.yaml"), "persons", "sex") == [None]


HOUSEHOLDS = (
    HEAD.replace("row: person", "row: household\nmembers: 3")
    + """
tables:
  households: {fields: {code: household}}
  persons: {fields: {sex: "member{n}_sex", birth_date: "member{n}_born"}}
  incomes:
    - when: known(cell("member{n}_wage"))
      fields: {source: {constant: wage}, accounting_year: {constant: "2019"}, amount: "member{n}_wage"}
    - when: known(rent)
      fields: {source: {constant: property}, accounting_year: {constant: "2019"}, amount: rent}
"""
)


def test_a_row_that_is_a_household_has_members_in_repeated_columns(imports):
    groups = ",".join(f"member{n}_{what}" for n in (1, 2, 3) for what in ("sex", "born", "wage"))
    found = imports(
        f"household,rent,{groups}\nH1,10,female,1980-01-01,100,,,,male,,\nH2,,,,,,,,,,\nH1,1,male,,,,,,,,\n",
        HOUSEHOLDS,
    )
    assert column(found, "persons", "code") == ["H1-person-1", "H1-person-2"]
    assert column(found, "memberships", "person") == ["H1-person-1", "H1-person-2"]
    assert [(row["code"], row["person"], row["amount"]) for row in rows(found, "incomes")] == [
        ("H1-income-1", "H1-person-1", 10000),
        ("H1-income-2", None, 1000),
    ]
    assert only(found, "household-duplicate").row == 4
    assert only(found, "household-no-members").row == 3
    assert found.totals.rows_rejected == 1


def test_one_number_twice_in_one_household_row_is_found(imports):
    mapping = HOUSEHOLDS.split("  incomes:")[0].replace("sex: ", 'identity: "member{n}_id", sex: ')
    groups = ",".join(f"member{n}_{what}" for n in (1, 2, 3) for what in ("sex", "born", "id"))
    found = imports(f"household,{groups}\nH1,,,11010519491231002X,,,11010519491231002X,,,\n", mapping)
    assert only(found, "person-duplicate").effect == "row_rejected"


def test_further_sheets_of_the_same_workbook(tmp_path):
    also = """
also:
  - sheet: Pools
    row: area
    tables: {pools: {fields: {area: village, name: pool, year: year, amount: amount}}}
  - sheet: Visits
    row: household
    tables: {checks: {fields: {household: hh, guarantee: {constant: housing}, grade: grade, date: day}}}
"""
    from datetime import date

    write_workbook(
        tmp_path / "w.xlsx",
        {
            "People": [line.split(",") for line in CSV.splitlines()],
            "Pools": [
                ["village", "pool", "year", "amount"],
                ["999901101001", "dividend", 2019, 0.07],
                ["1", "x", 2019, 1],
            ],
            "Visits": [["hh", "grade", "day"], ["H1", "A", date(2019, 5, 1)], ["H7", "A", date(2019, 5, 1)]],
        },
    )
    (tmp_path / "m.yaml").write_text(PEOPLE + also)
    found = import_sheet(tmp_path / "w.xlsx", tmp_path / "m.yaml")
    assert column(found, "pools", "amount") == [7]
    assert rows(found, "checks")[0]["code"] == "H1-check-1"
    assert only(found, "area-unknown").sheet == "w.xlsx [Pools]"
    assert only(found, "household-unknown").effect == "row_rejected"
    assert (found.totals.rows_read, found.totals.rows_rejected) == (5, 2)


def test_an_earner_may_stand_in_a_later_row(imports):
    mapping = PEOPLE + (
        '  incomes: {when: known(amount), fields: {person: earner, source: {constant: wage}, accounting_year: {constant: "2019"},'
        " amount: amount}}\n"
    )
    found = imports(
        "household,person,sex,born,relation,earner,amount\nH1,P1,,,head,P2,5\nH1,P2,,,child,P7,6\n", mapping
    )
    assert column(found, "incomes", "person") == ["P2", None]
    assert only(found, "person-unknown").effect == "value_unknown"


def test_the_same_area_under_two_names_is_noted(imports):
    mapping = PEOPLE.replace("name: {constant: Village}", "name: village")
    found = imports(
        "household,person,sex,born,relation,village\nH1,P1,,,head,Upper\nH2,P2,,,head,Lower\n", mapping
    )
    assert only(found, "conflicting-values").effect == "noted"
    assert column(found, "areas", "name")[-1] == "Upper"
