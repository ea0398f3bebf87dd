"""The reference engine: plain Python, slow and obviously right, as docs/reference/meaning.md says."""

from tsampa.rules.reference.engine import Pooled, Reference
from tsampa.rules.reference.evaluate import Answer

__all__ = ["Answer", "Pooled", "Reference"]
