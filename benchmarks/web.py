"""How quick the office's pages are: one user, fifty at once, and fifty reading and editing for two minutes without a lost edit.

``.venv/bin/python benchmarks/web.py [sqlite] [postgresql] [--households 15000] [--persons 1000000] [--minutes 2]``; one JSON line
a figure. The server is a process of its own (``tsampa serve``), asked over the loopback address. On SQLite it is the demonstration county with its
years; on PostgreSQL a made-up register, counted once.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests")]
TIMES, USERS = 40, 50
PASSWORD = "tsampa-demo"
USER = "tsering"
PREPARE = """
from tsampa.office.start import start_office
start_office()
import sys
from datetime import date
from pathlib import Path
from django.utils import timezone
sys.path.insert(0, "benchmarks")
from django.core.management import call_command
call_command("migrate", verbosity=0)
from registers import fill
from tsampa.office.bridge.count import count_register
from tsampa.office.demonstration.people import add_people, grant_roles
from django.conf import settings
from django.db import connection
from tsampa.office.accounts.models import Grant, User
from tsampa.office.accounts.actions import grant
add_people()
fill(Path(settings.HOME), int(sys.argv[1]), recorded=False)
grant(user=User.objects.get(username="tsering"), role="county_officer", area=None, since=date(2015, 1, 1), by="jigme")
connection.cursor().execute("ANALYZE")
count_register(as_of=date(2020, 6, 30), by="tsering", at=timezone.now())
connection.cursor().execute("ANALYZE")
"""


class Browser:
    """One user's connection, kept open, with the cookies it was given."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, text, and where it sends one."""
        head = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "en",
        }
        body = None
        if form is not None:
            head |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}{path}",
            }
            body = urlencode(form)
        self.link.request("POST" if form is not None else "GET", path, body, head)
        answer = self.link.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, text, answer.getheader("Location", "")

    def sign_in(self, name: str) -> Browser:
        """By the form, as anybody."""
        form = hidden(self.ask("/account/login/")[1])
        status, _, where = self.ask("/account/login/", form | {"login": name, "password": PASSWORD})
        assert status == 302, (status, where)
        return self


def hidden(text: str) -> dict[str, str]:
    """The fields that a form carries unseen."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', text)
    told = {}
    for one in found:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name:
            told[name[1]] = value[1] if value else ""
    return told


def pages(browser: Browser) -> dict[str, list[str]]:
    """What is asked, by kind: several addresses of each, so that no one answer is all there is."""
    _, text, _ = browser.ask("/households/")
    files = sorted(set(re.findall(r'href="(/households/[^/"?]+/)"', text)))[:10]
    _, text, _ = browser.ask("/figures/")
    figures = sorted(set(re.findall(r'href="(/figures/[^/"?]+/[^"]*)"', text)))[:10] or ["/figures/"]
    return {
        "start page": ["/"],
        "list with filter": ["/households/?light=food&gap=unknown", "/households/?status=registered", "/households/?standing=to_check"],
        "search": [f"/households/?q={quote(one)}" for one in ("卓玛", "次仁拉姆", "扎西", "Tashi")],
        "household file": files,
        "figure": [one.replace("&amp;", "&") for one in figures],
    }  # fmt: skip


def one_user(browser: Browser, kinds: dict[str, list[str]], what: str) -> None:
    """Each kind of page, one after another."""
    for kind, addresses in kinds.items():
        taken = [timed(browser, addresses[n % len(addresses)]) for n in range(len(addresses) + TIMES)]
        line(f"{kind}, one user, {what}", taken[len(addresses) :])


def timed(browser: Browser, address: str) -> float:
    """Milliseconds until the page is there."""
    began = time.perf_counter()
    status, text, _ = browser.ask(address)
    taken = (time.perf_counter() - began) * 1000
    if status != 200:
        raise RuntimeError(f"{address}: {status} {text[:200]}")
    return taken


def line(figure: str, taken: list[float]) -> None:
    """One figure: the 95th percentile, and the median beside it."""
    ranked = sorted(taken)
    told = {"figure": figure, "p95_ms": round(ranked[int(0.95 * (len(ranked) - 1))]), "median_ms": round(statistics.median(ranked)), "n": len(ranked)}  # fmt: skip
    print(json.dumps(told, ensure_ascii=False), flush=True)


def many_users(port: int, kinds: dict[str, list[str]], what: str) -> None:
    """Fifty users, each opening a page every few seconds as people do, for half a minute."""
    taken: list[float] = []
    wrong: list[str] = []
    browsers = [Browser(port).sign_in(USER) for _ in range(USERS)]
    every = [one for addresses in kinds.values() for one in addresses]
    until = time.monotonic() + 30

    def work(number: int) -> None:
        drawn = random.Random(number)
        time.sleep(drawn.random() * 4)
        while time.monotonic() < until:
            try:
                taken.append(timed(browsers[number], drawn.choice(every)))
            except Exception as error:
                wrong.append(repr(error))
            time.sleep(2 + 4 * drawn.random())

    together(work)
    line(f"any page, {USERS} users at once, {what}", taken)
    if wrong:
        print(
            json.dumps({"figure": f"errors, {USERS} users, {what}", "value": len(wrong), "first": wrong[0]}),
            flush=True,
        )


def together(work: Any) -> None:
    """The work of every user, at once."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(USERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


