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
from tsampa.rules.measured import alkire_foster, at_risk_of_poverty, fgt, gini, qsr, theil, watts
from tsampa.rules.overlay import amend, overlay
from tsampa.rules.rulebook import Figure, Formula, Rulebook
from tsampa.rules.sharing import share

person = "person"
household = "household"
village = "village"

__all__ = [
    "Figure", "Formula", "Rulebook", "alkire_foster", "amend", "area", "at_risk_of_poverty", "choose", "days_between", "divide", "fgt", "figure", "formula",
    "gini", "greatest", "household", "known", "least", "load_rulebook", "month_of", "overlay", "parameters", "person", "qsr", "quantity", "rounded",
    "share", "theil", "today", "unknown", "village", "watts", "year_of", "years_between",
]  # fmt: skip
