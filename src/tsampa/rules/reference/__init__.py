"""The reference engine: plain Python, one value at a time, slow and obviously right. docs/reference/meaning.md is what it does."""

from tsampa.rules.reference.engine import Answer, Reference

__all__ = ["Answer", "Reference"]
