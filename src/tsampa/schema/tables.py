"""The vocabulary in which tables are declared: columns, links between tables, and when a row is in force.

Both halves of the waist speak it: the snapshot writes and checks by it, the rulebook is typed by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from tsampa.schema.types import TEXT, Kind, Type

__all__ = ["Column", "Label", "Link", "Schema", "Table"]


@dataclass(frozen=True)
class Label:
    """A name a person reads, in English and Chinese."""

    en: str
    zh: str

    def say(self, lang: str) -> str:
        """The name in ``lang``: ``en`` or ``zh``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Column:
    """One column. ``low`` and ``high`` bound numbers, in stored whole units (money: minor units), both inclusive.

    ``required`` columns are never null; any other may be, and null means unknown.
    ``choice_labels`` gives each allowed word its names. ``ahead``: a day that may lie ahead when it is written down, as one by
    which something is due.
    """

    name: str
    type: Type
    label: Label
    required: bool = False
    low: int | None = None
    high: int | None = None
    choice_labels: dict[str, Label] = field(default_factory=dict, compare=False)
    ahead: bool = False


@dataclass(frozen=True)
class Link:
    """A row's way to one row of another table: ``Link("household", "households", "household", "incomes")``.

    ``column`` holds the key of the row in ``table``; ``back`` names the rows as seen from there (``h.incomes``).
    """

    name: str
    table: str
    column: str
    back: str
    required: bool = True


@dataclass(frozen=True)
class Table:
    """A table of the register.

    ``entity`` is the noun for one row. ``key`` names the column that tells rows apart. A row is in force on a day when
    ``since`` (if any) is not after it and ``until`` (if any) is empty or after it; a table without them always is.
    ``unit`` is what a count of rows is in. ``provisional``: no room of the office writes it yet, so its columns may change.
    """

    name: str
    entity: str
    key: str
    label: Label
    columns: tuple[Column, ...]
    links: tuple[Link, ...] = ()
    since: str | None = None
    until: str | None = None
    unit: str = "record"
    provisional: bool = False

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    def link(self, name: str) -> Link | None:
        """The link of this name, or None."""
        return next((link for link in self.links if link.name == name), None)


@dataclass(frozen=True)
class Schema:
    """All tables of a programme's register, its levels of area and its currency.

    ``levels`` runs from the widest area to the one households live in; ``partition`` is the level by which files are
    split and counted, one after the other. ``currency`` has ``exponent`` decimals (2 for CNY: fen).
    """

    version: int
    tables: tuple[Table, ...]
    levels: tuple[str, ...]
    level_labels: dict[str, Label]
    partition: str
    currency: str
    exponent: int
    units: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Table]:
        """The tables by name."""
        return {table.name: table for table in self.tables}

    @property
    def home_level(self) -> str:
        """The level of area that households live in: a village, as a rule."""
        return self.levels[-1]

    @cached_property
    def by_entity(self) -> dict[str, Table]:
        """The table of each entity a rule may speak of. Every level of area is an entity, in the table of areas."""
        found = {table.entity: table for table in self.tables if table.entity not in ("area", "membership")}
        found["person"] = _with_membership(self.by_name["persons"], self.by_name["memberships"])
        return found | dict.fromkeys(self.levels, self.by_name["areas"])


def _with_membership(persons: Table, memberships: Table) -> Table:
    """A person as rules see one: with the household, relationship and dates of the membership in force."""
    own = {column.name for column in persons.columns}
    extra = tuple(replace(c, required=False) for c in memberships.columns if c.name not in {*own, "person"})
    home = Link("household", "households", "household", "members", required=False)
    return replace(persons, columns=(*persons.columns, *extra), links=(home,))


def text(*choices: str) -> Type:
    """A text that is one of ``choices``, or any text."""
    return replace(TEXT, choices=choices) if choices else Type(Kind.TEXT)
