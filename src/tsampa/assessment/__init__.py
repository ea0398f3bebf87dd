"""A snapshot judged by a rulebook on a day: run, opened, explained, compared."""

from tsampa.assessment.compare import Comparison, compare_assessments
from tsampa.assessment.explain import explain_household
from tsampa.assessment.manifest import is_assessment
from tsampa.assessment.read import Assessment, open_assessment, verify_assessment
from tsampa.assessment.run import assess

__all__ = [
    "Assessment",
    "Comparison",
    "assess",
    "compare_assessments",
    "explain_household",
    "is_assessment",
    "open_assessment",
    "verify_assessment",
]
