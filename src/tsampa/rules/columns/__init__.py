"""The columns engine: a rulebook planned and written as SQL, run over all households at once."""

from tsampa.rules.columns.backend import Backend, open_backend
from tsampa.rules.columns.duckdb import compile_variables, run_plan
from tsampa.rules.columns.plan import PLACE, AlignedRows, Output, Plan, Planner, Sources
from tsampa.rules.columns.sql import DUCKDB

__all__ = [
    "DUCKDB",
    "PLACE",
    "AlignedRows",
    "Backend",
    "Output",
    "Plan",
    "Planner",
    "Sources",
    "compile_variables",
    "open_backend",
    "run_plan",
]
