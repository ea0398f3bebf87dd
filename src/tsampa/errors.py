"""What went wrong, where, and what to do: the one error a user meets, and problems as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Problem", "TsampaError"]


class TsampaError(Exception):
    """A mistake a user can mend; never a bug of ours.

    ``code`` is stable (tests and scripts may rely on it), ``where`` names the file, formula, sheet or row, and
    ``remedy`` says what to do. ``usage`` marks wrong usage (exit code 2) as against wrong data (exit code 1).
    """

    def __init__(
        self, code: str, message: str, *, where: str = "", remedy: str = "", usage: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where
        self.remedy = remedy
        self.usage = usage

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  -> {self.remedy}" if self.remedy else ""
        return f"{place}{self.message} [{self.code}]{remedy}"

    def to_dict(self) -> dict[str, str]:
        """The error as ``--json`` prints it."""
        return {"code": self.code, "message": self.message, "where": self.where, "remedy": self.remedy}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the data, collected and returned, never raised.

    ``row`` is the row number a person sees in the sheet (the header is row 1); 0 where no single row is meant.
    ``effect`` says what was done: ``row_rejected``, ``value_unknown`` (kept without this value) or ``noted``.
    """

    code: str
    message: str
    remedy: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    effect: str = "noted"

    def to_dict(self) -> dict[str, Any]:
        """The problem as a plain record, as problem files and ``--json`` hold it."""
        return asdict(self)
