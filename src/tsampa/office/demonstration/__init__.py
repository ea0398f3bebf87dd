"""A demonstration office: the made-up county enters by staged import, quarter by quarter, on a clock that can be set."""

from tsampa.office.demonstration.make import Entered, make_office
from tsampa.office.demonstration.people import PASSWORD, PEOPLE, Worker, sign_ins

__all__ = ["PASSWORD", "PEOPLE", "Entered", "Worker", "make_office", "sign_ins"]
