"""The errors of this room: wrong columns or numbers given to a measure."""

from __future__ import annotations

from tsampa.errors import TsampaError

__all__ = ["NOTHING_TO_ESTIMATE", "mistake", "no_rows", "no_weight", "nothing_known"]

NOTHING_TO_ESTIMATE = frozenset(
    {
        "measure-all-unknown",
        "measure-empty",
        "measure-no-positive-income",
        "measure-undefined",
        "measure-weights-zero",
    }
)
"""What leaves one group of ``by`` without an estimate, and does not stop the others."""


def mistake(code: str, message: str, remedy: str, where: str = "") -> TsampaError:
    """An error in how a measure is called; ``where`` names the argument."""
    return TsampaError(code, message, where=where, remedy=remedy, usage=True)


def no_rows() -> TsampaError:
    """Nothing was given, or a domain without a row."""
    return mistake("measure-empty", "there are no rows", "Give at least one row, and a domain that has one.")


def nothing_known() -> TsampaError:
    """Rows were given, and something is unknown in each."""
    return mistake(
        "measure-all-unknown", "nothing is known of any row", "Give at least one row that is known."
    )


def no_weight() -> TsampaError:
    """Rows were given that stand for nobody."""
    return mistake("measure-weights-zero", "the weights of all rows are nought", "Give weights above nought.")
