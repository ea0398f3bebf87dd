"""Workbooks that people fill in: bilingual headers, drop-downs, and a hidden sheet that says what they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tsampa.office.areas.models import Area
from tsampa.office.intake.cells import BOTH, choice_label
from tsampa.office.intake.layout import Layout, SheetColumn
from tsampa.office.intake.places import village_label
from tsampa.office.intake.reading import HIDDEN, LISTS, MARK
from tsampa.schema import Kind

__all__ = ["Book"]

ROWS = 10_000
"""How far down the drop-downs reach; more rows can be filled in without them."""
_TEXT = ("key", "link", "ref", "identity", "area", "township")


class Book:
    """A workbook being written; ``close`` completes it. ``villages`` offers the register's villages by township."""

    def __init__(self, path: Path, layout: Layout, *, villages: bool = True) -> None:
        told = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
        self._book = xlsxwriter.Workbook(str(path), told)
        self._layout, self._villages = layout, villages
        self._formats = {
            name: self._book.add_format(said)
            for name, said in {
                "head": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "border": 1},
                "needed": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#FCE9DA", "border": 1},
                "text": {"num_format": "@"}, "day": {"num_format": "yyyy-mm-dd"}, "wrong": {"text_wrap": True, "font_color": "#9C2B00"},
            }.items()
        }  # fmt: skip
        self._lists: list[tuple[str, list[str]]] = []
        self._ranges: dict[tuple[str, ...], str] = {}

    def sheet(self, title: str, headers: Sequence[str], columns: Sequence[SheetColumn | None]) -> Any:
        """A sheet with these headers; a column that is known gets its format and drop-down."""
        sheet = self._book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        for at, (header, column) in enumerate(zip(headers, columns, strict=True)):
            sheet.write_string(
                0, at, header, self._formats["needed" if column and column.column.required else "head"]
            )
            sheet.set_column(at, at, 18, self._format(column))
            if column is not None:
                self._offer(sheet, at, column, columns)
        return sheet

    def explain(self, sheet: Any, at: int, headers: Sequence[str]) -> None:
        """Columns for reasons, from column ``at`` on."""
        for place, header in enumerate(headers, at):
            sheet.write_string(0, place, header, self._formats["head"])
        sheet.set_column(at, at + len(headers) - 1, 48, self._formats["wrong"])

    def close(self) -> None:
        """Writes the hidden sheets and the file."""
        hidden = self._book.add_worksheet(HIDDEN)
        hidden.write_row(0, 0, [MARK, self._layout.version])
        lists = self._book.add_worksheet(LISTS)
        for at, (_, words) in enumerate(self._lists):
            lists.write_column(0, at, words)
        for one in (hidden, lists):
            one.very_hidden()
        self._book.close()

    def _format(self, column: SheetColumn | None) -> Any:
        if column is None:
            return None
        if column.does in _TEXT:
            return self._formats["text"]
        return self._formats["day"] if column.column.type.kind is Kind.DATE else None

    def _offer(self, sheet: Any, at: int, column: SheetColumn, columns: Sequence[SheetColumn | None]) -> None:
        township = next((place for place, one in enumerate(columns) if one and one.does == "township"), None)
        if column.does == "area" and township is not None and self._villages:
            self._list(sheet, at, self._villages_of(f"${xl_col_to_name(township)}2"))
        elif column.does == "township" and self._villages:
            self._list(sheet, at, self._range([one for one, _ in self._places()], once=True))
        elif column.column.type.kind is Kind.BOOL:
            self._list(sheet, at, self._range(list(BOTH)))
        elif column.column.type.choices:
            labels = column.column.choice_labels
            self._list(
                sheet, at, self._range([choice_label(labels[one]) for one in column.column.type.choices])
            )

    def _list(self, sheet: Any, at: int, source: str) -> None:
        # A warning, not a stop: a village worker may have to write what no list has; intake will say what it thinks of it.
        told = {"validate": "list", "source": f"={source}", "error_type": "warning"}
        sheet.data_validation(1, at, ROWS, at, told)

    def _places(self) -> list[tuple[str, str]]:
        """Township and village labels, in the order of their codes."""
        levels = self._layout.schema.levels
        rows = (
            Area.objects.filter(level=levels[-1], until=None)
            .order_by("parent_id", "code")
            .select_related("parent")
        )
        return [
            (village_label(one.parent.name, one.parent.code) if one.parent else "", village_label(one.name, one.code)) for one in rows
        ]  # fmt: skip

    def _villages_of(self, cell: str) -> str:
        """The villages of the township in a cell: a stretch of the list, found anew for each row."""
        places = self._places()
        above, below = self._range([one for one, _ in places]), self._range([one for _, one in places])
        start = below.split(":")[0]
        return f"OFFSET({start},MATCH({cell},{above},0)-1,0,COUNTIF({above},{cell}),1)"

    def _range(self, words: list[str], *, once: bool = False) -> str:
        chosen = list(dict.fromkeys(words)) if once else words
        key = tuple(chosen)
        if key not in self._ranges:
            letter = xl_col_to_name(len(self._lists))
            self._lists.append((letter, chosen))
            self._ranges[key] = f"{LISTS}!${letter}$1:${letter}${max(len(chosen), 1)}"
        return self._ranges[key]
