"""The demonstration county: made-up people on real areas, whose records add up to what the page tells."""

from tsampa.demo.batches import DatedSheets, write_batches
from tsampa.demo.make import make_demo
from tsampa.demo.scale import AS_OF

__all__ = ["AS_OF", "DatedSheets", "make_demo", "write_batches"]
