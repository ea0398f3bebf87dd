"""The mapping: a YAML file that says which cell of a sheet becomes which value of the register."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError

__all__ = ["Also", "Areas", "Field", "Level", "Mapping", "Record", "Source", "did_you_mean", "read_mapping"]

Place = Sequence[str | int]
"""Where something stands in the YAML file: keys and list positions from the top."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MEMBER = "{n}"
_AREA = ("code", "name", "level", "parent")


class Field(msgspec.Struct, forbid_unknown_fields=True):
    """Where one value comes from: exactly one of ``column``, ``expression`` and ``constant``, and how to read it."""

    column: str | None = None
    expression: str | None = None
    constant: str | None = None
    values: dict[str, str] = {}
    missing: list[str] = []
    formats: list[str] = []
    decimal: Literal[".", ","] | None = None
    scale: Decimal = Decimal(1)

    def member(self, number: int) -> Field:
        """The field as it stands for the ``number``-th member: ``{n}`` in names replaced."""
        return msgspec.structs.replace(
            self, column=_numbered(self.column, number), expression=_numbered(self.expression, number)
        )


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """A record that a row makes, if ``when`` holds. ``per: household`` is made once for all rows of a household."""

    fields: dict[str, str | Field]
    when: str | None = None
    per: Literal["person", "household", "area"] | None = None

    def field(self, name: str) -> Field | None:
        """The field of this name; a bare text is the name of a column."""
        spec = self.fields.get(name)
        return Field(column=spec) if isinstance(spec, str) else spec

    @property
    def repeats(self) -> bool:
        """Whether the record is read once for each member of a row that is a household."""
        named = (self.field(name) for name in self.fields)
        texts = [text for one in named if one for text in (one.column, one.expression)]
        return any(_MEMBER in text for text in (*texts, self.when) if text)


class Source(msgspec.Struct, forbid_unknown_fields=True):
    """A sheet: how to open it, what a row is, and the records a row makes."""

    row: Literal["person", "household", "area"]
    tables: dict[str, list[Record] | Record]
    sheet: str | None = None
    header_row: int = 1
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    missing: list[str] = []
    formats: list[str] = []
    decimal: Literal[".", ","] = "."
    members: int = 0

    def records(self, table: str) -> list[Record]:
        """The records of this table that a row makes."""
        found = self.tables.get(table, [])
        return [found] if isinstance(found, Record) else found


class Also(Source, forbid_unknown_fields=True):
    """A further sheet: another file (its path from the mapping's folder), or another sheet of the same workbook."""

    file: str | None = None


class Level(msgspec.Struct, forbid_unknown_fields=True):
    """A level of area as a row of the sheet names it."""

    code: str | Field
    name: str | Field


class Areas(msgspec.Struct, forbid_unknown_fields=True):
    """The areas: built level by level from the sheet, or read from a CSV or XLSX ``file`` of areas."""

    levels: dict[str, Level] = {}
    file: str | None = None
    fields: dict[str, str | Field] = msgspec.field(default_factory=lambda: {name: name for name in _AREA})
    sheet: str | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = ","


class MappingFile(Source, forbid_unknown_fields=True, kw_only=True):
    """The mapping as the YAML file holds it."""

    programme: str
    as_of: date
    dates: dict[str, date] = {}
    areas: Areas | None = None
    also: list[Also] = []


class Mapping(MappingFile, kw_only=True):
    """A mapping that was read and whose form is right; ``path`` is where it stands."""

    path: Path

    def where(self, place: Place) -> str:
        """File and line of a key, for messages."""
        return f"{self.path}:{_line(self.path, place)}"

    def wrong(self, code: str, message: str, place: Place, remedy: str) -> TsampaError:
        """The error for a mistake in the mapping at ``place``."""
        return TsampaError(code, message, where=self.where(place), remedy=remedy)


def read_mapping(path: Path) -> Mapping:
    """The mapping in this YAML file.

    Raises TsampaError as ``read_yaml`` does, and ``mapping-field``, ``mapping-areas`` or ``mapping-members`` where the
    form is wrong; each names file and line.
    """
    file = read_yaml(path, MappingFile)
    mapping = Mapping(**{name: getattr(file, name) for name in file.__struct_fields__}, path=path)
    _check_areas(mapping)
    _check_source(mapping, mapping, ())
    for number, also in enumerate(mapping.also):
        _check_source(mapping, also, ("also", number))
    return mapping


def did_you_mean(word: str, known: Iterable[str], listed: Iterable[str] | None = None) -> str:
    """A remedy naming the nearest of ``known``, or all of them, as they are to be ``listed``, where none is near."""
    choices = list(known)
    near = difflib.get_close_matches(word, choices, 1, 0.6)
    shown = choices if listed is None else list(listed)
    return f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(shown[:40])}."


def _check_areas(mapping: Mapping) -> None:
    areas = mapping.areas
    if areas is None:
        raise mapping.wrong(
            "mapping-areas", "the mapping names no areas", (), "Add 'areas:' with levels or a file of areas."
        )
    if bool(areas.levels) == bool(areas.file):
        raise mapping.wrong(
            "mapping-areas",
            "areas need either levels or a file",
            ("areas",),
            "Give exactly one of 'levels' and 'file'.",
        )
    for level, one in areas.levels.items():
        _check_field(mapping, one.code, ("areas", "levels", level, "code"))
        _check_field(mapping, one.name, ("areas", "levels", level, "name"))
    for name, spec in areas.fields.items():
        _check_field(mapping, spec, ("areas", "fields", name))


def _check_source(mapping: Mapping, source: Source, place: tuple[str | int, ...]) -> None:
    if source.members and source.row != "household":
        remedy = "Leave 'members' out, or say 'row: household'."
        raise mapping.wrong(
            "mapping-members", "only a row that is a household has members", (*place, "members"), remedy
        )
    if len(source.delimiter) != 1 or source.header_row < 1:
        remedy = "Give one character as delimiter, and count rows from 1."
        raise mapping.wrong("mapping-sheet", "delimiter or header_row cannot be used", place, remedy)
    for table in source.tables:
        for number, record in enumerate(source.records(table)):
            at = (*place, "tables", table, *([number] if isinstance(source.tables[table], list) else []))
            for name, spec in record.fields.items():
                _check_field(mapping, spec, (*at, "fields", name))
            if record.repeats and not source.members:
                remedy = "Say 'members: 6' (the most members a row can have) beside 'row: household'."
                raise mapping.wrong("mapping-members", "'{n}' is used but 'members' is not given", at, remedy)


def _check_field(mapping: Mapping, spec: str | Field, place: Place) -> None:
    if isinstance(spec, str):
        return
    given = [one for one in (spec.column, spec.expression, spec.constant) if one is not None]
    if len(given) != 1:
        remedy = "Give exactly one of column, expression and constant."
        raise mapping.wrong("mapping-field", f"a field needs one origin and has {len(given)}", place, remedy)
    if spec.scale == 0 or not spec.scale.is_finite():
        raise mapping.wrong("mapping-field", "scale cannot be zero", place, "Give the number to multiply by.")


def _numbered(text: str | None, number: int) -> str | None:
    return None if text is None else text.replace(_MEMBER, str(number))


def _line(path: Path, place: Place) -> int:
    """The line of the node at ``place``, or of the nearest one above it. Read again: only errors need it."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def normal_header(text: str) -> str:
    """A header as it is compared: line breaks and runs of spaces are one space."""
    return re.sub(r"\s+", " ", text).strip()
