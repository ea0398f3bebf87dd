"""The README's first commands, in a folder as a newcomer has it: a clone of what is committed, nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLD = 180
"""Seconds in which a newcomer sees the first page, all that has to be fetched and made included."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    here = tmp_path / "tsampa"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(here)], check=True, timeout=60)
    return here


@pytest.mark.slow
def test_make_run_opens_an_office_in_which_each_role_can_sign_in(clone: Path) -> None:
    with running(clone) as (address, log):
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = browser.open(f"{address}account/login/", timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        told = {"csrfmiddlewaretoken": token[1], "login": "tsering", "password": "tsampa-demo"}
        asked = urllib.request.Request(
            f"{address}account/login/", urlencode(told).encode(), {"Referer": f"{address}account/login/"}
        )
        start = browser.open(asked, timeout=20)
        assert start.url == address
        assert "tsering" in log.read_text(encoding="utf-8")
        assert browser.open(f"{address}households/", timeout=20).status == 200


@contextmanager
def running(clone: Path) -> Iterator[tuple[str, Path]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address, log = f"http://127.0.0.1:{port}/", clone.parent / "log"
    with log.open("wb") as out:
        made = subprocess.Popen(
            ["make", "run", f"PORT={port}"], cwd=clone, stdout=out, stderr=out, start_new_session=True
        )
        try:
            wait_for(address, made, log)
            yield address, log
        finally:
            os.killpg(made.pid, signal.SIGINT)
            made.wait(60)


def wait_for(address: str, made: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + COLD
    while time.monotonic() < until:
        assert made.poll() is None, log.read_text(encoding="utf-8")
        try:
            urllib.request.urlopen(f"{address}health", timeout=2)
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    raise AssertionError(f"not open within {COLD} s: {log.read_text(encoding='utf-8')}")


@pytest.mark.slow
def test_make_county_leaves_a_bulletin_whose_numbers_open(clone: Path) -> None:
    made = subprocess.run(
        ["make", "--no-print-directory", "county"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert (clone / "build/bailang/bulletin.pdf").read_bytes().startswith(b"%PDF")
    command = made.stdout.strip().splitlines()[-1].split()
    opened = subprocess.run(
        [*command, "--json"], cwd=clone, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(opened.stdout)["figure"]["value"] == "4071"
