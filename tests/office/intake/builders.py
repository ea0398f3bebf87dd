"""A small county, the people who work there, and workbooks written as readable tables."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from stdnum.cn import ric

from tsampa.office.accounts.actions import grant
from tsampa.office.accounts.models import User
from tsampa.office.accounts.roles import Role
from tsampa.office.areas.models import Area
from tsampa.office.history import change
from tsampa.office.intake import actions
from tsampa.office.intake.models import Batch
from tsampa.office.intake.queries import problems

ON, SINCE = date(2020, 6, 30), date(2015, 1, 1)
AREAS = [
    ("54", "西藏自治区", "province", None), ("5402", "日喀则市", "prefecture", "54"), ("540228", "白朗县", "county", "5402"),
    ("540228100", "洛江镇", "township", "540228"), ("540228100201", "洛江村", "village", "540228100"),
    ("540228100202", "下村", "village", "540228100"),
]  # fmt: skip
UPPER = "540228100201"


def county() -> None:
    """Areas, and three users of the whole register: pema prepares, tashi and dawa accept too."""
    with change(by="setup", reason="test"):
        for code, name, level, parent in AREAS:
            Area.objects.create(code=code, name=name, level=level, parent_id=parent)
    for name in ("pema", "tashi", "dawa"):
        made = User.objects.create_user(name)
        grant(user=made, role=Role.COUNTY_OFFICER, area=None, since=SINCE, by="setup")
        if name != "pema":
            grant(user=made, role=Role.APPROVER, area=None, since=SINCE, by="setup")


def number(born: str, order: int, place: str = "110105") -> str:
    """A right identity number: odd orders are male."""
    front = f"{place}{born.replace('-', '')}{order:03}"
    return front + ric.calc_check_digit(f"{front}0")


def table(text: str) -> list[list[Any]]:
    """Rows written between bars; an empty cell is nothing."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() or None for cell in line.split("|")] for line in lines]


def workbook(path: Path, **sheets: str | list[list[Any]]) -> Path:
    """A workbook with these tables, ``_`` in a sheet's name standing as it is."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(table(rows) if isinstance(rows, str) else rows):
            sheet.write_row(at, 0, row)
    book.close()
    return path


HOUSEHOLDS = """
    ref | area         | address
    1   | 540228100201 | 一组
    2   | 下村         |
"""


def people(**changed: str) -> str:
    """Three people of two households; ``changed`` replaces words."""
    text = f"""
        household | relationship | since      | name     | identity number           | 劳动力
        1         | head         | 2015-01-01 | 扎西     | {number("1970-01-01", 1)} | ordinary
        1         | 配偶         | 2015-01-01 | 卓玛     | {number("1972-03-04", 2)} | 普通劳动力
        2         | 户主         | 2016/5/1   | 次仁     | {number("1980-05-06", 3)} | weak
    """
    for word, other in changed.items():
        text = text.replace(word, other)
    return text


def send(path: Path, *, by: str = "pema", **told: Any) -> Batch:
    return actions.load(path, by=by, on=ON, **told)


def apply(path: Path, **told: Any) -> Batch:
    return actions.accept(str(send(path, **told).pk), by="tashi")


def codes(batch: Batch) -> list[tuple[int, str]]:
    """The problems that reject, as row and code."""
    return [(one.row, one.code) for one in problems(batch) if one.effect == "row_rejected"]


def masked(text: str) -> bool:
    """No whole identity number in it."""
    return not re.search(r"\d{17}[\dXx]", text)