@contextmanager
def served(home: Path, url: str = "") -> Iterator[int]:
    """The office served, and the port it answers at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tsampa.cli", "serve", "--port", str(port)], env=environment(home, url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        for _ in range(300):
            with suppress(OSError):
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                link.request("GET", "/health")
                if link.getresponse().status == 200:
                    break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def environment(home: Path, url: str = "") -> dict[str, str]:
    """Of an office in this folder."""
    env = {one: said for one, said in os.environ.items() if not one.startswith("TSAMPA_")}
    return env | {"TSAMPA_HOME": str(home)} | ({"TSAMPA_DATABASE": url} if url else {})


def measure(home: Path, url: str, what: str, minutes: float) -> None:
    """All figures of one office."""
    from editing import edit_together

    with served(home, url) as port:
        browser = Browser(port).sign_in(USER)
        kinds = pages(browser)
        one_user(browser, kinds, what)
        many_users(port, kinds, what)
        if minutes:
            edit_together(port, kinds, minutes, what, environment(home, url))


def main() -> None:
    """Every figure of the databases named."""
    asked = argparse.ArgumentParser()
    asked.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--households", type=int, default=15_000)
    asked.add_argument("--persons", type=int, default=1_000_000)
    asked.add_argument("--minutes", type=float, default=2)
    asked.add_argument("--home", type=Path, help="An office on SQLite that is there already.")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in told.databases:
            home = told.home or Path(folder) / "sqlite"
            if not told.home:
                command = [sys.executable, "-m", "tsampa.cli", "demo-office", "--households", str(told.households), "--counted", "--json"]  # fmt: skip
                subprocess.run(command, env=environment(home), stdout=subprocess.DEVNULL, check=True)
            with closing(sqlite3.connect(home / "register.sqlite3")) as register:
                [(held,)] = register.execute("SELECT count(*) FROM register_household").fetchall()
            measure(home, "", f"{held:,} households on SQLite", told.minutes)
        if "postgresql" in told.databases:
            measure_postgresql(Path(folder) / "postgresql", told.persons, told.minutes)


def measure_postgresql(home: Path, persons: int, minutes: float) -> None:
    """The same on a register of a million persons."""
    from office.databases import PostgresqlDatabases, postgresql_server

    home.mkdir()
    with postgresql_server(safe=True) as server:
        url = PostgresqlDatabases(server).empty()
        env = environment(home, url) | {"TSAMPA_DEMONSTRATION": "1"}
        subprocess.run([sys.executable, "-c", PREPARE, str(persons)], env=env, cwd=ROOT, check=True)
        measure(home, url, f"{persons:,} persons on PostgreSQL", minutes)


if __name__ == "__main__":
    main()
