"""Somebody at work in the office, to be killed: writes two rows a change, and says so when the change is made.

``python -m office.operations.writer NAME``: each line it prints is a change that was acknowledged.
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import count
from time import sleep

from tsampa.office.start import start_office

VILLAGE = "540228100202"
PAUSE = 0.03


def main(name: str) -> None:
    start_office()
    from tsampa.office.history import change
    from tsampa.office.register.models import Household, LandParcel

    for number in count():
        code = f"{VILLAGE}-{name}{number}"
        with change(by="writer", reason=f"visit {code}"):
            Household.objects.create(code=code, area_id=VILLAGE, address=code)
            Household.objects.filter(code=code).update(address=f"{code} again")
            LandParcel.objects.create(
                code=f"{code}-1", household_id=code, kind="arable", since=date(2020, 1, 1)
            )
        print(code, flush=True)
        sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1])
