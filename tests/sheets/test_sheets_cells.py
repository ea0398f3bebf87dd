"""Numbers, dates and expressions: exact, or not at all."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from sheets.builders import HEAD, column, only
from tsampa.sheets.cells import Trouble, clean, read_date, read_number, show
from tsampa.sheets.expressions import ExpressionError, parse_expression

MONEY = (
    HEAD
    + """
tables:
  households: {fields: {code: household}}
  persons: {fields: {}}
  incomes: {fields: {source: {constant: wage}, accounting_year: {constant: "2019"}, amount: AMOUNT}}
"""
)


@pytest.mark.parametrize(
    ("cell", "decimal", "number"),
    [
        ("0.1", ".", "0.1"), ("1,234,567.89", ".", "1234567.89"), ("１２３", ".", "123"), (".5", ".", "0.5"),
        ("1 234", ".", "1234"), ("1.234,5", ",", "1234.5"), ("−7", ".", "-7"), ("1e3", ".", "1E+3"),
        ("1,5", ".", None), ("12元", ".", None), ("", ".", None), ("nan", ".", None), ("9" * 60, ".", None),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly_or_not_at_all(cell, decimal, number):
    assert read_number(cell, decimal) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("cell", "formats", "day"),
    [
        ("2019-02-03", (), date(2019, 2, 3)),
        ("2019-2-3", (), date(2019, 2, 3)),
        ("2019-02-03 00:00:00", (), date(2019, 2, 3)),
        ("2019年2月3日", ("%Y年%m月%d日",), date(2019, 2, 3)),
        (date(2019, 2, 3), (), date(2019, 2, 3)),
        (Decimal(20190203), ("%Y%m%d",), date(2019, 2, 3)),
    ],
)
def test_dates(cell, formats, day):
    assert read_date(cell, formats) == day


@pytest.mark.parametrize(
    ("cell", "formats", "code"),
    [
        ("03/04/2019", ("%d/%m/%Y", "%m/%d/%Y"), "date-ambiguous"),
        ("03/04/2019", (), "date-unreadable"),
        ("2019-13-01", (), "date-unreadable"),
        (Decimal(43831), (), "date-as-number"),
    ],
)
def test_dates_that_are_none(cell, formats, code):
    found = read_date(cell, formats)
    assert isinstance(found, Trouble)
    assert found.code == code


def test_cleaning_keeps_the_punctuation_of_names():
    assert clean("　上泉村（一组）\u200b ") == "上泉村（一组）"
    assert show("x" * 100).endswith("…")


@pytest.mark.parametrize(
    ("amount", "stored"), [("0.1", 10), ('"1,234.50"', 123450), ("3218", 321800), ("", None)]
)
def test_money_is_whole_cents(imports, amount, stored):
    found = imports(f"household,wage\nH1,{amount}\n", MONEY.replace("AMOUNT", "wage"))
    assert column(found, "incomes", "amount") == [stored]
    assert found.problems == []


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0.001", "too-many-decimals"),
        ("-1", "value-out-of-range"),
        ("lots", "text-in-number"),
        ("1e99", "value-out-of-range"),
    ],
)
def test_money_that_cannot_be(imports, amount, code):
    found = imports(f"household,wage\nH1,{amount}\n", MONEY.replace("AMOUNT", "wage"))
    assert only(found, code).effect == "value_unknown"
    assert column(found, "incomes", "amount") == [None]


def test_scale_and_decimal_comma(imports):
    field = '{column: wage, scale: "10000", decimal: ","}'
    found = imports('household,wage\nH1,"1,25"\n', MONEY.replace("AMOUNT", field))
    assert column(found, "incomes", "amount") == [1_250_000]


def test_workbook_cells_are_exact(imports):
    rows = [["household", "wage"], ["H1", 0.1], [2, 1234], ["H3", 0.125], ["H4", True], ["H5", "1,000"]]
    found = imports(rows, MONEY.replace("AMOUNT", "wage"))
    assert column(found, "incomes", "amount") == [10, 123400, None, None, 100000]
    assert column(found, "households", "code") == ["H1", "2", "H3", "H4", "H5"]
    assert only(found, "too-many-decimals").row == 4
    assert only(found, "text-in-number").row == 5


def test_values_missing_and_unmapped(imports):
    field = '{column: wage, values: {low: "100", high: "900"}, missing: [refused]}'
    found = imports("household,wage\nH1,Low\nH2,refused\nH3,middle\n", MONEY.replace("AMOUNT", field))
    assert column(found, "incomes", "amount") == [10000, None, None]
    assert only(found, "value-not-mapped").row == 4


@pytest.mark.parametrize(
    ("text", "cells", "value"),
    [
        ("number(a) + number(b)", {"a": "0.1", "b": "0.2"}, Decimal("0.3")),
        ("number(a) * 0.1", {"a": "3"}, Decimal("0.3")),
        ("number(a) + 1", {"a": None}, None),
        ("number(a) / 0", {"a": "1"}, None),
        ("rounded(number(a) / 3, 2)", {"a": "2"}, Decimal("0.67")),
        ("'old' if number(a) > 60 else 'young'", {"a": None}, None),
        ("'old' if number(a) > 60 else 'young'", {"a": "61"}, "old"),
        ("known(a) and a == '1'", {"a": None}, "false"),
        ("not (a == '1')", {"a": None}, None),
        ("first_known(a, b, 'c')", {"a": None, "b": "B"}, "B"),
        ("one_of(a, 'x', 'y')", {"a": "y"}, "true"),
        (
            "concat(left(a, 6), '-', right(b, 2), pad(c, 3))",
            {"a": "99990101", "b": "xyz", "c": "7"},
            "999901-yz007",
        ),
        ("middle(a, 7, 4)", {"a": "110105194912310021"}, "1949"),
        ("year(a, '%d.%m.%Y')", {"a": "31.12.1980"}, Decimal(1980)),
        ("chosen(in_=a, out=b)", {"a": "0", "b": "1"}, "out"),
        ("chosen(x=a)", {"a": None}, None),
        ("upper(lower(strip(replace(a, 'b', ''))))", {"a": "ab "}, "A"),
        ("starts(a, 'x') or contains(a, 'y')", {"a": "zy"}, "true"),
        ("-number(a) <= 0 and number(a) != 4 and number(a) >= 1 and number(a) < 9", {"a": "5"}, "true"),
        ("text(number(a) - 1)", {"a": "5"}, "4"),
        ("a", {"a": datetime(2019, 1, 2).date()}, "2019-01-02"),
    ],
)
def test_expressions(text, cells, value):
    expression = parse_expression(text)
    assert expression.value(tuple(cells[name] for name in expression.names)) == (value, None)


@pytest.mark.parametrize(
    ("text", "cells", "code"),
    [
        ("number(a)", {"a": "x"}, "text-in-number"),
        ("a > 3", {"a": "4"}, "expression-failed"),
        ("a == 1", {"a": "1"}, "expression-failed"),
        ("a + 1", {"a": "1"}, "expression-failed"),
        ("date(a)", {"a": "soon"}, "date-unreadable"),
        ("chosen(x=a, y=b)", {"a": "1", "b": "1"}, "several-chosen"),
        ("chosen(x=a, y=b)", {"a": "0", "b": "0"}, "none-chosen"),
        ("left(a, 'x')", {"a": "1"}, "expression-failed"),
        ("rounded(number(a), 99999)", {"a": "1"}, "expression-failed"),
    ],
)
def test_expressions_that_give_no_value(text, cells, code):
    expression = parse_expression(text)
    value, trouble = expression.value(tuple(cells[name] for name in expression.names))
    assert value is None
    assert trouble is not None
    assert trouble.code == code


@pytest.mark.parametrize(
    "text",
    [
        "a.b", "a[0]", "().__class__", "open('x')", "2 ** 99", "f'{a}'", "lambda: 1", "[x for x in a]", "a; b", "a = 1",
        "cell(a)", "", "1 +", "__import__('os')", "a if", "x" * 3000, "(a)(b)", "'a' in b",
    ],
)  # fmt: skip
def test_nothing_else_is_an_expression(text):
    with pytest.raises(ExpressionError):
        parse_expression(text)


def test_a_name_that_is_no_variable_is_read_by_cell(imports):
    mapping = MONEY.replace(
        "AMOUNT", "{expression: 'number(cell(\"Monthly wage (CNY)\")) * 12 + number(工资)'}"
    )
    found = imports("household,Monthly wage (CNY),工资\nH1,100.5,1\n", mapping)
    assert column(found, "incomes", "amount") == [120700]


def test_a_condition_that_is_unknown_makes_no_record_and_says_so(imports):
    mapping = MONEY.replace("incomes: {", "incomes: {when: number(wage) > 0, ").replace("AMOUNT", "wage")
    found = imports("household,wage\nH1,5\nH2,\nH3,0\n", mapping)
    assert column(found, "incomes", "household") == ["H1"]
    assert only(found, "condition-unknown").effect == "noted"


def test_texts_that_mean_unknown_are_unknown_to_conditions_too(imports):
    mapping = MONEY.replace("row: person", "row: person\nmissing: [n/a]")
    mapping = mapping.replace("incomes: {", "incomes: {when: known(wage), ").replace("AMOUNT", "wage")
    found = imports("household,wage\nH1,5\nH2,n/a\nH3,#N/A\n", mapping)
    assert column(found, "incomes", "household") == ["H1"]
    assert found.problems == []
