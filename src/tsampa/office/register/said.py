"""Values of the register in the words a person reads: choices and labels as the schema has them, numbers with their decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tsampa.office.register.columns import schema
from tsampa.office.web.language import language
from tsampa.schema import Column, Kind, from_minor

__all__ = ["say_choice", "say_column", "say_number", "say_status", "say_value"]

NOTHING = "–"


def say_value(column: Column, value: Any) -> str:
    """A value in storage form as the page says it; a dash for what is not known."""
    if value is None or value == "":
        return NOTHING
    if column.type.kind is Kind.BOOL:
        return _("yes") if value else _("no")
    if column.type.kind is Kind.NUMBER and isinstance(value, int):
        year = column.type.digits == 0 and (column.low or 0) >= 1000
        return str(value) if year else say_number(value, column.type.digits)
    label = column.choice_labels.get(str(value))
    return label.say(language()) if label else str(value)


def say_number(value: int, digits: int) -> str:
    """``4,000.00``: a whole number of smallest parts with its decimals."""
    found: Decimal = from_minor(value, digits)
    return f"{found:,f}"


def say_column(table: str, name: str) -> str:
    """The column's name; the name itself for what the schema does not have."""
    column = schema().by_name[table].by_name.get(name)
    return column.label.say(language()) if column else name


def say_choice(table: str, name: str, value: str | None) -> str:
    """A word of a choice."""
    return say_value(schema().by_name[table].by_name[name], value)


def say_status(status: str | None, kind: str | None = None) -> str:
    """How a household stands with the programme."""
    if status is None:
        return _("nothing recorded")
    said = say_choice("statuses", "status", status)
    return f"{said} · {say_choice('statuses', 'kind', kind)}" if kind else said
