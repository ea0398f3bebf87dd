"""The demonstration county: made-up people on real areas, whose records add up to what the page tells."""

from tsampa.demo.make import make_demo

__all__ = ["make_demo"]
