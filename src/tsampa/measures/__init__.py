"""How many are poor, how deeply, and how unequal incomes are: estimates with the standard errors of the survey's design.

``fgt``, ``watts`` and ``at_risk_of_poverty`` measure poverty, ``gini``, ``theil`` and ``qsr`` inequality, each as an
``Estimate`` with ``.value``, ``.se`` and ``.ci()``; ``alkire_foster`` measures deprivation in several things at once,
and ``alkire_foster_estimate`` gives one of its indices as an ``Estimate``. ``share`` splits a pool by weights, between floors
and caps, in whole units that add up to it; it is exact, without floats.

Columns are lists, NumPy arrays or Arrow columns (Polars, pandas, pyarrow, our own tables), one value a row. All
estimators take the same words: ``weights`` (how many people a row stands for; 1 where left out), ``strata`` and
``clusters`` (the sample's design; rows of one cluster are drawn together, and without ``clusters`` each row is drawn by
itself), ``domain`` (true for the rows of a subpopulation, whose standard error still rests on the whole design) and
``by`` (a group for each row; the result is then a dict of estimates by group). What is unknown (None or NaN) is left out
of the estimate and counted in ``Estimate.unknown``.

Sums are exactly rounded, so that no result depends on the order of rows. docs/reference/measures.md has the formulas.
"""

from tsampa.measures.columns import Column
from tsampa.measures.deprivation import (
    AlkireFoster,
    Index,
    alkire_foster,
    alkire_foster_estimate,
    alkire_foster_gaps,
)
from tsampa.measures.estimate import Estimate, Survey
from tsampa.measures.inequality import gini, qsr, theil
from tsampa.measures.mistakes import NOTHING_TO_ESTIMATE
from tsampa.measures.poverty import at_risk_of_poverty, fgt, watts
from tsampa.measures.shares import Shares, share, share_out

__all__ = [
    "NOTHING_TO_ESTIMATE",
    "AlkireFoster",
    "Column",
    "Estimate",
    "Index",
    "Shares",
    "Survey",
    "alkire_foster",
    "alkire_foster_estimate",
    "alkire_foster_gaps",
    "at_risk_of_poverty",
    "fgt",
    "gini",
    "qsr",
    "share",
    "share_out",
    "theil",
    "watts",
]
