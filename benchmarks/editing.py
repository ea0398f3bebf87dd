"""Fifty people reading and editing the same households at once: no error, and no accepted edit that history does not have."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from typing import Any

from web import USER, USERS, Browser, hidden, line, timed, together

SHARED = 20
"""Households that all edit: few, so that they meet."""
COUNT = """
from tsampa.office.start import start_office
start_office()
from tsampa.office.history.models import Change, Version
found = Change.objects.filter(reason__startswith="benchmark ")
print(Version.objects.filter(change__in=found, table="register_household").count(), found.values("reason").distinct().count())
"""


def edit_together(
    port: int, kinds: dict[str, list[str]], minutes: float, what: str, env: dict[str, str]
) -> None:
    """Everybody opens pages, and every third time edits; what was accepted is then counted in history."""
    edits, taken, wrong, met = list[str](), list[float](), list[str](), list[int]()
    browsers = [Browser(port).sign_in(USER) for _ in range(USERS)]
    every = [one for addresses in kinds.values() for one in addresses]
    files = kinds["household file"][:SHARED]
    until = time.monotonic() + 60 * minutes

    def work(number: int) -> None:
        drawn, done = random.Random(number), 0
        while time.monotonic() < until:
            try:
                taken.append(timed(browsers[number], drawn.choice(every)))
                if drawn.random() < 1 / 3:
                    done += 1
                    edit(browsers[number], drawn.choice(files), f"benchmark {number} {done}", edits, met)
            except Exception as error:
                wrong.append(repr(error))
            time.sleep(1 + 2 * drawn.random())

    together(work)
    line(f"any page while {USERS} read and edit, {what}", taken)
    counted = subprocess.run([sys.executable, "-c", COUNT], env=env, stdout=subprocess.PIPE, text=True, check=True)  # fmt: skip
    versions, reasons = map(int, counted.stdout.split())
    told: dict[str, Any] = {"figure": f"edits accepted and found in history, {what}", "accepted": len(edits), "versions": versions, "acts": reasons}  # fmt: skip
    told |= {"met another's edit": len(met), "errors": len(wrong), "first_error": wrong[0] if wrong else ""}
    print(json.dumps(told), flush=True)


def edit(browser: Browser, file: str, reason: str, edits: list[str], met: list[int]) -> None:
    """Another address for a household. Who finds that somebody was quicker looks, and sends what they wrote again."""
    code = file.strip("/").rpartition("/")[2]
    path = f"/households/{code}/edit/households/{code}"
    status, text, _ = browser.ask(path)
    for _ in range(10):
        assert status in (200, 409), (status, text[:200])
        form = fields(text) | {"address": reason, "reason": reason}
        time.sleep(random.random())
        status, text, _ = browser.ask(path, form)
        if status == 302:
            edits.append(reason)
            return
        met.append(1)
    raise AssertionError(f"{path}: {status}")


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the page's main form."""
    return hidden(text[text.index("<main") :])
