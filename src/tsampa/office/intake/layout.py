"""Which sheets a workbook has and which columns they have, read from the register's own definitions.

A person's sheet holds the membership too, and a row may be named within the workbook (``ref``) before it has a code. The
version is a hash of all of it: a template made from other definitions is known by it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

from tsampa.documents import canonical_json
from tsampa.schema import Column, Label, Schema, Table
from tsampa.schema.types import TEXT
from tsampa.sheets.mapping import normal_header

__all__ = ["Layout", "Sheet", "SheetColumn", "read_layout"]

_TEXTS = {
    "ref": Label("number in this workbook", "表内序号"),
    "address": Label("address", "住址"),
    "name": Label("name", "姓名"),
    "other_name": Label("name in another script", "其他文字姓名"),
    "identity": Label("identity number", "身份证号码"),
}
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_ALSO = {
    "identity": ("身份证号", "公民身份号码", "居民身份证号", "证件号码", "id number"),
    "relationship": ("与户主的关系", "户主关系"),
    "household": ("户号", "户编号", "所属户", "household code"),
    "sex": ("gender",),
    "birth_date": ("birth date", "出生年月日"),
    "area": ("village", "村", "行政村"),
    "township": ("乡镇",),
}
"""Headers of sheets that other programs write."""


@dataclass(frozen=True)
class SheetColumn:
    """One column: ``column`` is where its values go in ``table``; ``does`` says how a cell is read.

    ``value``; ``key``, the row's code; ``link``, a code or a number in this workbook; ``area``; ``ref``; ``identity``;
    ``township``, which only narrows the villages to choose from.
    """

    name: str
    table: str
    column: Column
    does: str = "value"

    @property
    def label(self) -> Label:
        """The header's words."""
        return self.column.label

    @property
    def header(self) -> str:
        """The header as the template writes it: English above Chinese."""
        return f"{self.label.en}\n{self.label.zh}"

    @cached_property
    def headers(self) -> set[str]:
        """All headers it is known by, made comparable."""
        said = (self.name, self.label.en, self.label.zh, self.header, *_ALSO.get(self.name, ()))
        return {comparable(one) for one in said}


@dataclass(frozen=True)
class Sheet:
    """The sheet of a table; ``own`` columns go to it, those of the persons' memberships to ``memberships``."""

    table: Table
    columns: tuple[SheetColumn, ...]

    @property
    def title(self) -> str:
        """The sheet's name in the template; 31 characters are the most a workbook takes."""
        return f"{self.table.label.zh} {self.table.name}"[:31]

    @cached_property
    def titles(self) -> set[str]:
        """All names the sheet is known by, made comparable."""
        label = self.table.label
        return {comparable(one) for one in (self.title, self.table.name, label.en, label.zh)}

    @cached_property
    def by_header(self) -> dict[str, SheetColumn]:
        """The columns by every header they are known by; the first one keeps a header that two share."""
        found: dict[str, SheetColumn] = {}
        for column in self.columns:
            for one in column.headers:
                found.setdefault(one, column)
        return found

    @cached_property
    def by_name(self) -> dict[str, SheetColumn]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Layout:
    """All sheets, those that others refer to first."""

    schema: Schema = field(repr=False)
    sheets: tuple[Sheet, ...]

    @cached_property
    def version(self) -> str:
        """The definitions' hash, 16 characters of it."""
        said = [
            [sheet.table.name]
            + [
                [one.name, one.does, one.label.en, one.label.zh, str(one.column.type), one.column.required]
                + [[word, label.en, label.zh] for word, label in one.column.choice_labels.items()]
                for one in sheet.columns
            ]
            for sheet in self.sheets
        ]
        return hashlib.sha256(canonical_json(said)).hexdigest()[:16]

    def sheet(self, table: str) -> Sheet | None:
        """The sheet of this table."""
        return next((one for one in self.sheets if one.table.name == table), None)


def comparable(text: str) -> str:
    """A header or title as it is compared: 姓　名 is 姓名."""
    return _SPACED.sub("", normal_header(text)).casefold()


def read_layout(schema: Schema) -> Layout:
    """The layout of this register. Memberships have no sheet of their own: they stand with the persons."""
    ordered = _ordered([table for table in schema.tables if table.name != "memberships"])
    return Layout(schema, tuple(Sheet(table, _columns(schema, table)) for table in ordered))


def _ordered(tables: list[Table]) -> list[Table]:
    """Those that others lead to first; a person's sheet leads to households by its memberships."""
    needs = {one.name: {link.table for link in one.links} - {one.name, "memberships"} for one in tables}
    needs["persons"] |= {"households"}
    done: dict[str, Table] = {}
    while len(done) < len(tables):
        left = [one for one in tables if one.name not in done]
        ready = next((one for one in left if needs[one.name] <= done.keys()), left[0])
        done[ready.name] = ready
    return list(done.values())


def _columns(schema: Schema, table: Table) -> tuple[SheetColumn, ...]:
    if table.name == "persons":
        return _person_columns(schema, table)
    found = [_text("ref", table.name, "ref")] if table.name == "households" else []
    found += [SheetColumn(one.name, table.name, one, _does(table, one)) for one in table.columns]
    if table.name == "households":
        at = next(place for place, one in enumerate(found) if one.does == "area")
        level = schema.levels[-2] if len(schema.levels) > 1 else schema.home_level
        above = Column("township", TEXT, schema.level_labels[level])
        found.insert(at, SheetColumn("township", "", above, "township"))
        found.append(_text("address", table.name))
    return tuple(found)


def _person_columns(schema: Schema, table: Table) -> tuple[SheetColumn, ...]:
    members = schema.by_name["memberships"]
    joined = [
        SheetColumn(one.name, "memberships", one, "link" if one.name == "household" else "value")
        for one in members.columns
        if one.name not in ("code", "person")
    ]
    own = [SheetColumn(one.name, "persons", one, _does(table, one)) for one in table.columns]
    names = [
        _text("name", "persons"),
        _text("other_name", "persons"),
        _text("identity", "persons", "identity"),
    ]
    taken = {"ref", *(one.name for one in (*joined, *names))}
    return (
        _text("ref", "persons", "ref"),
        own[0],
        *joined,
        *names,
        *(one for one in own[1:] if one.name not in taken),
    )


def _does(table: Table, column: Column) -> str:
    if column.name == table.key:
        return "key"
    links = {link.column: link.table for link in table.links}
    if column.name in links:
        return "area" if links[column.name] == "areas" else "link"
    return "value"


def _text(name: str, table: str, does: str = "value") -> SheetColumn:
    return SheetColumn(name, table, Column(name, TEXT, _TEXTS[name], required=name == "name"), does)
