"""Receipts: what a household takes home, by which anybody can check that its record stands under a seal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max

from tsampa.errors import TsampaError
from tsampa.office.history.leaves import RECORD, header_of
from tsampa.office.history.merkle import Levels
from tsampa.office.history.models import Leaves, Seal, Version
from tsampa.office.history.recorded import Recorded

__all__ = ["Receipt", "receipt", "receipts"]


@dataclass(frozen=True)
class Receipt:
    """A row's version, its hash, and the way from it to the root that a seal signs. ``code`` is what is printed."""

    header: str
    payload: str
    salt: str
    leaf: str
    index: int
    size: int
    path: tuple[str, ...]
    seal: dict[str, str]
    number: int

    @property
    def code(self) -> str:
        """Seal and leaf in short, to read over the telephone."""
        return f"{self.number}-" + "-".join(self.leaf[at : at + 4] for at in range(0, 16, 4))

    def to_dict(self) -> dict[str, Any]:
        """The receipt as JSON, for ``check_receipt``."""
        return {"receipt": 1, "code": self.code} | asdict(self)


def receipt(row: Recorded) -> Receipt:
    """The receipt of one row, as it stood at the latest seal. Raises TsampaError ``receipt-unsealed``."""
    return next(iter(receipts([row])))


def receipts(rows: Iterable[Recorded]) -> Iterable[Receipt]:
    """Receipts of many rows under the latest seal: its tree is built once, in 64 bytes a version.

    Raises TsampaError ``receipt-unsealed`` where there is no seal yet, or it does not cover a row.
    """
    last = Seal.objects.order_by("-number").first()
    if last is None:
        raise _unsealed("there is no seal yet")
    places, hashes = _leaves()
    levels = Levels(hashes)
    for row in rows:
        yield _receipt(row, last, places, levels)


def _leaves() -> tuple[dict[int, int], list[bytes]]:
    places: dict[int, int] = {}
    hashes: list[bytes] = []
    for part in Leaves.objects.order_by("seal_id", "part").values_list("hashes", flat=True).iterator():
        for at in range(0, len(part), RECORD):
            places[int.from_bytes(part[at : at + 8], "big")] = len(hashes)
            hashes.append(bytes(part[at + 8 : at + RECORD]))
    return places, hashes


def _receipt(row: Recorded, last: Seal, places: dict[int, int], levels: Levels) -> Receipt:
    upto = last.stated["version"]
    of_row = Version.objects.filter(table=row._meta.db_table, key=str(row.pk), id__lte=upto)
    number = of_row.aggregate(found=Max("id"))["found"]
    one = Version.objects.select_related("change").filter(pk=number).first()
    if one is None or one.payload is None or one.salt is None or one.pk not in places:
        raise _unsealed("the row was recorded after the latest seal")
    index = places[one.pk]
    header = header_of(one.pk, one.table, one.key, one.operation, one.change)
    path = tuple(part.hex() for part in levels.path(index))
    signed = {"content": last.content, "signature": last.signature}
    leaf = levels.levels[0][index].hex()
    size = len(levels.levels[0])
    return Receipt(
        header.decode(), one.payload, bytes(one.salt).hex(), leaf, index, size, path, signed, last.number
    )


def _unsealed(message: str) -> TsampaError:
    return TsampaError("receipt-unsealed", message, remedy="Run tsampa seal, then print the receipt.")
