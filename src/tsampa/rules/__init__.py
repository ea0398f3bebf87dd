"""The rulebook engine: dated rules as Python functions over symbols, one meaning on every engine.

A rule file takes its words from here: ``from tsampa.rules import formula, household, parameters``.
"""

from tsampa.rules.declare import figure, formula
from tsampa.rules.language import (
    area,
    choose,
    days_between,
    divide,
    greatest,
    known,
    least,
    month_of,
    parameters,
    quantity,
    rounded,
    today,
    unknown,
    year_of,
    years_between,
)  # fmt: skip
from tsampa.rules.load import load_rulebook
from tsampa.rules.overlay import overlay
from tsampa.rules.rulebook import Figure, Formula, Rulebook
from tsampa.rules.sharing import share

person = "person"
household = "household"
village = "village"

__all__ = [
    "Figure", "Formula", "Rulebook", "area", "choose", "days_between", "divide", "figure", "formula", "greatest", "household", "known",
    "least", "load_rulebook", "month_of", "overlay", "parameters", "person", "quantity", "rounded", "share", "today", "unknown", "village", "year_of",
    "years_between",
]  # fmt: skip
