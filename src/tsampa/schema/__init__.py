"""Types, units and tables: the words in which the snapshot and the rulebook speak of the same register."""

from tsampa.schema.load import AreaLevels, build_schema
from tsampa.schema.programme import Glance, ProgrammeFile, find_programme, read_programme, read_schema
from tsampa.schema.tables import Column, Label, Link, Schema, Table
from tsampa.schema.types import BOOL, DATE, INT64, TEXT, Kind, Type, from_minor, to_minor
from tsampa.schema.units import NO_UNIT, Unit, parse_unit

__all__ = [
    "BOOL", "DATE", "INT64", "NO_UNIT", "TEXT", "AreaLevels", "Column", "Glance", "Kind", "Label", "Link", "ProgrammeFile", "Schema", "Table", "Type", "Unit",
    "build_schema", "find_programme", "from_minor", "parse_unit", "read_programme", "read_schema", "to_minor",
]  # fmt: skip
