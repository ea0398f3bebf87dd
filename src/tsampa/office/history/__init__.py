"""History: every version of every row, written by the database itself; cuts, seals, redaction and receipts.

A write of a recorded model stands in a change, which says who, why and from what source::

    with change(by=user, reason="visit of 3 March", source=Source("visit", "V-17")):
        household.save()

The names below are looked up when they are used, since models can only be read once Django has started; checking a receipt
or a seal's tree needs no Django at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tsampa.office.history.changes import Source, change
    from tsampa.office.history.cuts import cut, cut_at
    from tsampa.office.history.derived import Derived, Origin
    from tsampa.office.history.guards import Guard
    from tsampa.office.history.models import Change, Cut, Redaction, Seal, Version
    from tsampa.office.history.proofs import check_receipt
    from tsampa.office.history.reading import RowVersion, as_of, holds_on, known_at, values_at, versions_of
    from tsampa.office.history.receipts import Receipt, receipt, receipts
    from tsampa.office.history.recorded import Recorded, ValidTime, recorded_models
    from tsampa.office.history.redactions import redact
    from tsampa.office.history.refusals import Refused
    from tsampa.office.history.seals import seal
    from tsampa.office.history.triggers import require_triggers
    from tsampa.office.history.verifying import verify

__all__ = [
    "Change",
    "Cut",
    "Derived",
    "Guard",
    "Origin",
    "Receipt",
    "Recorded",
    "Redaction",
    "Refused",
    "RowVersion",
    "Seal",
    "Source",
    "ValidTime",
    "Version",
    "as_of",
    "change",
    "check_receipt",
    "cut",
    "cut_at",
    "holds_on",
    "known_at",
    "receipt",
    "receipts",
    "recorded_models",
    "redact",
    "require_triggers",
    "seal",
    "values_at",
    "verify",
    "versions_of",
]

PLACES = {
    "changes": "Source change",
    "cuts": "cut cut_at",
    "derived": "Derived Origin",
    "guards": "Guard",
    "models": "Change Cut Redaction Seal Version",
    "reading": "RowVersion as_of holds_on known_at values_at versions_of",
    "proofs": "check_receipt",
    "receipts": "Receipt receipt receipts",
    "recorded": "Recorded ValidTime recorded_models",
    "redactions": "redact",
    "refusals": "Refused",
    "seals": "seal",
    "triggers": "require_triggers",
    "verifying": "verify",
}


def __getattr__(name: str) -> Any:
    for module, names in PLACES.items():
        if name in names.split():
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
