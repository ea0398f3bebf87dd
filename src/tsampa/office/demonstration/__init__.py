"""A demonstration office: the made-up county enters by staged import, quarter by quarter, on a clock that can be set."""

from tsampa.office.demonstration.make import Entered, make_office

__all__ = ["Entered", "make_office"]
