"""Households looked for by an identity number as it is shown: its first six characters perhaps, stars, and its last four."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from tsampa.office.register.identity import reveal
from tsampa.office.register.models import Household, Membership

__all__ = ["Masked", "read_masked"]

_SHAPE = re.compile(r"(\d{6})?[*＊]+(\d{3}[\dXx])")
_PART = 2_000


class Masked:
    """What is seen of a masked number."""

    def __init__(self, first: str, last: str) -> None:
        self.first, self.last = first, last

    def fits(self, number: str) -> bool:
        """Whether this may be the number; one of fifteen digits shows only one of its last."""
        return number.startswith(self.first) and number.endswith(self.last)

    def households(self, rows: QuerySet[Household]) -> list[str]:
        """Those of the rows in which somebody lives whose number this may be.

        Nothing of a number rests readable, so all numbers of the rows are decrypted for it: a millionth of a second each.
        """
        people = Membership.objects.filter(
            until=None, household__in=rows, person__identity_cipher__isnull=False
        )
        ciphers = people.values_list("household_id", "person__identity_cipher")
        return sorted(
            {home for home, cipher in ciphers.iterator(_PART) if cipher and self.fits(reveal(bytes(cipher)))}
        )


def read_masked(text: str) -> Masked | None:
    """What is seen of the number, if the text is a masked one."""
    found = _SHAPE.fullmatch(text.strip())
    return Masked(found[1] or "", found[2].upper()) if found else None
